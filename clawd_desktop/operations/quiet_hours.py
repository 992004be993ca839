"""Says whether a moment lies in the quiet hours, and when they end: by weekday and time zone, across midnight; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clawd_desktop.config.schema.monitoring import Quiet
from clawd_desktop.core.errors import BadInput

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Quiet on `days` (0 is Monday) from `begin` to `end`, minutes since midnight; an end before it is the next day's.

    The same begin and end are a whole day.
    """

    days: frozenset[int]
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class QuietPlan:
    """All stretches, in the time zone (None is this computer's)."""

    stretches: tuple[Stretch, ...] = ()
    zone: ZoneInfo | None = None


def plan_of(settings: Quiet) -> QuietPlan:
    """The plan of these settings. Raises BadInput when the time zone is not known."""
    zone = None
    if settings.timezone:
        try:
            zone = ZoneInfo(settings.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise BadInput(
                f"monitoring.quiet.timezone: there is no time zone {settings.timezone[:80]!r}.",
                hint="Write a name such as Europe/Berlin; until then this computer's is used.",
            ) from error
    return QuietPlan(stretches_of(settings), zone)


def stretches_of(settings: Quiet) -> tuple[Stretch, ...]:
    """The stretches of these settings."""
    return tuple(
        Stretch(frozenset(_DAYS.index(day) for day in one.days), _minutes(one.from_), _minutes(one.to))
        for one in settings.hours
    )


def quiet_until(plan: QuietPlan, now_ms: int) -> int | None:
    """When the quiet hours that now lies in end, in ms; None outside of them. Stretches that meet count as one."""
    until = _end_of(plan, now_ms)
    for _ in range(8 * max(1, len(plan.stretches))):
        further = _end_of(plan, until) if until is not None else None
        if further is None or further == until:
            break
        until = further
    return until


def _end_of(plan: QuietPlan, now_ms: int) -> int | None:
    today = datetime.fromtimestamp(now_ms / 1000, plan.zone).date()
    ends = [end for day in (today - timedelta(days=1), today) for begin, end in _on(plan, day) if begin <= now_ms < end]
    return max(ends, default=None)


def _on(plan: QuietPlan, day: date) -> Sequence[tuple[int, int]]:
    """Begin and end in ms of the stretches that begin on that day."""
    return [
        (
            _instant(day, one.begin, plan.zone),
            _instant(day + timedelta(days=one.end <= one.begin), one.end, plan.zone),
        )
        for one in plan.stretches
        if day.weekday() in one.days
    ]


def _instant(day: date, minutes: int, zone: ZoneInfo | None) -> int:
    """The moment of that time of day. Where a clock shows it twice, it is the first time; where never, just after."""
    return round(datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone).timestamp() * 1000)


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)
