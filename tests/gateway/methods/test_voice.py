"""Talk mode and wake words, over a real socket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running_gateway import Refusal, running
from wire_listener import Listener

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.methods.table import Client, MethodError, Role
from clawd_desktop.gateway.methods.voice import NO_MOBILE, TalkParams, VoiceMethods
from clawd_desktop.gateway.requests import RunningCall

WEBCHAT = {"id": "webchat-ui", "version": "1", "platform": "web", "mode": "webchat"}


async def test_wake_words_are_kept_and_told(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client, app.client() as other:
        assert (await client.call("voicewake.get"))["triggers"] == ["clawd", "claude", "computer"]
        set_to = await client.call("voicewake.set", triggers=[" Jarvis ", "", "x" * 70, *("w",) * 40])
        assert set_to["triggers"] == ["Jarvis", "x" * 64, *("w",) * 30]
        assert (await other.until("voicewake.changed"))["triggers"] == set_to["triggers"]
        stored = json.loads((tmp_path / "settings" / "voicewake.json").read_text())
        assert (stored["triggers"], stored["updatedAtMs"] > 0) == (set_to["triggers"], True)
        assert (await client.call("voicewake.set", triggers=[" "]))["triggers"] == ["clawd", "claude", "computer"]
        with pytest.raises(Refusal, match="at /triggers"):
            await client.call("voicewake.set", triggers="hey")


async def test_a_list_that_cannot_be_read_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    file = tmp_path / "settings" / "voicewake.json"
    file.write_text("[")
    async with running(tmp_path) as app, app.client() as client:
        for method, params in (("voicewake.get", {}), ("voicewake.set", {"triggers": ["x"]})):
            with pytest.raises(Refusal, match="cannot be understood") as refused:
                await client.call(method, **params)  # type: ignore[arg-type]
            assert refused.value.error["code"] == "UNAVAILABLE"
    assert file.read_text() == "["


async def test_talk_mode_is_told_to_all(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client, app.client() as other:
        answer = await client.call("talk.mode", enabled=True, phase="listening")
        assert (answer["enabled"], answer["phase"]) == (True, "listening")
        assert await other.until("talk.mode") == answer
        assert (await client.call("talk.mode", enabled=False))["phase"] is None
        with pytest.raises(Refusal, match="must have required property 'enabled'"):
            await client.call("talk.mode")


async def test_the_web_chat_needs_a_phone(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client(client=WEBCHAT) as client:
        with pytest.raises(Refusal, match=NO_MOBILE) as refused:
            await client.call("talk.mode", enabled=True)
        assert refused.value.error["code"] == "UNAVAILABLE"


@pytest.mark.parametrize(
    ("platforms", "allowed"),
    [(("iOS 18.2",), True), (("linux", "android"), True), (("linux",), False), ((), False)],
)
def test_which_nodes_are_phones(tmp_path: Path, platforms: tuple[str, ...], allowed: bool) -> None:
    broadcaster = Broadcaster()
    heard = Listener(broadcaster)
    methods = VoiceMethods(tmp_path, broadcaster, lambda: platforms, ManualClock())
    client = Client("c", "webchat-ui", "webchat", "1", "web", Role.OPERATOR, (), "", True, "secret", 3, 0)
    call = RunningCall(lambda frame: None, client, "1")
    if allowed:
        methods.talk_mode(call, TalkParams(enabled=True))
    else:
        with pytest.raises(MethodError, match="talk disabled"):
            methods.talk_mode(call, TalkParams(enabled=True))
    assert len(heard.frames) == allowed
