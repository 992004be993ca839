"""The local door, against a real instance: an application is asked to end without password, port or keyring."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clawd_desktop.cli.arguments import APP, SERVE, Arguments
from clawd_desktop.cli.door import LocalPass, ask_for_pass, ask_for_status, ask_to_quit, hand_over
from clawd_desktop.cli.exits import Exit
from clawd_desktop.core.errors import ClawdError, Unavailable
from clawd_desktop.core.values import JsonObject
from clawd_desktop.system.single_instance import Instance


async def test_nobody_there(tmp_path: Path) -> None:
    assert await ask_to_quit(tmp_path / "state", tmp_path / "run") is None


async def test_the_application_is_asked_and_named(tmp_path: Path) -> None:
    asked: list[JsonObject] = []

    async def door(request: JsonObject) -> JsonObject:
        asked.append(request)
        return {"ok": True}

    instance = Instance(tmp_path / "state", tmp_path / "run", door)
    assert await instance.acquire()
    assert await ask_to_quit(tmp_path / "state", tmp_path / "run") == os.getpid()
    assert asked[0]["do"] == "quit"
    await instance.release()
    assert await ask_to_quit(tmp_path / "state", tmp_path / "run") is None


async def test_the_application_tells_of_itself(tmp_path: Path) -> None:
    asked: list[JsonObject] = []

    async def door(request: JsonObject) -> JsonObject:
        asked.append(request)
        return {"ok": True, "desktop": {"phase": "failed"}}

    assert await ask_for_status(tmp_path / "run") == {}
    instance = Instance(tmp_path / "state", tmp_path / "run", door)
    assert await instance.acquire()
    assert await ask_for_status(tmp_path / "run") == {"phase": "failed"}
    assert asked[0]["do"] == "status"
    await instance.release()


async def test_an_answer_that_is_too_long_is_dropped(tmp_path: Path) -> None:
    async def door(request: JsonObject) -> JsonObject:
        return {"ok": True, "desktop": {"reason": "x" * 10_000}}

    instance = Instance(tmp_path / "state", tmp_path / "run", door)
    assert await instance.acquire()
    with pytest.raises(Unavailable, match="does not answer"):
        await ask_for_status(tmp_path / "run")
    await instance.release()


async def test_an_application_that_refuses_says_why(tmp_path: Path) -> None:
    async def door(request: JsonObject) -> JsonObject:
        raise ClawdError("A backup is being written.", hint="Wait for it.")

    instance = Instance(tmp_path / "state", tmp_path / "run", door)
    await instance.acquire()
    with pytest.raises(Unavailable) as refused:
        await ask_to_quit(tmp_path / "state", tmp_path / "run")
    assert refused.value.sentence() == "A backup is being written. Wait for it."
    await instance.release()


async def test_an_application_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr("clawd_desktop.cli.door.ANSWER_S", 0.05)
    release = asyncio.Event()

    async def door(request: JsonObject) -> JsonObject:
        await release.wait()
        return {"ok": True}

    instance = Instance(tmp_path / "state", tmp_path / "run", door)
    await instance.acquire()
    with pytest.raises(Unavailable, match="does not answer") as refused:
        await ask_to_quit(tmp_path / "state", tmp_path / "run")
    assert refused.value.hint == f"End it: kill {os.getpid()}"
    release.set()
    await instance.release()


@pytest.mark.parametrize(
    ("command", "answer", "code", "out", "err"),
    [
        (APP, {"ok": True}, Exit.OK, "Clawd Desktop already runs; its window was opened.", ""),
        (APP, {"ok": False, "error": "It has no windows."}, Exit.FAILED, "", "It has no windows."),
        (SERVE, {}, Exit.IN_USE, "", "Quit it first, or use --data-dir."),
    ],
)
async def test_a_second_start_hands_over_or_says_who_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, answer: JsonObject, code: Exit, out: str, err: str
) -> None:
    asked: list[JsonObject] = []

    async def door(request: JsonObject) -> JsonObject:
        asked.append(request)
        return answer

    first, second = (Instance(tmp_path / "state", tmp_path / "run", door) for _ in range(2))
    assert await first.acquire()
    assert not await second.acquire()
    assert await hand_over(second, Arguments(command=command, show="chat"), tmp_path / "state") is code
    assert [(request["do"], request["page"]) for request in asked] == [("show", "chat")] * (command == APP)
    said = capsys.readouterr()
    assert out in said.out
    assert err in said.err
    assert (said.out == "") == (out == "")
    await first.release()


async def test_the_application_gives_a_pass(tmp_path: Path) -> None:
    async def door(request: JsonObject) -> JsonObject:
        assert request["do"] == "pass"
        return {"ok": True, "pass": "p", "addresses": ["ws://a:1"], "page": "http://a:1/", "expiresInMs": 5}

    assert await ask_for_pass(tmp_path / "run") is None
    instance = Instance(tmp_path / "state", tmp_path / "run", door)
    assert await instance.acquire()
    assert await ask_for_pass(tmp_path / "run") == LocalPass("p", ("ws://a:1",), "http://a:1/", 5)
    await instance.release()
