"""`clawd-desktop alerts` against the running application, whose rules are made to hold by its own measurements."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli.test_devices import typed
from running_gateway import Running, running

from clawd_desktop.cli.alerts import sparkline, value_of
from clawd_desktop.cli.exits import Exit

# Always true: the process needs more than one byte.
RULE = {"metric": "process.memory", "comparison": "above", "value": "1B", "title": "Memory is used"}
SETTINGS = {"rules": {"mine": RULE, "bad": {"metric": "no.such", "comparison": "above", "value": 1}},
            "thresholds": {"checkInterval": 1000}}  # fmt: skip


async def opened(app: Running) -> str:
    """The id of the alert that the rule makes, when it is there."""
    async with app.client() as client, asyncio.timeout(30):
        while True:
            rows = (await client.call("alerts.list"))["open"]
            found = [row["id"] for row in rows if row["rule"] == "mine"]  # type: ignore[attr-defined]
            if found:
                return str(found[0])
            await asyncio.sleep(0.05)


async def test_from_the_list_to_the_reason(tmp_path: Path, screens: Callable[[], Any]) -> None:
    async with running(tmp_path, monitoring=SETTINGS) as app:
        alert = await opened(app)
        _, screen = await typed(app, screens, "alerts")
        assert "Memory is used" in screen.shown
        assert "above 1 B" in screen.shown
        _, screen = await typed(app, screens, "alerts rules")
        assert "CPU above 80 % for 60 s" in screen.shown
        assert "monitoring.rules.bad.metric: there is no metric 'no.such'" in screen.shown
        code, screen = await typed(app, screens, f"alerts why {alert}")
        assert code is Exit.OK
        assert "Rule mine: Memory of Clawd Desktop above 1 B." in screen.shown
        assert "now, it is not over" in screen.shown
        _, screen = await typed(app, screens, f"alerts ack {alert}")
        assert screen.shown == "Acknowledged: Memory is used.\n"
        _, screen = await typed(app, screens, "alerts list --json")
        listed = json.loads(screen.shown)
        (row,) = [row for row in listed["open"] if row["rule"] == "mine"]
        assert row["acknowledgedBy"] == "cli"
        _, screen = await typed(app, screens, "alerts snooze mine 1h")
        assert screen.shown == "mine says nothing for 60 min.\n"
        _, screen = await typed(app, screens, "alerts")
        assert "Snoozed: mine until " in screen.shown
        _, screen = await typed(app, screens, "alerts snooze mine 0")
        assert screen.shown == "mine speaks again.\n"
        _, screen = await typed(app, screens, "alerts past")
        assert screen.shown == "Nothing was wrong.\n"


async def test_a_test_says_who_was_told_and_fails_when_one_was_not(tmp_path: Path, screens: Callable[[], Any]) -> None:
    sinks = {"away": {"type": "channel", "channel": "telegram"}}
    async with running(tmp_path, monitoring={"sinks": sinks}) as app:
        code, screen = await typed(app, screens, "alerts test disk.low")
        assert code is Exit.FAILED
        assert "told" in screen.shown
        assert "telegram' cannot send messages in this version" in screen.shown


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("alerts ack nope", "There is no alert 'nope'"),
        ("alerts why nope", "There is no alert 'nope'"),
        ("alerts snooze nope 1h", "There is no rule 'nope'"),
        ("alerts snooze disk.low soon", '"soon" is no value'),
        ("alerts snooze disk.low 5GiB", "does not fit what is measured in s"),
        ("alerts test nope", "There is no rule 'nope'"),
    ],
)
async def test_what_is_not_there(tmp_path: Path, screens: Callable[[], Any], line: str, said: str) -> None:
    async with running(tmp_path) as app:
        code, screen = await typed(app, screens, line)
        assert (code is Exit.OK, screen.shown) == (False, "")
        assert said in screen.noted


@pytest.mark.parametrize(
    ("values", "bars"),
    [([], ""), ([None], ""), ([1.0], "▁"), ([0.0, 1.0], "▁█"), ([0.0, None, 1.0], "▁ █"), ([5.0, 5.0], "▁▁")],
)
def test_bars(values: list[float | None], bars: str) -> None:
    assert sparkline(values) == bars


def test_many_values_fit_into_a_line_and_keep_their_peaks() -> None:
    line = sparkline([0.0] * 500 + [9.0] + [0.0] * 500, width=40)
    assert len(line) <= 40
    assert line.count("█") == 1


def test_a_value_of_an_unknown_unit() -> None:
    assert value_of({"value": 3, "unit": "parsec"}, "value") == "3"
