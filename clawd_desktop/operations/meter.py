"""Counts requests and how long they took, at a cost that no request feels and in memory that does not grow."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# Upper ends of the histogram in seconds; the last bucket holds the rest.
BOUNDS = (
    0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.003, 0.005, 0.007_5, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075,
    0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 60.0,
)  # fmt: skip
WINDOW_S = 60.0
SLOTS = 12
MOST_NAMES = 300
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Requested:
    """What was asked by one name since the start; `seconds` is without what waits by design."""

    count: int
    failed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """The requests of the last minute. Latencies are in seconds, None when nothing was timed."""

    per_second: float
    error_rate: float
    errors_per_minute: float
    p50: float | None
    p99: float | None


@dataclass(slots=True)
class _Name:
    """Counts of one name since the start."""

    count: int = 0
    failed: int = 0
    seconds: float = 0.0


class _Slot:
    """Counts of a few seconds."""

    __slots__ = ("buckets", "count", "failed")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.count = 0
        self.failed = 0
        self.buckets = [0] * (len(BOUNDS) + 1)


class RequestMeter:
    """Counts the requests of sockets and plain HTTP, on the loop's thread.

    Names are bounded: callers give only those of known methods and paths, and what comes beyond `MOST_NAMES` of them
    is counted as "other".
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._began = now()
        self._names: dict[str, _Name] = {}
        self._past = [0] * (len(BOUNDS) + 1)
        self._slots = [_Slot() for _ in range(SLOTS)]
        self._place = int(self._began / _WIDTH)
        self._slot = self._slots[self._place % SLOTS]
        self._until = (self._place + 1) * _WIDTH

    def count(self, method: str, seconds: float, ok: bool, *, timed: bool = True) -> None:
        """One more request was answered after `seconds`.

        `ok` is False when the gateway could not do what it should have done; a caller's own mistake is no failure.
        `timed` is False where waiting is the purpose, so that it does not count as latency.
        """
        now = self.now()
        if now >= self._until:
            self._turn(now)
        slot = self._slot
        name = self._names.get(method) or self._new(method)
        slot.count += 1
        name.count += 1
        if not ok:
            slot.failed += 1
            name.failed += 1
        if timed:
            slot.buckets[bisect_left(BOUNDS, seconds)] += 1
            name.seconds += seconds

    def pace(self) -> Pace:
        """The last minute, or the time since the start while that is shorter."""
        now = self.now()
        if now >= self._until:
            self._turn(now)
        count = sum(slot.count for slot in self._slots)
        failed = sum(slot.failed for slot in self._slots)
        # The newest slot has only just begun: the window is the whole slots before it and what it lasts so far.
        lasted = min(now - self._began, WINDOW_S - (self._until - now))
        buckets = self._recent()
        return Pace(
            per_second=count / max(lasted, 1.0),
            error_rate=failed / count if count else 0.0,
            errors_per_minute=float(failed),
            p50=quantile(buckets, 0.5),
            p99=quantile(buckets, 0.99),
        )

    def names(self) -> Mapping[str, Requested]:
        """What was asked since the start, by name."""
        return {name: Requested(each.count, each.failed, each.seconds) for name, each in self._names.items()}

    def buckets(self) -> list[int]:
        """How many requests took at most each of `BOUNDS`, and longer ones last, since the start; not cumulative."""
        return [past + now for past, now in zip(self._past, self._recent(), strict=True)]

    def _recent(self) -> list[int]:
        return [sum(column) for column in zip(*(slot.buckets for slot in self._slots), strict=True)]

    def _new(self, method: str) -> _Name:
        name = method if len(self._names) < MOST_NAMES else OTHER
        return self._names.setdefault(name, _Name())

    def _turn(self, now: float) -> None:
        """Empty the slots whose time is over; what they counted goes to what is past."""
        place = int(now / _WIDTH)
        for old in range(max(self._place + 1, place - SLOTS + 1), place + 1):
            slot = self._slots[old % SLOTS]
            self._past = [past + count for past, count in zip(self._past, slot.buckets, strict=True)]
            slot.clear()
        self._place = place
        self._slot = self._slots[place % SLOTS]
        self._until = (place + 1) * _WIDTH


def quantile(buckets: list[int], share: float) -> float | None:
    """The value below which `share` of the counted ones lie, between the ends of its bucket; None without any."""
    total = sum(buckets)
    if not total:
        return None
    wanted, below = share * total, 0
    for index, count in enumerate(buckets):
        if count and below + count >= wanted:
            low = BOUNDS[index - 1] if index else 0.0
            high = BOUNDS[index] if index < len(BOUNDS) else BOUNDS[-1]
            return low + (high - low) * (wanted - below) / count
        below += count
    return BOUNDS[-1]


_WIDTH = WINDOW_S / SLOTS
