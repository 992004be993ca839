"""Resources and cache over a real socket: real figures, suggestions that can be applied, a cache that is cleared."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import psutil
import pytest
from running_gateway import Refusal, running

from clawd_desktop.operations import resource_watch


async def test_the_figures_are_those_of_this_computer(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        found = await client.call("resources.get")
        system = found["system"]
        assert 0 < system["memoryAvailable"] <= system["memoryTotal"] <= psutil.virtual_memory().total
        assert system["memoryUsage"] > 20 * 2**20
        assert system["diskFree"] > 0
        assert system["activeConnections"] >= 1
        kinds = {row["kind"]: row for row in found["kinds"]}
        assert {name: row.get("ceiling") for name, row in kinds.items()} == {
            "agent": 4, "model": 1, "browser": 2, "exec": 16, "memory": None,
        }  # fmt: skip
        assert kinds["exec"]["built"] is False
        assert found["limits"]["waitTimeoutMs"] == 300_000


async def test_turns_that_run_and_wait_are_seen_and_a_ceiling_can_be_changed_meanwhile(tmp_path: Path) -> None:
    one = {"defaults": {"model": {"primary": "test/echo"}, "workspace": "workspace", "maxConcurrent": 1}}
    async with running(tmp_path, agents=one) as app, app.client() as client:
        app.provider.gate.clear()
        for number in range(3):
            await client.call("chat.send", message="hello", sessionKey=f"s{number}", idempotencyKey=f"k{number}")

        async def agent() -> dict[str, object]:
            return (await client.call("resources.get"))["kinds"][0]

        async with asyncio.timeout(20):
            while (row := await agent())["waiting"] != 2:
                await asyncio.sleep(0.02)
        assert row["used"] == 1
        assert row["reason"] == "1 run already, at most 1 may."
        shot = await client.call("config.get")
        change = {"agents": {"defaults": {"maxConcurrent": 3}}}
        await client.call("config.patch", raw=json.dumps(change), baseHash=shot["hash"])
        async with asyncio.timeout(20):
            while (await agent())["used"] != 3:
                await asyncio.sleep(0.02)
        app.provider.gate.set()
        async with asyncio.timeout(20):
            while (await agent())["used"]:
                await asyncio.sleep(0.02)


async def test_a_turn_that_waits_for_memory_says_so_and_goes_on_when_there_is_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource_watch, "TELL_AFTER_S", 0.5)
    agents = {
        "defaults": {"model": {"primary": "test/echo"}, "workspace": "workspace"},
        "memoryLimit": 1,  # MB: this process has more
    }
    async with running(tmp_path, agents=agents) as app, app.client() as client:
        await client.call("chat.send", message="hello", sessionKey="s", idempotencyKey="k")

        async def waiting() -> list[dict[str, object]]:
            desktop = (await client.call("status"))["desktop"]
            assert (desktop["runs"], desktop["queued"]) in ((1, 1), (0, 0))
            return [each for each in desktop["notices"] if each["id"] == "resources.waiting"]

        async with asyncio.timeout(30):
            while not (found := await waiting()):
                await asyncio.sleep(0.05)
        assert found[0]["title"] == "Waiting for memory"
        assert "and may use 1.0 MiB (agents.memoryLimit). 1 of the turns waits" in str(found[0]["text"])
        assert app.provider.requests == []
        shot = await client.call("config.get")
        await client.call("config.patch", raw='{"agents": {"memoryLimit": 4096}}', baseHash=shot["hash"])
        assert (await client.call("agent.wait", runId="k", timeoutMs=20_000))["status"] == "ok"
        async with asyncio.timeout(30):
            while await waiting():
                await asyncio.sleep(0.05)


async def test_a_suggestion_can_be_applied_as_it_is(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        found = await client.call("resources.suggest", production=True)
        assert found["preset"] == "server"
        settings = {row["path"]: row for row in found["settings"]}
        assert settings["agents.defaults.maxConcurrent"]["current"] == 4
        shot = await client.call("config.get")
        await client.call("config.patch", raw=json.dumps(found["patch"]), baseHash=shot["hash"])
        shot = await client.call("config.get")
        assert shot["valid"], shot["issues"]
        again = await client.call("resources.suggest", preset="server")
        assert all(row["current"] == row["value"] for row in again["settings"])
        at_home = await client.call("resources.suggest")
        assert at_home["preset"] == "desktop"


async def test_the_cache_is_shown_and_cleared(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        found = await client.call("cache.stats")
        assert {row["namespace"] for row in found["namespaces"]} >= {"web_fetch", "models", "avatars", "embeddings"}
        assert (found["memoryLimit"], found["diskLimit"]) == (16 * 2**20, 256 * 2**20)
        assert await client.call("cache.clear") == {"ok": True, "cleared": 0}
        entries = (await client.call("audit.list"))["entries"]
        assert [each["subject"] for each in entries if each["act"] == "cache.cleared"] == ["all"]
        with pytest.raises(Refusal, match='no kind "nothing"'):
            await client.call("cache.clear", namespace="nothing")
