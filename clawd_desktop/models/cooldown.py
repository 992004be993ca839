"""Lets a provider rest after faults, so that a broken one is not asked first again and again."""

from __future__ import annotations

from dataclasses import dataclass

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ModelFaultKind

_FORGET_AFTER = 24 * 3600.0
_RESTING = {
    ModelFaultKind.RATE_LIMITED,
    ModelFaultKind.OVERLOADED,
    ModelFaultKind.TIMEOUT,
    ModelFaultKind.UNREACHABLE,
    ModelFaultKind.BROKEN_STREAM,
    ModelFaultKind.BAD_ANSWER,
}


def rest_seconds(kind: ModelFaultKind, failures: int) -> float:
    """How long to rest after so many faults in a row (from 1): 1, 5, 25, 60 minutes; 5 h doubling to 24 h for billing.

    Source: the failover rules of Clawdbot 2026.1.24. Faults that are the request's own make nobody rest, and neither
    does a missing or refused key: it fails at once, and works at once when it was put right.
    """
    if kind is ModelFaultKind.NO_CREDIT:
        return float(min(5 * 3600 * 2 ** min(failures - 1, 8), 24 * 3600))
    if kind in _RESTING:
        return float(min(60 * 5 ** min(failures - 1, 8), 3600))
    return 0.0


@dataclass(frozen=True, slots=True)
class _Rest:
    failures: int
    last: float
    until: float


class Cooldowns:
    """Which provider rests until when, on the monotonic clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rests: dict[str, _Rest] = {}

    def failed(self, provider: str, kind: ModelFaultKind) -> None:
        """The provider could not answer. Faults more than 24 h apart are not counted together."""
        now = self._clock.monotonic()
        old = self._rests.get(provider)
        failures = 1 if old is None or now - old.last > _FORGET_AFTER else old.failures + 1
        seconds = rest_seconds(kind, failures)
        if seconds:
            self._rests[provider] = _Rest(failures, now, now + seconds)

    def succeeded(self, provider: str) -> None:
        """The provider answered; its faults are forgotten."""
        self._rests.pop(provider, None)

    def remaining(self, provider: str) -> float:
        """Seconds that the provider still rests; 0 when it does not."""
        rest = self._rests.get(provider)
        return max(0.0, rest.until - self._clock.monotonic()) if rest is not None else 0.0
