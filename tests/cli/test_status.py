"""The status table: what is known is shown, what is wrong stands below it, durations read well."""

from __future__ import annotations

import pytest

from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.status import duration, fetch, show
from clawd_desktop.core.values import JsonObject

REPORT: JsonObject = {
    "phase": "running",
    "addresses": ["ws://127.0.0.1:18789", "ws://[::1]:18789"],
    "reason": "",
    "pid": 4711,
    "version": "0.1.0",
    "uptimeS": 3_725.4,
    "connections": 2,
    "sessions": 1_234,
    "runs": 1,
    "queued": 0,
    "pausedUntilMs": None,
    "model": "local/smollm2",
    "fallbacks": ["openai/gpt"],
    "tokensToday": {"input": 1_000, "output": 500, "cacheRead": 1, "cacheWrite": 0, "cost": 0.0},
    "secretsState": "ok",
    "secretsBackend": "Secret Service",
    "configPath": "/h/.clawdbot/clawdbot.json",
    "stateFolder": "/h/.clawdbot",
    "safeMode": False,
    "residentBytes": 65_000_000,
    "notices": [{"id": "keyring", "severity": "WARNING", "title": "Keyring locked", "text": "Unlock it."}],
}


def test_a_person_reads_a_table(screens) -> None:
    screen = screens()
    show(REPORT, screen.console)
    assert screen.shown == (
        "gateway        running\n"
        "addresses      ws://127.0.0.1:18789, ws://[::1]:18789\n"
        "version        0.1.0\n"
        "process        pid 4711\n"
        "up for         1 h 2 min\n"
        "model          local/smollm2 (then openai/gpt)\n"
        "work           1 running, 0 waiting\n"
        "sessions       1,234\n"
        "connections    2\n"
        "tokens today   1,501\n"
        "memory         65 MB\n"
        "keyring        Secret Service ok\n"
        "configuration  /h/.clawdbot/clawdbot.json\n"
        "data           /h/.clawdbot\n"
        "\nKeyring locked\nUnlock it.\n"
    )


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"phase": "failed", "reason": "port taken"}, "gateway        failed: port taken\n"),
        ({"pausedUntilMs": 0}, "paused         until you resume\n"),
        ({"safeMode": True}, "safe mode      on: channels and hooks stay off; see below why\n"),
    ],
)
def test_what_is_out_of_the_ordinary_is_said(screens, change: JsonObject, line: str) -> None:
    screen = screens()
    show(REPORT | change, screen.console)
    assert line in screen.shown


def test_a_report_that_knows_nothing_is_still_a_table(screens) -> None:
    screen = screens()
    show({}, screen.console)
    assert screen.shown.startswith("gateway  unknown\n")


async def test_a_foreign_gateway_tells_what_it_can(gateways) -> None:
    async def status(gateway, params):
        return {"sessions": {"count": 3, "defaults": {"model": "m"}}}

    async with gateways() as gateway, GatewayClient(gateway.target) as client:
        gateway.methods["status"] = status
        report = await fetch(client)
    assert report["phase"] == "running"
    assert (report["version"], report["uptimeS"], report["sessions"], report["model"]) == ("9.9", 65, 3, "m")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3_600, "1 h"), (90_061, "1 d 1 h"), (86_460, "1 d 1 min")],
)
def test_durations_read_well(seconds: float, words: str) -> None:
    assert duration(seconds) == words
