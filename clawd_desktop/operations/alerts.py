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
    rules: Sequence[Rule], recent: Recent, now_ms: int, active: Collection[Subject]
) -> tuple[Raised | Cleared, ...]:
    """What begins and what is over now; `active` are the subjects of the open alerts.

    A rule with a for-duration holds when every value of that stretch is wrong and the stretch is covered: time in which
    nothing was measured (a gap, a sleep, a jump of the clock) is evidence neither way, it is not counted. A series
    without a newest value changes nothing.
    """
    series = _by_name(rules, recent, active)
    found: list[Raised | Cleared] = []
    for rule in rules:
        for key in series.get(rule.metric, ()):
            value = recent.latest(key)
            if value is None:
                continue
            if (rule.id, key) in active:
                if rule.recovered(value):
                    found.append(Cleared(rule, key, value))
            elif rule.breached(value):
                since = _since(rule, recent, key, now_ms)
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


def _since(rule: Rule, recent: Recent, key: str, now_ms: int) -> int | None:
    """Since when it is wrong without a break, in ms; None while that is not long enough."""
    need_ms = round(rule.for_s * 1000)
    if not need_ms:
        return now_ms
    values = recent.values(key, now_ms - need_ms - 2 * GAP_MS)
    covered = 0
    later: int | None = None
    for at_ms, value in reversed(values):
        if at_ms > now_ms + AHEAD_MS:
            continue
        if not rule.breached(value):
            return None
        if later is None:
            covered = _counted(now_ms - at_ms)
        else:
            covered += _counted(later - at_ms)
        if covered >= need_ms:
            return at_ms
        later = at_ms
    return None


def _counted(stretch_ms: int) -> int:
    return stretch_ms if 0 < stretch_ms <= GAP_MS else 0


def label_of(key: str) -> str:
    """What tells the series from others of its metric, such as the channel's name; "" where it is the only one."""
    return split_key(key)[1]
