"""Minutes packed by the hour: what one row of the history's database holds, and how it is put together. Pure."""

from __future__ import annotations

import math
import sys
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

MINUTES = 60
MOST_SAMPLES = 65_535
_FLOATS = 3 * MINUTES
_SIZE = _FLOATS * 4 + MINUTES * 2


@dataclass(slots=True)
class Bin:
    """The samples of a stretch of time; empty while `count` is 0."""

    low: float = math.inf
    total: float = 0.0
    high: float = -math.inf
    count: int = 0

    def add(self, value: float) -> None:
        """One more sample."""
        if value < self.low:
            self.low = value
        if value > self.high:
            self.high = value
        self.total += value
        self.count += 1

    def merge(self, other: Bin) -> None:
        """The samples of another stretch too."""
        self.low = min(self.low, other.low)
        self.high = max(self.high, other.high)
        self.total += other.total
        self.count += other.count

    @property
    def mean(self) -> float:
        """The mean; not-a-number when there are none."""
        return self.total / self.count if self.count else math.nan


Hour = dict[int, Bin]


def summed(bins: Iterable[Bin]) -> Bin:
    """All bins as one."""
    whole = Bin()
    for each in bins:
        whole.merge(each)
    return whole


def packed(hour: Hour) -> bytes:
    """The minutes 0 to 59 of an hour as compressed bytes; numbers keep seven digits."""
    floats, counts = array("f", [0.0]) * _FLOATS, array("H", [0]) * MINUTES
    for minute, each in hour.items():
        floats[minute], floats[MINUTES + minute], floats[2 * MINUTES + minute] = each.low, each.mean, each.high
        counts[minute] = min(each.count, MOST_SAMPLES)
    return zlib.compress(_little(floats) + _little(counts), 6)


def unpacked(data: bytes) -> Hour:
    """The minutes of a packed hour. Raises ValueError when the bytes are not one."""
    try:
        raw = zlib.decompressobj().decompress(data, _SIZE + 1)  # no more than that, whatever the bytes are
    except zlib.error as error:
        raise ValueError(f"an hour of measurements cannot be unpacked: {error}") from error
    if len(raw) != _SIZE:
        raise ValueError(f"an hour of measurements has {len(raw)} bytes instead of {_SIZE}")
    floats, counts = array("f", raw[: _FLOATS * 4]), array("H", raw[_FLOATS * 4 :])
    for numbers in (floats, counts):
        _swapped(numbers)
    return {
        minute: Bin(floats[minute], floats[MINUTES + minute] * count, floats[2 * MINUTES + minute], count)
        for minute, count in enumerate(counts)
        if count
    }


def _little(numbers: array[float] | array[int]) -> bytes:
    copy = numbers[:]
    _swapped(copy)
    return copy.tobytes()


def _swapped(numbers: array[float] | array[int]) -> None:
    """Between this computer's byte order and the one of the file, which may be carried to another."""
    if sys.byteorder == "big":
        numbers.byteswap()
