"""Days and their marks, and the pages of the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.ui.backup.days import (
    Days,
    Mark,
    day_of,
    days_of,
    month_after,
    month_name,
    same_day_in,
    told,
    weeks_of,
)

pytestmark = pytest.mark.qt
TODAY = date(2026, 11, 26)


def at(when: date, hour: int = 12) -> int:
    return int(datetime(when.year, when.month, when.day, hour).timestamp() * 1000)


GOOD = BackupRecord("good", at(TODAY), "schedule", ok=True, path="/b/a", verified_ms=at(TODAY))
FAILED = replace(GOOD, ok=False, path="", verified_ms=0, text="The disk is full.")
DAMAGED = replace(GOOD, verified_ms=0, text="Byte 7.")
UNREAD = replace(GOOD, verified_ms=0)
PARTIAL = replace(GOOD, partial=True)


def days(*records: BackupRecord) -> Days:
    return days_of(records, at(TODAY, 18))


@pytest.mark.parametrize(
    ("records", "mark"),
    [
        ((GOOD,), Mark.GOOD),
        ((GOOD, GOOD), Mark.GOOD),
        ((GOOD, FAILED), Mark.MIXED),
        ((GOOD, DAMAGED), Mark.MIXED),
        ((GOOD, PARTIAL), Mark.GOOD),
        ((PARTIAL,), Mark.PARTIAL),
        ((PARTIAL, UNREAD, FAILED), Mark.PARTIAL),
        ((replace(UNREAD, partial=True),), Mark.UNCHECKED),
        ((FAILED,), Mark.FAILED),
        ((DAMAGED,), Mark.FAILED),
        ((UNREAD,), Mark.UNCHECKED),
        ((UNREAD, FAILED), Mark.UNCHECKED),
        ((), Mark.NOTHING),
    ],
)
def test_the_mark_of_a_day(records: tuple[BackupRecord, ...], mark: Mark) -> None:
    assert days(*records).mark(TODAY) is mark


def test_days_without_one_are_those_since_the_first_until_yesterday() -> None:
    found = days(replace(GOOD, at_ms=at(TODAY - timedelta(days=3))))
    marks = [found.mark(TODAY + timedelta(days=number)) for number in range(-4, 2)]
    assert marks == [Mark.NOTHING, Mark.GOOD, Mark.WITHOUT, Mark.WITHOUT, Mark.NOTHING, Mark.NOTHING]


def test_a_day_is_that_of_this_computer_s_clock() -> None:
    assert day_of(at(TODAY, 0)) == day_of(at(TODAY, 23)) == TODAY


@pytest.mark.parametrize(
    ("first_weekday", "begin"), [(0, date(2026, 10, 26)), (6, date(2026, 11, 1)), (5, date(2026, 10, 31))]
)
def test_a_page_begins_with_the_first_weekday(first_weekday: int, begin: date) -> None:
    found = weeks_of(TODAY, first_weekday)
    assert found[0] == begin
    assert found[0].weekday() == first_weekday
    assert len(found) == 42
    assert date(2026, 11, 30) in found


@pytest.mark.parametrize("month", [date.min, date(9999, 12, 31)])
def test_the_ends_of_all_time_have_a_page(month: date) -> None:
    assert len(weeks_of(month, 0)) == 42
    assert month_after(month, 1) >= month_after(month, -1)


@pytest.mark.parametrize(
    ("step", "month"), [(1, date(2026, 12, 1)), (2, date(2027, 1, 1)), (-11, date(2025, 12, 1)), (0, date(2026, 11, 1))]
)
def test_other_months(step: int, month: date) -> None:
    assert month_after(TODAY, step) == month


def test_a_shorter_month_has_its_last_day() -> None:
    assert same_day_in(date(2026, 1, 31), date(2026, 2, 1)) == date(2026, 2, 28)


def test_in_words() -> None:
    found = days(GOOD, FAILED, replace(GOOD, at_ms=at(TODAY - timedelta(days=2))))
    assert told(TODAY, found) == "Thursday, 26 November 2026: today, good: 1, failed or damaged: 1"
    assert told(TODAY - timedelta(days=1), found) == "Wednesday, 25 November 2026: no backup"
    assert told(TODAY + timedelta(days=1), found) == "Friday, 27 November 2026"
    assert month_name(TODAY) == "November 2026"
