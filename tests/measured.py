"""Measurements in memory, put there by hand: a real history for tests of whoever looks at one."""

from __future__ import annotations

from collections import defaultdict

from clawd_desktop.operations.series import Series


class Measured:
    """Fulfils operations.series.History; values stay in the order in which they were measured."""

    def __init__(self) -> None:
        self._values: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._missing: set[str] = set()

    def add(self, key: str, at_ms: int, value: float) -> None:
        """Measure the value."""
        self._values[key].append((at_ms, value))
        self._missing.discard(key)

    def stretch(self, key: str, from_ms: int, until_ms: int, value: float, step_ms: int = 15_000) -> None:
        """Measure the same value again and again, the last time at `until_ms`."""
        for at_ms in range(until_ms - (until_ms - from_ms) // step_ms * step_ms, until_ms + 1, step_ms):
            self.add(key, at_ms, value)

    def miss(self, key: str) -> None:
        """The newest sampling did not measure it."""
        self._missing.add(key)

    def keys(self) -> tuple[str, ...]:
        return tuple(self._values)

    def latest(self, key: str) -> float | None:
        values = self._values.get(key)
        return values[-1][1] if values and key not in self._missing else None

    def values(self, key: str, since_ms: int) -> list[tuple[int, float]]:
        return [(at_ms, value) for at_ms, value in self._values.get(key, ()) if at_ms >= since_ms]

    async def series(self, key: str, since_ms: int, until_ms: int, points: int) -> Series:
        found = Series(key, 15_000)
        for at_ms, value in self._values.get(key, ()):
            if since_ms <= at_ms <= until_ms:
                found.times_ms.append(at_ms)
                for each in (found.low, found.mean, found.high):
                    each.append(value)
        return found
