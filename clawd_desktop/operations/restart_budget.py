"""Decides whether something that broke may be started again now, later, or not before a person says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    """What to do about something that broke. LEAVE: repairing is switched off."""

    RESTART = "restart"
    WAIT = "wait"
    GIVE_UP = "give_up"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `most` restarts within `window_s` seconds, and at least `cooldown_s` seconds between two of them."""

    enabled: bool = True
    most: int = 5
    window_s: float = 600.0
    cooldown_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do; `wait_s` is how long until it may be tried again, in seconds (0 unless it is to wait)."""

    decision: Decision
    wait_s: float = 0.0


def decide(restarts: Sequence[float], now: float, budget: Budget) -> Verdict:
    """What to do about something that is broken at `now`, after restarts at these times (monotonic seconds, any order).

    The first restart comes at once; each further one within the window waits twice as long as the one before, at most
    half the window. Restarts older than the window do not count.
    """
    if not budget.enabled:
        return Verdict(Decision.LEAVE)
    recent = within(restarts, now, budget)
    if len(recent) >= budget.most:
        return Verdict(Decision.GIVE_UP)
    if not recent:
        return Verdict(Decision.RESTART)
    patience = max(budget.cooldown_s, min(budget.cooldown_s * 2.0 ** (len(recent) - 1), budget.window_s / 2))
    wait = recent[-1] + patience - now
    return Verdict(Decision.WAIT, wait) if wait > 0 else Verdict(Decision.RESTART)


def within(restarts: Sequence[float], now: float, budget: Budget) -> list[float]:
    """The restarts that count at `now`, oldest first."""
    return sorted(time for time in restarts if now - budget.window_s < time <= now)
