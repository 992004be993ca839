"""Decides which backups stay and which go, with the reason of each; does no I/O and takes the time as an argument."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from typing import Literal, TypeAlias

from clawd_desktop.backup.manifest import Cause

DAY_MS = 86_400_000
# Clocks of two computers that share a destination differ by so much without anything being wrong.
CLOCK_SLACK_MS = 10 * 60_000
# 2020-01-01: before this program was written. A computer whose clock battery is empty wakes up in 1970 or 2000.
EARLIEST_MS = 1_577_836_800_000
# 9000-01-01: what calendars of all systems can still say.
_LATEST_MS = 221_845_392_000_000

Rule: TypeAlias = Literal[
    "newest", "verified", "clock", "no rules", "cause", "days", "daily", "weekly", "monthly", "size", "old"
]


@dataclass(frozen=True, slots=True)
class Held:
    """A backup that exists at one destination. `size` is what it takes there, in bytes.

    `whole` is false of one that is known to be without conversations or of which a person chose the areas.
    """

    id: str
    created_ms: int
    size: int
    verified: bool
    cause: Cause
    destination: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Rules:
    """What is kept at each destination; one rule that keeps a backup is enough.

    All of the last `days`; the newest of each of the last `daily` days, `weekly` weeks and `monthly` months in which
    there is one, by the calendar of `zone` (None is this computer's). Backups of the causes in `cause_days` stay for
    so many days, under no other rule. Without any number above 0, nothing is ever removed. `max_bytes` of one
    destination are not passed by what the rules keep (0: no limit).
    """

    days: int = 30
    daily: int = 7
    weekly: int = 4
    monthly: int = 6
    max_bytes: int = 0
    cause_days: Mapping[Cause, int] = field(default_factory=lambda: MappingProxyType({"restore": 7}))
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a backup stays, the rule that says so, and the sentence that a person reads."""

    backup: Held
    kept: bool
    rule: Rule
    why: str


def judge(backups: Iterable[Held], rules: Rules, now_ms: int) -> tuple[Verdict, ...]:
    """What stays and what goes, newest first.

    The newest, the newest verified and the newest verified whole backup of each destination stay whatever the rules
    say. A backup whose time cannot be right stays, and does not count as the newest of anything; while one lies in the
    future, nothing of its destination goes for space. Age is counted up to the newest backup of the destination, not to
    now: as long as no new ones are made, none grow old.
    """
    places: dict[str, list[Held]] = {}
    for backup in backups:
        places.setdefault(backup.destination, []).append(backup)
    verdicts = [verdict for place in places.values() for verdict in _Place(place, rules, now_ms).verdicts()]
    return tuple(sorted(verdicts, key=lambda one: _age(one.backup), reverse=True))


def over(verdicts: Sequence[Verdict], max_bytes: int) -> dict[str, int]:
    """By how many bytes what stays passes `max_bytes`, by destination; only those where it does (0: no limit)."""
    sizes: dict[str, int] = {}
    for verdict in verdicts:
        if verdict.kept:
            sizes[verdict.backup.destination] = sizes.get(verdict.backup.destination, 0) + _size(verdict.backup)
    return {place: size - max_bytes for place, size in sizes.items() if 0 < max_bytes < size}


class _Place:
    """The backups of one destination."""

    def __init__(self, backups: Sequence[Held], rules: Rules, now_ms: int) -> None:
        self._all = sorted(backups, key=_age, reverse=True)
        self._rules = rules
        self._now_ms = now_ms
        self._timely = [backup for backup in self._all if self._clock_fault(backup) == ""]
        self._until_ms = min(now_ms, self._timely[0].created_ms) if self._timely else now_ms
        self._last = self._last_ones()
        self._calendar = self._by_calendar()

    def verdicts(self) -> list[Verdict]:
        judged = [self._judge(backup) for backup in self._all]
        return self._within_size(judged)

    def _judge(self, backup: Held) -> Verdict:
        for find in (self._protected, self._by_cause, self._by_age, self._calendar.get):
            if (found := find(backup)) is not None:
                rule, why, kept = found
                return Verdict(backup, kept, rule, why)
        return Verdict(backup, False, "old", self._too_old())

    def _protected(self, backup: Held) -> tuple[Rule, str, bool] | None:
        if fault := self._clock_fault(backup):
            return "clock", fault, True
        if backup in self._last:
            return self._last[backup]
        rules = self._rules
        if not any((rules.days, rules.daily, rules.weekly, rules.monthly)) and backup.cause not in rules.cause_days:
            return "no rules", "No rule says how long it is kept.", True
        return None

    def _last_ones(self) -> dict[Held, tuple[Rule, str, bool]]:
        own = self._rules.cause_days
        wanted: tuple[tuple[Rule, str, Callable[[Held], bool]], ...] = (
            ("verified", "It is the newest verified one of its place.", lambda one: one.verified),
            # What was saved before a restore may be the very thing that somebody wanted to be rid of.
            ("verified", "It is the newest verified one of its place but for those made before a change.",
             lambda one: one.verified and one.cause not in own),
            # Some areas that were saved by hand stand for no backup of all.
            ("verified", "It is the newest verified one of its place that has conversations.",
             lambda one: one.verified and one.cause not in own and one.whole),
            ("newest", "It is the newest of its place.", lambda one: True),
        )  # fmt: skip
        found: dict[Held, tuple[Rule, str, bool]] = {}
        for rule, why, fits in wanted:
            if (last := next(filter(fits, self._timely), None)) is not None:
                found.setdefault(last, (rule, why, True))
        return found

    def _clock_fault(self, backup: Held) -> str:
        if backup.created_ms > self._now_ms + CLOCK_SLACK_MS:
            return "Its time lies in the future: a clock was wrong."
        if backup.created_ms < EARLIEST_MS:
            return "Its time lies before this program was made: a clock was wrong."
        return ""

    def _by_cause(self, backup: Held) -> tuple[Rule, str, bool] | None:
        days = self._rules.cause_days.get(backup.cause)
        if days is None:
            return None
        # A promise of so many days: it counts up to now, unlike the rules for all.
        if self._now_ms - backup.created_ms <= days * DAY_MS:
            return "cause", f"Made before {_CAUSES[backup.cause]}; such ones are kept for {_days(days)}.", True
        return "cause", f"Made before {_CAUSES[backup.cause]} more than {_days(days)} ago.", False

    def _by_age(self, backup: Held) -> tuple[Rule, str, bool] | None:
        days = self._rules.days
        if days and self._until_ms - backup.created_ms <= days * DAY_MS:
            return "days", f"All of the last {_days(days)} are kept.", True
        return None

    def _by_calendar(self) -> dict[Held, tuple[Rule, str, bool]]:
        found: dict[Held, tuple[Rule, str, bool]] = {}
        ordinary = [backup for backup in self._timely if backup.cause not in self._rules.cause_days]
        for rule, count, period in self._periods():
            best: dict[tuple[int, ...], Held] = {}
            for backup in ordinary:
                key = period(self._day(backup))
                # The newest of the period, but one that was verified before one that was not.
                if key not in best or (backup.verified and not best[key].verified):
                    best[key] = backup
            for place, backup in enumerate(list(best.values())[:count], 1):
                found.setdefault(backup, (rule, f"It stands for its {_UNITS[rule]} ({place} of {count}).", True))
        return found

    def _periods(self) -> tuple[tuple[Rule, int, Callable[[date], tuple[int, ...]]], ...]:
        rules = self._rules
        return (
            ("daily", rules.daily, lambda day: (day.toordinal(),)),
            ("weekly", rules.weekly, lambda day: day.isocalendar()[:2]),
            ("monthly", rules.monthly, lambda day: (day.year, day.month)),
        )

    def _day(self, backup: Held) -> date:
        return datetime.fromtimestamp(min(backup.created_ms, _LATEST_MS) / 1000, self._rules.zone).date()

    def _within_size(self, judged: list[Verdict]) -> list[Verdict]:
        limit = self._rules.max_bytes
        if any(backup.created_ms > self._now_ms + CLOCK_SLACK_MS for backup in self._all):
            # With a clock that is wrong nobody knows which are the oldest.
            return judged
        excess = sum(_size(verdict.backup) for verdict in judged if verdict.kept) - limit
        kept = list(judged)
        # The oldest goes first; what is promised or may be the only good one does not.
        for place in range(len(kept) - 1, -1, -1):
            verdict = kept[place]
            if limit <= 0 or excess <= 0:
                break
            if verdict.kept and verdict.rule in _FOR_SIZE and _size(verdict.backup):
                why = f"All of its place must fit in {_bytes(limit)}; the oldest go first."
                kept[place] = Verdict(verdict.backup, False, "size", why)
                excess -= _size(verdict.backup)
        return kept

    def _too_old(self) -> str:
        rules = self._rules
        return (
            f"It is older than {_days(rules.days)}, and others stand for the days ({rules.daily}), "
            f"weeks ({rules.weekly}) and months ({rules.monthly}) that are kept."
        )


_FOR_SIZE = frozenset({"days", "daily", "weekly", "monthly", "no rules"})
_UNITS: Mapping[Rule, str] = MappingProxyType({"daily": "day", "weekly": "week", "monthly": "month"})
_CAUSES: Mapping[Cause, str] = MappingProxyType(
    {
        "person": "work by hand", "schedule": "planned work", "update": "an update", "migration": "a migration",
        "restore": "a restore",
    }
)  # fmt: skip


def _age(backup: Held) -> tuple[int, str]:
    return backup.created_ms, backup.id


def _size(backup: Held) -> int:
    return max(0, backup.size)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _bytes(number: int) -> str:
    size = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.4g} {unit}"
        size /= 1000
    return f"{size:.4g} TB"
