"""Alerts, rules and quiet hours as people read them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ui.staging import NOW

from clawd_desktop.config.schema.monitoring import Monitoring, QuietHours
from clawd_desktop.operations.alert_rules import Comparison, Importance, defaults
from clawd_desktop.operations.alert_store import Alert
from clawd_desktop.operations.quiet import Quietness
from clawd_desktop.ui.alerts.words import (
    DAYS,
    IMPORTANCES,
    condition,
    course,
    days_sentence,
    hours_sentence,
    quiet_sentence,
)

pytestmark = pytest.mark.qt
RULES = {rule.id: rule for rule in defaults(Monitoring())}
ALERT = Alert("a1", "cpu.warning", "system.cpuUsage", Importance.WARNING, "The processor is busy", "CPU is at 93 %.",
              Comparison.ABOVE, 0.8, 0.72, 0.9, 0.93, NOW - 120_000, NOW - 60_000)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("cpu.warning", "CPU above 80 % for 60 s"), ("disk.low", "Free disk below 2.0 GiB"),
        ("channel.down", "Channel connected below 1 for 3 min"),
    ],
)  # fmt: skip
def test_conditions(rule: str, said: str) -> None:
    assert condition(RULES[rule]) == said


def test_the_course_of_an_alert() -> None:
    assert course(ALERT, NOW).startswith("worst 93 % · since ")
    over = replace(
        ALERT, ended_ms=NOW, ended_because="rule", acknowledged_ms=NOW, acknowledged_by="owner", escalated_ms=NOW
    )
    said = course(over, NOW)
    for words in ("for 1 min", "acknowledged by owner", "passed on", "its rule was changed or switched off"):
        assert words in said


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (Quietness(), "Notifications are on."), (Quietness("system"), "Quiet: the system's Do Not Disturb is on."),
        (Quietness("muted", NOW + 60_000), "Muted until "), (Quietness("hours", NOW + 60_000), "Quiet hours until "),
    ],
)  # fmt: skip
def test_whether_it_is_quiet(state: Quietness, said: str) -> None:
    assert quiet_sentence(state, NOW).startswith(said)


@pytest.mark.parametrize(
    ("days", "said"),
    [(DAYS, "every day"), (DAYS[:5], "Monday to Friday"), (("sun", "sat"), "Sat, Sun")],
)
def test_days(days: tuple[str, ...], said: str) -> None:
    assert days_sentence(days) == said


def test_hours_and_signs() -> None:
    assert hours_sentence(QuietHours()) == "22:00 to 07:00, every day"
    assert set(IMPORTANCES) == set(Importance)
