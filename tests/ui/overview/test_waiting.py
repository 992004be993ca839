"""Which notices and alerts wait for a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clawd_desktop.core.notices import Notice, NoticeAction, Severity
from clawd_desktop.operations.alert_rules import Comparison, Importance
from clawd_desktop.operations.alert_store import Alert
from clawd_desktop.ui.overview.waiting import waiting

pytestmark = pytest.mark.qt
NOW = 1_760_000_000_000
ALERT = Alert(
    "a1", "cpu.critical", "system.cpuUsage", Importance.CRITICAL, "The processor is overloaded", "CPU is 99 %",
    Comparison.ABOVE, 0.95, 0.85, 0.99, 0.99, NOW - 120_000, NOW - 60_000,
)  # fmt: skip
TOLD = Notice("alert.a1", Severity.ERROR, "The processor is overloaded", "", (), NOW)


def ids(rows: tuple[Notice, ...]) -> list[str]:
    return [row.id for row in rows]


def test_an_alert_that_was_told_stands_once() -> None:
    assert ids(waiting((TOLD,), (ALERT,), ())) == ["alert.a1"]
    (row,) = waiting((), (ALERT,), ())
    assert (row.severity, row.since_ms) == (Severity.ERROR, NOW - 60_000)
    assert [action.id for action in row.actions] == [
        "alert.acknowledge:a1", "alert.snooze:cpu.critical:3600", "page:alerts",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("alert", "snoozed"), [(replace(ALERT, acknowledged_ms=NOW), ()), (ALERT, {"cpu.critical": NOW + 1})]
)
def test_one_that_somebody_takes_care_of_waits_for_nobody(alert: Alert, snoozed: dict[str, int]) -> None:
    assert waiting((), (alert,), snoozed) == ()


def test_the_most_important_is_first_and_mere_information_is_left_out() -> None:
    info = Notice("hello", Severity.INFO, "Hello", "")
    ask = Notice("pair", Severity.ACTION, "A phone asks", "", (NoticeAction("x", "Approve"),), NOW)
    warning = replace(ALERT, id="a2", severity=Importance.WARNING)
    assert ids(waiting((info, ask), (warning, ALERT), ())) == ["pair", "alert.a1", "alert.a2"]
