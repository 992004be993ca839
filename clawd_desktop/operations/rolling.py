"""Sums of the last minutes in a fixed number of slots: what is older falls out, whatever comes."""

from __future__ import annotations

from collections.abc import Callable

Now = Callable[[], float]


class RollingMean:
    """Count, sum and mean of what was added within the last `window` seconds, to the precision of one slot."""

    def __init__(self, now: Now, window: float = 300.0, slots: int = 30) -> None:
        self._now = now
        self._width = window / slots
        self._counts = [0] * slots
        self._sums = [0.0] * slots
        self._place = int(now() / self._width)

    def add(self, value: float = 1.0) -> None:
        """One more value, now."""
        slot = self._turn()
        self._counts[slot] += 1
        self._sums[slot] += value

    @property
    def count(self) -> int:
        """How many there were."""
        self._turn()
        return sum(self._counts)

    @property
    def mean(self) -> float | None:
        """Their mean; None when there were none."""
        self._turn()
        count = sum(self._counts)
        return sum(self._sums) / count if count else None

    def _turn(self) -> int:
        """Empty the slots whose time is over; returns the current one."""
        place, slots = int(self._now() / self._width), len(self._counts)
        for old in range(max(self._place + 1, place - slots + 1), place + 1):
            self._counts[old % slots], self._sums[old % slots] = 0, 0.0
        self._place = max(place, self._place)
        return self._place % slots
