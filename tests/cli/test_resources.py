"""`clawd-desktop resources` for people and programs."""

from __future__ import annotations

import io
import json

import pytest

from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.commands import run
from clawd_desktop.cli.exits import Exit

MIB, GIB = 2**20, 2**30
SYSTEM = {
    "memoryUsage": 150 * MIB, "memoryAvailable": 3 * GIB, "memoryTotal": 8 * GIB, "cpuUsage": 0.25, "cores": 1.5,
    "diskUsage": 0.5, "diskFree": 20 * GIB, "activeConnections": 3, "contained": True,
}  # fmt: skip
LIMITS = {
    "reserveMemory": 256 * MIB, "reserveDisk": 512 * MIB, "maxCpu": 0.98, "memoryLimit": GIB, "waitTimeoutMs": 300_000,
    "maxWaiting": 200,
}  # fmt: skip
AGENT = {
    "kind": "agent", "title": "Turns", "used": 4, "waiting": 2, "ceiling": 4, "memory": 1, "needs": 1, "built": True,
    "holders": ["a"], "waitedMs": 65_000, "reason": "4 run already, at most 4 may.", "cause": "place",
}  # fmt: skip
EXEC = {
    "kind": "exec", "title": "Commands", "used": 0, "waiting": 0, "memory": 0, "needs": 1, "built": False,
    "holders": [], "waitedMs": 0,
}  # fmt: skip
PAGES = {
    "namespace": "web_fetch", "hitsMemory": 7, "hitsDisk": 2, "misses": 3, "joined": 1, "made": 3, "failed": 0,
    "evictions": 5, "faults": 0, "entries": 4, "bytes": 2048, "ttlMs": 900_000, "onDisk": True,
}  # fmt: skip
CACHE = {"memoryBytes": 2048, "memoryLimit": 16 * MIB, "diskBytes": 0, "diskLimit": GIB, "namespaces": [PAGES]}
REPORT = {"ts": 1, "system": SYSTEM, "limits": LIMITS, "kinds": [AGENT, EXEC]}
SUGGESTION = {
    "preset": "desktop",
    "machine": {"cores": 2.0, "memory": 4 * GIB},
    "settings": [{"path": "agents.memoryLimit", "value": 512, "current": 1024.0, "why": "by memory"}],
    "patch": {"agents": {"memoryLimit": 512}},
}


async def shut() -> int | None:
    return None


async def typed(gateway, screens, line: str):
    screen = screens()
    code = await run(parse(line.split()), gateway.find, screen.console, io.StringIO(), shut)
    return code, screen


def says(value: object):
    async def answer(gateway, params):
        return value

    return answer


async def test_resources_and_cache_are_shown(gateways, screens) -> None:
    async with gateways() as gateway:
        gateway.methods |= {"resources.get": says(REPORT), "cache.stats": says(CACHE)}
        code, screen = await typed(gateway, screens, "resources")
        assert code == Exit.OK
        for shown in (
            "this container", "150.0 MiB", "3.0 GiB of 8.0 GiB", "limit 1.0 GiB", "25 %", "1.5 cores", "Turns",
            "1 min 5 s", "4 run already, at most 4 may.", "Commands (not built yet)", "web_fetch", "15 min",
            "In memory 2.0 KiB of 16.0 MiB",
        ):  # fmt: skip
            assert shown in screen.shown, screen.shown
        _, screen = await typed(gateway, screens, "resources --json")
        assert json.loads(screen.shown) == {**REPORT, "cache": CACHE}


async def test_a_computer_that_cannot_be_measured(gateways, screens) -> None:
    report = {key: value for key, value in REPORT.items() if key != "system"} | {"fault": "it does not answer"}
    async with gateways() as gateway:
        gateway.methods |= {"resources.get": says(report), "cache.stats": says(CACHE)}
        _, screen = await typed(gateway, screens, "resources")
        assert "cannot be measured (it does not answer)" in screen.shown


@pytest.mark.parametrize("exists", [True, False])
async def test_a_suggestion_is_shown_and_applied_only_when_that_is_asked(gateways, screens, exists: bool) -> None:
    async with gateways() as gateway:
        shot = {"exists": exists, "hash": "h1"}
        gateway.methods |= {
            "resources.suggest": says(SUGGESTION), "config.get": says(shot), "config.patch": says({"ok": True}),
        }  # fmt: skip
        code, screen = await typed(gateway, screens, "resources suggest")
        assert code == Exit.OK
        for shown in ("For 2 cores and 4.0 GiB as a desktop", "agents.memoryLimit", "1024", "512", "by memory"):
            assert shown in screen.shown
        assert gateway.calls == [("resources.suggest", {"production": False})]
        gateway.calls.clear()
        code, screen = await typed(gateway, screens, "resources suggest --production --apply --json")
        assert (code, json.loads(screen.shown)) == (Exit.OK, SUGGESTION)
        assert gateway.calls[0] == ("resources.suggest", {"production": True})
        name, change = gateway.calls[-1]
        assert (name, json.loads(change["raw"])) == ("config.patch", {"agents": {"memoryLimit": 512}})
        assert change.get("baseHash") == ("h1" if exists else None)
        assert "Applied" in screen.noted


async def test_an_application_that_is_refused_says_so(gateways, screens) -> None:
    async with gateways() as gateway:

        async def refuse(gateway, params):
            raise gateway.Refuse("INVALID_REQUEST", "config base hash is stale")

        gateway.methods |= {
            "resources.suggest": says(SUGGESTION), "config.get": says({"exists": True, "hash": "h"}),
            "config.patch": refuse,
        }  # fmt: skip
        code, screen = await typed(gateway, screens, "resources suggest --apply")
        assert code != Exit.OK
        assert "stale" in screen.noted
        assert "Applied" not in screen.noted
