"""Settings of skills are kept for real; nothing claims that a skill is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running_gateway import Refusal, running


async def test_no_skill_is_listed_or_installed(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        status = await client.call("skills.status")
        assert (status["skills"], status["managedSkillsDir"]) == ([], str(tmp_path / "skills"))
        frame = await client.final(await client.send("skills.install", name="weather", installId="brew"))
        assert frame["error"]["code"] == "UNAVAILABLE"  # type: ignore[index]
        assert "Skill not found: weather" in frame["error"]["message"]  # type: ignore[index]
        assert (frame["payload"]["ok"], frame["payload"]["code"]) == (False, None)  # type: ignore[index]
        with pytest.raises(Refusal, match="at /timeoutMs: must be >= 1000"):
            await client.call("skills.install", name="x", installId="y", timeoutMs=5)


async def test_settings_are_merged_and_the_key_goes_into_the_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAWD_SECRETS_FILE", str(tmp_path / "secrets"))
    async with running(tmp_path) as app, app.client() as client:
        first = await client.call(
            "skills.update", skillKey="weather", enabled=False, apiKey=" sk-weather-1 ", env={"CITY": "Paris", "": "x"}
        )
        kept = "keyring:skills.entries.weather.apiKey"
        assert first["config"] == {"enabled": False, "apiKey": kept, "env": {"CITY": "Paris"}}
        text = (tmp_path / "clawdbot.json").read_text()
        assert "sk-weather-1" not in text
        assert kept in text
        second = await client.call("skills.update", skillKey="weather", env={"CITY": " ", "UNIT": "C"})
        assert second["config"] == {"enabled": False, "apiKey": kept, "env": {"UNIT": "C"}}
        assert json.loads((tmp_path / "secrets").read_text()) == {"skills.entries.weather.apiKey": "sk-weather-1"}
        third = await client.call("skills.update", skillKey="weather", apiKey="", enabled=True)
        assert third["config"] == {"enabled": True, "env": {"UNIT": "C"}}
        config = (await client.call("config.get"))["config"]
        assert config["skills"]["entries"]["weather"] == third["config"]  # type: ignore[index]
        assert json.loads((tmp_path / "secrets").read_text()) == {}


async def test_where_secrets_cannot_be_kept_a_key_is_refused_and_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAWD_SECRETS_FILE", str(tmp_path / "secrets"))
    (tmp_path / "secrets").write_text("{}")
    (tmp_path / "secrets").chmod(0o644)
    async with running(tmp_path) as app, app.client() as client:
        before = (tmp_path / "clawdbot.json").read_text()
        with pytest.raises(Refusal, match="can be read by other users"):
            await client.call("skills.update", skillKey="weather", apiKey="sk-1")
        assert (tmp_path / "clawdbot.json").read_text() == before
