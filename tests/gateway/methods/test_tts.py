"""Spoken answers: what is chosen is kept, and nothing claims to speak."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running_gateway import Refusal, running


async def test_nothing_speaks_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path) as app, app.client() as client:
        status = await client.call("tts.status")
        assert (status["enabled"], status["auto"], status["provider"]) == (False, "off", "edge")
        assert not any(status[key] for key in ("hasOpenAIKey", "hasElevenLabsKey", "edgeEnabled"))
        listed = await client.call("tts.providers")
        assert [row["id"] for row in listed["providers"]] == ["openai", "elevenlabs", "edge"]  # type: ignore[attr-defined]
        assert not any(row["configured"] for row in listed["providers"])  # type: ignore[attr-defined]
        for method, params in (("tts.enable", {}), ("tts.convert", {"text": "hello"})):
            with pytest.raises(Refusal, match="no speech provider can be used") as refused:
                await client.call(method, **params)
            assert refused.value.error["code"] == "UNAVAILABLE"
        with pytest.raises(Refusal, match="^tts.convert requires text$"):
            await client.call("tts.convert", text=" ")
        assert not (tmp_path / "settings" / "tts.json").exists()


async def test_keys_that_are_there_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XI_API_KEY", "x")
    async with running(tmp_path) as app, app.client() as client:
        status = await client.call("tts.status")
        assert (status["hasOpenAIKey"], status["hasElevenLabsKey"]) == (False, True)


async def test_what_is_chosen_is_kept_beside_what_clawdbot_kept(tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    file = tmp_path / "settings" / "tts.json"
    file.write_text(json.dumps({"tts": {"enabled": True, "maxLength": 99}, "other": 1}))
    async with running(tmp_path) as app, app.client() as client:
        assert await client.call("tts.setProvider", provider="openai") == {"provider": "openai"}
        assert json.loads(file.read_text())["tts"] == {"enabled": True, "maxLength": 99, "provider": "openai"}
        assert await client.call("tts.disable") == {"enabled": False}
        assert json.loads(file.read_text()) == {
            "tts": {"maxLength": 99, "provider": "openai", "auto": "off"}, "other": 1,
        }  # fmt: skip
        assert (await client.call("tts.status"))["provider"] == "openai"
        assert (await client.call("tts.providers"))["active"] == "openai"
        with pytest.raises(Refusal, match="Invalid provider. Use openai, elevenlabs, or edge."):
            await client.call("tts.setProvider", provider="me")


async def test_preferences_that_cannot_be_read_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    file = tmp_path / "settings" / "tts.json"
    file.write_text("{")
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match="cannot be understood"):
            await client.call("tts.setProvider", provider="edge")
    assert file.read_text() == "{"
