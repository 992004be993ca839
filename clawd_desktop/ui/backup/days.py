"""Which days have a good backup, which only ones that failed, and which have none; pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.ui.i18n import mark, tr

# As many as any month needs, so that the calendar keeps its height.
WEEKS = 6
WEEKDAYS = (
    mark("Monday"), mark("Tuesday"), mark("Wednesday"), mark("Thursday"), mark("Friday"), mark("Saturday"),
    mark("Sunday"),
)  # fmt: skip
SHORT_WEEKDAYS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))
MONTHS = (
    mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"), mark("July"),
    mark("August"), mark("September"), mark("October"), mark("November"), mark("December"),
)  # fmt: skip


class Mark(StrEnum):
    """What a day shows. `WITHOUT` is a day of the past, since the first backup, that has none."""

    GOOD = "good"
    MIXED = "mixed"
    PARTIAL = "partial"
    UNCHECKED = "unchecked"
    FAILED = "failed"
    WITHOUT = "without"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Day:
    """How many backups of a day are good, hold chosen areas only, were never read back, and failed or are damaged."""

    good: int = 0
    partial: int = 0
    unchecked: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Days:
    """All days with an attempt; `first` is the earliest of them, None when there is none."""

    by_date: Mapping[date, Day]
    today: date
    first: date | None = None

    def mark(self, when: date) -> Mark:
        """What that day shows."""
        day = self.by_date.get(when)
        if day is None:
            passed = self.first is not None and self.first <= when < self.today
            return Mark.WITHOUT if passed else Mark.NOTHING
        if day.good:
            return Mark.MIXED if day.bad else Mark.GOOD
        if day.partial:
            return Mark.PARTIAL
        return Mark.UNCHECKED if day.unchecked else Mark.FAILED


def days_of(records: Iterable[BackupRecord], now_ms: int) -> Days:
    """The days of these backups, in the computer's time zone."""
    counts: dict[date, list[int]] = {}
    for record in records:
        counts.setdefault(day_of(record.at_ms), [0, 0, 0, 0])[_kind(record)] += 1
    found = {when: Day(*numbers) for when, numbers in counts.items()}
    return Days(found, day_of(now_ms), min(found, default=None))


def _kind(record: BackupRecord) -> int:
    """Which number of a `Day` it belongs to."""
    if not record.ok or record.text:
        return 3
    if not record.verified_ms:
        return 2
    return 1 if record.partial else 0


def day_of(at_ms: int) -> date:
    """The day of a time."""
    return datetime.fromtimestamp(at_ms / 1000).date()


def weeks_of(month: date, first_weekday: int) -> tuple[date, ...]:
    """The days that a page of the calendar shows, six weeks; `first_weekday` is 0 for Monday."""
    first = month.replace(day=1)
    before = (first.weekday() - first_weekday) % 7
    start = first.toordinal() - before
    last = date.max.toordinal()
    return tuple(date.fromordinal(min(max(1, start + number), last)) for number in range(7 * WEEKS))


def month_after(month: date, step: int) -> date:
    """The first day of the month that lies so many months later."""
    number = min(max(12, month.year * 12 + month.month - 1 + step), 12 * 9_999 + 11)
    return date(number // 12, number % 12 + 1, 1)


def same_day_in(when: date, month: date) -> date:
    """The same day of another month, its last one where it is shorter."""
    return month.replace(day=min(when.day, calendar.monthrange(month.year, month.month)[1]))


def month_name(month: date) -> str:
    """The month as it stands above its page."""
    return tr("{month} {year}", month=tr(MONTHS[month.month - 1]), year=month.year)


def day_name(when: date) -> str:
    """The day in full."""
    names = {"weekday": tr(WEEKDAYS[when.weekday()]), "month": tr(MONTHS[when.month - 1])}
    return tr("{weekday}, {day} {month} {year}", day=when.day, year=when.year, **names)


def told(when: date, days: Days) -> str:
    """The day and what it has, for whoever does not see it."""
    day = days.by_date.get(when)
    if day is None:
        said = [tr("no backup")] if days.mark(when) is Mark.WITHOUT else []
    else:
        counts = (
            (day.good, tr("good: {n}", n=day.good)),
            (day.partial, tr("of some areas: {n}", n=day.partial)),
            (day.unchecked, tr("not checked: {n}", n=day.unchecked)),
            (day.bad, tr("failed or damaged: {n}", n=day.bad)),
        )
        said = [text for number, text in counts if number]
    if when == days.today:
        said.insert(0, tr("today"))
    return f"{day_name(when)}: {', '.join(said)}" if said else day_name(when)
