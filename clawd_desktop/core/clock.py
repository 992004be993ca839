"""Time as an argument: wall clock for people and files, monotonic clock for expiry and lockouts."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """A source of time."""

    def wall_ms(self) -> int:
        """Milliseconds since the epoch; may jump."""

    def monotonic(self) -> float:
        """Seconds that only ever grow."""


class SystemClock:
    """The computer's own clocks."""

    def wall_ms(self) -> int:
        """Milliseconds since the epoch; may jump."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()


class ManualClock:
    """A clock that moves only when it is told to; for tests and simulations."""

    def __init__(self, wall_ms: int = 1_760_000_000_000) -> None:
        self._wall_ms = wall_ms
        self._monotonic = 1_000.0

    def wall_ms(self) -> int:
        """Milliseconds since the epoch."""
        return self._wall_ms

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass on both clocks."""
        self._wall_ms += round(seconds * 1000)
        self._monotonic += seconds

    def jump_wall(self, seconds: float) -> None:
        """Set only the wall clock forward (or back), as a person or NTP does."""
        self._wall_ms += round(seconds * 1000)
