"""The newest values of all metrics in memory: one array per series, of fixed size, that begins again at its end."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

# One hour at 2 s, seven and a half at 15 s. 400 series of 8 bytes make 5.8 MB at the very most, 60 not one.
PLACES = 1_800
MOST_SERIES = 400
_NAN = math.nan


class Ring:
    """Fulfils `operations.series.Recent`. `refused` counts series that came after there were `most`."""

    def __init__(self, places: int = PLACES, most: int = MOST_SERIES) -> None:
        self._places = places
        self._most = most
        self._times = array("q", [0]) * places
        self._series: dict[str, array[float]] = {}
        self._next = 0
        self._count = 0
        self.refused = 0

    def add(self, at_ms: int, values: Mapping[str, float]) -> None:
        """The values of one sampling; series without one get a gap. `at_ms` must not be before the newest."""
        place = self._next
        self._times[place] = at_ms
        for key in values:
            if key not in self._series and not self._make(key):
                self.refused += 1
        for key, row in self._series.items():
            row[place] = values.get(key, _NAN)
        self._next = (place + 1) % self._places
        self._count = min(self._count + 1, self._places)

    def shift(self, by_ms: int) -> None:
        """Move all times: the wall clock was set back, and what was measured before stays before."""
        for place in range(len(self._times)):
            self._times[place] += by_ms

    @property
    def oldest_ms(self) -> int | None:
        """When the oldest sampling was that is still here; None before the first."""
        return self._times[self._at(0)] if self._count else None

    @property
    def newest_ms(self) -> int | None:
        """When the newest sampling was."""
        return self._times[self._at(self._count - 1)] if self._count else None

    def __contains__(self, key: str) -> bool:
        return key in self._series

    def keys(self) -> Sequence[str]:
        """All series that have values."""
        return tuple(self._series)

    def latest(self, key: str) -> float | None:
        """The newest value, None when it was not measured in the last sampling."""
        row = self._series.get(key)
        if row is None or not self._count:
            return None
        value = row[self._at(self._count - 1)]
        return None if math.isnan(value) else value

    def newest(self) -> dict[str, float]:
        """All values of the newest sampling."""
        if not self._count:
            return {}
        place = self._at(self._count - 1)
        return {key: row[place] for key, row in self._series.items() if not math.isnan(row[place])}

    def values(self, key: str, since_ms: int) -> Sequence[tuple[int, float]]:
        """(time in ms, value) since then, oldest first; not-a-number is left out."""
        return [(at, value) for at, value in self.samples(key, since_ms) if not math.isnan(value)]

    def samples(self, key: str, since_ms: int) -> Iterator[tuple[int, float]]:
        """(time in ms, value) of each sampling since then, oldest first; a gap is not-a-number."""
        row = self._series.get(key)
        if row is None:
            return
        first = bisect_left(range(self._count), since_ms, key=lambda number: self._times[self._at(number)])
        for number in range(first, self._count):
            place = self._at(number)
            yield self._times[place], row[place]

    def _make(self, key: str) -> bool:
        if len(self._series) >= self._most:
            return False
        self._series[key] = array("d", [_NAN]) * self._places
        return True

    def _at(self, number: int) -> int:
        """The place of the `number`th oldest sampling."""
        return (self._next - self._count + number) % self._places
