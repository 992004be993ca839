"""Decides from rules and measurements which alerts begin and which are over; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from clawd_desktop.operations.alert_rules import Rule
from clawd_desktop.operations.series import Recent, split_key

# Three usual samplings: a longer silence between two values says nothing of what was meanwhile.
GAP_MS = 45_000
# A value that lies further ahead of now was measured before the clock was set back.
AHEAD_MS = 1_000
# Series that one rule looks at in one check. Those of open alerts are always looked at.
MOST_SERIES = 1_000

# Rule id and series key: what an alert is about.
Subject: TypeAlias = tuple[str, str]
# When it was last looked at, and before when the stretch cannot be long enough, in ms.
Waits: TypeAlias = dict[Subject, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Raised:
    """The rule holds for the series since `since_ms`; `value` is the newest one."""

    rule: Rule
    key: str
    value: float
    since_ms: int

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return self.rule.id, self.key


@dataclass(frozen=True, slots=True)
class Cleared:
    """The series is right again, with this value."""

    rule: Rule
    key: str
    value: float

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return self.rule.id, self.key


def check(
    rules: Sequence[Rule], recent: Recent, now_ms: int, active: Collection[Subject], waits: Waits | None = None
) -> tuple[Raised | Cleared, ...]:
    """What begins and what is over now; `active` are the subjects of the open alerts.

    A rule with a for-duration holds when every value of that stretch is wrong and the stretch is covered: time in which
    nothing was measured (a gap, a sleep, a jump of the clock) is evidence neither way, it is not counted. A series
    without a newest value changes nothing. `waits` spares work between two checks and changes nothing in what is found.
    """
    series = _by_name(rules, recent, active)
    known: Waits = {} if waits is None else waits
    found: list[Raised | Cleared] = []
    for rule in rules:
        for key in series.get(rule.metric, ()):
            value = recent.latest(key)
            if value is None:
                continue
            if (rule.id, key) in active:
                if rule.recovered(value):
                    found.append(Cleared(rule, key, value))
            elif not rule.breached(value):
                known.pop((rule.id, key), None)
            elif not _too_early(known, (rule.id, key), now_ms):
                since = _since(rule, recent, key, now_ms, known)
                if since is not None:
                    found.append(Raised(rule, key, value, since))
    return tuple(found)


def _by_name(rules: Sequence[Rule], recent: Recent, active: Collection[Subject]) -> Mapping[str, Sequence[str]]:
    """The keys that each rule's metric stands for."""
    series: dict[str, list[str]] = {rule.metric: [] for rule in rules}
    kept = {key for _, key in active}
    for key in recent.keys():  # noqa: SIM118 - a method of the protocol, not of a dict
        name, brace, _ = key.partition("{")
        named = series.get(name)
        if named is not None and (len(named) < MOST_SERIES or key in kept):
            named.append(key)
        if brace and (whole := series.get(key)) is not None:
            whole.append(key)
    return series


def _too_early(waits: Waits, subject: Subject, now_ms: int) -> bool:
    """Whether the stretch cannot be long enough yet; a clock that was set back makes what was remembered worthless."""
    asked, due = waits.get(subject, (0, 0))
    return asked <= now_ms < due


def _since(rule: Rule, recent: Recent, key: str, now_ms: int, waits: Waits) -> int | None:
    """Since when it is wrong without a break, in ms; None while that is not long enough."""
    need_ms = round(rule.for_s * 1000)
    if not need_ms:
        return now_ms
    # Most often the break is not far away: what is further back is fetched only when it may count.
    for back_ms in (2 * GAP_MS, need_ms + 2 * GAP_MS):
        values = recent.values(key, now_ms - back_ms)
        covered, since, broken = _covered(rule, values, need_ms, now_ms)
        if covered >= need_ms:
            waits.pop((rule.id, key), None)
            return since
        if broken:
            break
    newest = next((at_ms for at_ms, _ in reversed(values) if at_ms <= now_ms + AHEAD_MS), now_ms)
    waits[rule.id, key] = now_ms, newest + need_ms - covered
    return None


def _covered(rule: Rule, values: Sequence[tuple[int, float]], need_ms: int, now_ms: int) -> tuple[int, int, bool]:
    """How long it is wrong for sure, since when, and whether a value before that is right."""
    covered, later = 0, now_ms
    first = True
    for at_ms, value in reversed(values):
        if at_ms > now_ms + AHEAD_MS:
            continue
        if not rule.breached(value):
            return covered, later, True
        # What comes after the newest value was not measured yet.
        covered += 0 if first else _counted(later - at_ms)
        first = False
        later = at_ms
        if covered >= need_ms:
            break
    return covered, later, False


def _counted(stretch_ms: int) -> int:
    return stretch_ms if 0 < stretch_ms <= GAP_MS else 0


def label_of(key: str) -> str:
    """What tells the series from others of its metric, such as the channel's name; "" where it is the only one."""
    return split_key(key)[1]
