"""The configuration over a real socket: nothing is overwritten that was not read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running_gateway import Refusal, running


async def test_get_shows_file_meaning_and_hash(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        shown = await client.call("config.get")
        assert (shown["exists"], shown["valid"], shown["issues"]) == (True, True, [])
        assert shown["raw"] == (tmp_path / "clawdbot.json").read_text(encoding="utf-8")
        assert len(str(shown["hash"])) == 64
        assert shown["config"]["gateway"]["bind"] == "loopback", "defaults are applied"  # type: ignore[index]
        assert "test-key-canary" not in json.dumps(shown), "a variable stays a variable"


async def test_schema_is_a_json_schema_with_hints(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        answer = await client.call("config.schema")
        assert answer["schema"]["properties"]["gateway"]  # type: ignore[index]
        assert any(hint.get("sensitive") for hint in answer["uiHints"].values())  # type: ignore[union-attr]


async def test_patch_needs_the_hash_and_keeps_the_rest(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match="config base hash required; re-run config.get and retry"):
            await client.call("config.patch", raw='{"ui": {"assistant": {"name": "Molty"}}}')
        base = (await client.call("config.get"))["hash"]
        patched = await client.call("config.patch", raw="{ui: {assistant: {name: 'Molty'}}}", baseHash=base)
        assert patched["ok"] is True
        assert (await client.call("agent.identity.get"))["name"] == "Molty", "in force at once"
        with pytest.raises(Refusal, match="config changed since last load; re-run config.get and retry"):
            await client.call("config.patch", raw="{}", baseHash=base)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("[1]", "config.patch raw must be an object"),
        ("{", "SyntaxError: JSON5"),
        ('{"gateway": {"bind": 5}}', "invalid config"),
    ],
)
async def test_a_bad_patch_changes_nothing(tmp_path: Path, raw: str, says: str) -> None:
    async with running(tmp_path) as app, app.client() as client:
        before = (tmp_path / "clawdbot.json").read_bytes()
        base = (await client.call("config.get"))["hash"]
        with pytest.raises(Refusal, match=says):
            await client.call("config.patch", raw=raw, baseHash=base)
        assert (tmp_path / "clawdbot.json").read_bytes() == before


async def test_set_and_apply_replace_the_whole_file(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        shown = await client.call("config.get")
        changed = str(shown["raw"]).replace("Echo", "Other")
        answer = await client.call("config.set", raw=changed, baseHash=shown["hash"])
        assert answer["ok"] is True
        shown = await client.call("config.get")
        assert "Other" in str(shown["raw"])
        applied = await client.call("config.apply", raw=changed.replace("Other", "Third"), baseHash=shown["hash"])
        assert "Third" in (tmp_path / "clawdbot.json").read_text(encoding="utf-8")
        assert applied["restart"]["ok"] is True  # type: ignore[index]


async def test_a_change_that_needs_it_restarts_the_gateway_and_tells_the_clients(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        base = (await client.call("config.get"))["hash"]
        await client.call("config.patch", raw={"gateway": {"bind": "auto"}}, baseHash=base, restartDelayMs=0)
        told = await client.until("shutdown")
        assert told["reason"] == "gateway restarting"
