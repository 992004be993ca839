"""The methods about alerts against a desk with measurements; test_every_row.py calls them over a real socket."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from alert_stage import AlertStage, started
from running_gateway import Refusal, running

from clawd_desktop.gateway.methods.alerts import AlertMethods, AlertParams, PastParams, RuleParams, SnoozeParams
from clawd_desktop.gateway.methods.table import Call, Client, NoParams, Role

CLIENT = Client(
    "c", "cli", "cli", "1", "linux", Role.OPERATOR, (), "", True, "secret", 3, 0, display_name="Ann's phone"
)
CALL = cast(Call, type("Request", (), {"client": CLIENT, "request_id": "1"})())
DISK, CPU = "system.diskFree", "system.cpuUsage"


def methods(stage: AlertStage) -> AlertMethods:
    return AlertMethods(stage.desk, stage.quiet)


async def test_from_open_to_past(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        stage.measure("channel.up{telegram}", 0, seconds=200)
        (row,) = methods(stage).current(CALL, NoParams())["open"]
        assert (row["rule"], row["label"], row["unit"], row["severity"], row["comparison"]) == (
            "channel.down", "telegram", "count", "warning", "below",
        )  # fmt: skip
        assert {"endedMs", "endedBecause", "acknowledgedMs", "escalatedMs"} & set(row) == set()
        done = methods(stage).acknowledge(CALL, AlertParams(id=row["id"]))
        assert (done["acknowledgedBy"], done["acknowledgedMs"]) == ("Ann's phone", stage.now)
        stage.measure("channel.up{telegram}", 1)
        assert methods(stage).current(CALL, NoParams())["open"] == []
        (past,) = methods(stage).past(CALL, PastParams())["past"]
        assert past["endedMs"] == stage.now


async def test_without_a_name_the_kind_of_client_acknowledges(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        stage.measure(DISK, 1.0)
        call = cast(Call, type("Request", (), {"client": replace(CLIENT, display_name="")})())
        row = methods(stage).acknowledge(call, AlertParams(id=stage.desk.open()[0].id))
        assert row["acknowledgedBy"] == "cli"


async def test_rules_snooze_and_quiet(tmp_path: Path) -> None:
    rules = {"bad": {"value": 1}, "disk.low": {"sinks": ["log"]}}
    async with started(tmp_path, rules=rules) as stage:
        until = methods(stage).snooze(CALL, SnoozeParams(rule="disk.low", seconds=60))["untilMs"]
        listed = methods(stage).rules(CALL, NoParams())
        assert [fault["rule"] for fault in listed["faults"]] == ["bad"]
        disk = next(row for row in listed["rules"] if row["id"] == "disk.low")
        assert (disk["sinks"], disk["snoozedUntilMs"], disk["unit"], disk["clear"]) == (
            ["log"], until, "bytes", 2.5 * 2**30,
        )  # fmt: skip
        assert methods(stage).current(CALL, NoParams())["snoozed"] == {"disk.low": until}
        assert methods(stage).current(CALL, NoParams())["quiet"] == {"on": False}
        await stage.quiet.mute(60)
        assert methods(stage).current(CALL, NoParams())["quiet"] == {
            "on": True, "because": "muted", "untilMs": stage.now + 60_000,
        }  # fmt: skip


async def test_why_with_a_gap(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        stage.measure(CPU, 0.9, seconds=90)
        stage.history.add(CPU, stage.now, math.nan)
        (alert,) = stage.desk.open()
        why = await methods(stage).why(CALL, AlertParams(id=alert.id))
        assert (why["sentence"], why["beginMs"], why["endMs"]) == ("CPU above 80 % for 60 s", alert.since_ms, stage.now)
        assert why["mean"][-1] is None
        assert why["mean"][0] == 0.9
        assert len(why["times"]) == len(why["low"]) == len(why["high"])


async def test_a_test_tells_how_each_sink_did(tmp_path: Path) -> None:
    sinks = {"away": {"type": "channel", "channel": "telegram"}}
    async with started(tmp_path, sinks=sinks) as stage:
        tested = await methods(stage).test(CALL, RuleParams(rule="disk.low"))
        assert tested["sinks"][:2] == [{"sink": "notification", "ok": True}, {"sink": "badge", "ok": True}]
        assert tested["sinks"][-1] == {"sink": "away", "ok": False, "text": "There is no channel telegram."}


async def test_who_may_only_read_cannot_change(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client(scopes=["operator.read"]) as reader:
        assert await reader.call("alerts.list")
        for method, params in (
            ("alerts.acknowledge", {"id": "a"}),
            ("alerts.snooze", {"rule": "disk.low", "seconds": 1}),
            ("alerts.test", {"rule": "disk.low"}),
        ):
            with pytest.raises(Refusal, match=r"missing scope: operator\.admin"):
                await reader.call(method, **params)
