"""A person hears of planned backups what the settings want, once, and that it is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clawd_desktop.backup.planned_work import Came
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.telling import FAILED, LINGERS_MS, Notify, Telling
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import NoticesChanged
from clawd_desktop.core.notices import NoticeBoard, Severity

GOOD = (BackupRecord("a", 1, "schedule", ok=True, path="/b/x", verified_ms=1),)
STORED = replace(GOOD[0], path="/d/store/snapshots/a")


class Hearing:
    def __init__(self) -> None:
        self.bus, self.clock = EventBus(), ManualClock()
        self.notices = NoticeBoard(self.bus)
        self.telling = Telling(self.notices, self.clock)
        self.raised: list[str] = []
        self.bus.subscribe(NoticesChanged, lambda event: self.raised.append(event.raised) if event.raised else None)

    @property
    def titles(self) -> list[str]:
        return [notice.title for notice in self.notices.current()]


@pytest.mark.parametrize(
    ("notify", "failing", "again", "later"),
    [
        ("always", [FAILED], ["Planned backups work again"], ["The planned backup was made"]),
        ("problems", [FAILED], ["Planned backups work again"], []),
        ("never", [], [], []),
    ],
)
def test_who_wants_to_hear_what(notify: Notify, failing: list[str], again: list[str], later: list[str]) -> None:
    hearing = Hearing()
    hearing.telling.problem(FAILED, ("The disk is full.", "It is away."), notify)
    assert hearing.titles == failing
    hearing.telling.planned(GOOD, notify)
    assert hearing.titles == again
    hearing.clock.advance(LINGERS_MS / 1000)
    hearing.telling.tick()
    hearing.telling.planned(GOOD, notify)
    assert hearing.titles == later


def test_a_problem_is_said_once_and_has_its_buttons() -> None:
    hearing = Hearing()
    for _ in range(3):
        hearing.telling.problem(FAILED, ("The disk is full.", "It is away."), "problems")
    assert hearing.raised == ["backup.planned"]
    (notice,) = hearing.notices.current()
    assert (notice.severity, notice.text, notice.announce) == (
        Severity.WARNING, "The disk is full.\nIt is away.", True
    )  # fmt: skip
    assert [action.id for action in notice.actions] == ["backup.now", "page:backup"]
    hearing.telling.problem(FAILED, ("It is away.",), "problems")
    assert len(hearing.raised) == 2
    hearing.telling.problem(FAILED, ("It is away.",), "never")
    assert hearing.titles == []
    hearing.telling.problem(FAILED, ("It is away.",), "problems")
    hearing.telling.well()
    assert hearing.titles == []


def test_what_was_asked_for_is_answered_whatever_the_settings_say() -> None:
    hearing = Hearing()
    hearing.telling.asked(Came(GOOD))
    (notice,) = hearing.notices.current()
    assert (notice.title, notice.severity, notice.announce) == ("The backup was made", Severity.INFO, True)
    assert notice.text == "It was read back and found whole: /b/x"
    hearing.telling.asked(Came((*GOOD, STORED)))
    (notice,) = hearing.notices.current()
    assert notice.text == (
        f"It was read back and found whole: /b/x. What was new in it was read back and found whole: {STORED.path}"
    )
    hearing.telling.asked(Came((), ("The disk is full.",)))
    (notice,) = hearing.notices.current()
    assert (notice.title, notice.severity, notice.text) == ("The backup failed", Severity.WARNING, "The disk is full.")
    assert [action.id for action in notice.actions] == ["backup.now", "page:backup"]
    assert hearing.telling.ends_ms == hearing.clock.wall_ms() + LINGERS_MS
    hearing.telling.asked(Came(left=True))
    assert hearing.titles == ["The backup failed"]


def test_good_news_passes_also_when_the_clock_is_set_back() -> None:
    hearing = Hearing()
    hearing.telling.planned(GOOD, "always")
    hearing.telling.tick()
    assert hearing.titles == ["The planned backup was made"]
    hearing.clock.jump_wall(-50)
    hearing.telling.tick()
    assert (hearing.titles, hearing.telling.ends_ms) == ([], None)
