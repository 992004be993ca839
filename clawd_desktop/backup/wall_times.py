"""The moments at which a plan falls due: by the wall clock of a time zone, summer time included; does no I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal, TypeAlias

from clawd_desktop.core.errors import BadInput

HOUR_MS = 3_600_000
Kind: TypeAlias = Literal["daily", "weekly", "hours"]
# Wider than any step between two moments, and than what a time zone ever left out.
_LOOK_DAYS = 9
# Systems know no days before 1970, and calendars end: a clock that says so is wrong, and nothing falls due.
_FIRST_MS, _LAST_MS = 15 * 86_400_000, 250_000_000_000_000


@dataclass(frozen=True, slots=True)
class WallPlan:
    """When something is due. `minute` is since midnight, `days` are weekdays (0 is Monday) of a weekly one.

    Every so many `hours` counts from `minute`, begins anew with each day, and so falls on the same times each day.
    `zone` None is this computer's. Raises BadInput for a time, a day or a number of hours that cannot be.
    """

    kind: Kind = "daily"
    minute: int = 210
    days: frozenset[int] = frozenset({6})
    hours: int = 6
    zone: tzinfo | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.minute < 1440:
            raise BadInput(f"There is no minute {self.minute} of a day.", hint="Write a time such as 03:30.")
        if self.kind == "weekly" and (not self.days or not self.days <= frozenset(range(7))):
            raise BadInput("A weekly plan needs days of the week.", hint="Name at least one, such as sun.")
        if self.kind == "hours" and not 1 <= self.hours <= 24:
            raise BadInput(f"Nothing can be done every {self.hours} hours of a day.", hint="Write 1 to 24.")


def after(plan: WallPlan, moment_ms: int) -> int | None:
    """The first moment after that one, in ms since the epoch; None where calendars end.

    A time that the clock leaves out in spring falls due just after; one that it shows twice in autumn, the first time.
    """
    return min((moment for moment in _near(plan, moment_ms, 1) if moment > moment_ms), default=None)


def upto(plan: WallPlan, moment_ms: int) -> int | None:
    """The last moment that is not after that one; None where calendars begin."""
    return max((moment for moment in _near(plan, moment_ms, -1) if moment <= moment_ms), default=None)


def words(plan: WallPlan) -> str:
    """The plan as a person says it: "Every day at 03:30"."""
    time = clock(plan.minute)
    if plan.kind == "daily":
        return f"Every day at {time}"
    if plan.kind == "weekly":
        names = [_DAYS[day] for day in sorted(plan.days)]
        return f"Every {_listed(names)} at {time}" if len(names) < 7 else f"Every day at {time}"
    return "Every hour" if plan.hours == 1 else f"Every {plan.hours} hours, at {clock(_first(plan))} and on"


def clock(minute: int) -> str:
    """The time of day as text, such as 03:30."""
    return f"{minute // 60:02}:{minute % 60:02}"


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _near(plan: WallPlan, moment_ms: int, direction: int) -> Iterator[int]:
    """Moments of the days around that one, in no strict order where a zone turns its clock."""
    if not _FIRST_MS < moment_ms < _LAST_MS:
        return
    middle = datetime.fromtimestamp(moment_ms / 1000, plan.zone).date()
    # A day before and after too: what a zone leaves out lands on a neighbour.
    for step in range(-2, _LOOK_DAYS):
        day = middle + timedelta(days=step * direction)
        if plan.kind != "weekly" or day.weekday() in plan.days:
            minutes = range(_first(plan), 1440, plan.hours * 60) if plan.kind == "hours" else (plan.minute,)
            yield from (_instant(day, minute, plan.zone) for minute in minutes)


def _first(plan: WallPlan) -> int:
    return plan.minute % (plan.hours * 60) if plan.kind == "hours" else plan.minute


def _instant(day: date, minute: int, zone: tzinfo | None) -> int:
    moment = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    return round(moment.timestamp() * 1000)
