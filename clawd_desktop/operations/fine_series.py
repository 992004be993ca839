"""Reads a short stretch as finely as it was measured: samples from memory, and what came before them from the disk."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

from clawd_desktop.operations.series import History, Series

# Up to here single samples are worth having; they come every 2 or 15 seconds.
LONGEST_MS = 2 * 3_600_000
_APART_MS = 40_000
# Before a start nothing is measured; what the disk holds of it ends with its last minute.
_START_MS = 18_000
_SAMPLE_MS = 2_000


async def fine_series(history: History, key: str, since_ms: int, until_ms: int, points: int) -> Series:
    """The stretch with single samples where it is short and memory has some, else what the history gives.

    Raises ClawdError as `History.series`.
    """
    known = history.values(key, since_ms) if until_ms - since_ms <= LONGEST_MS else ()
    recent = [(at, value) for at, value in known if at <= until_ms]
    if not recent or len(recent) > 2 * points:
        return await history.series(key, since_ms, until_ms, points)
    first = recent[0][0]
    older = Series(key, _SAMPLE_MS)
    if first - since_ms > _APART_MS:
        # Samples of an earlier start, or of before the memory begins, lie on the disk by the minute.
        older = await history.series(key, since_ms, first - 1, points)
    return joined(older, recent)


def joined(older: Series, recent: Sequence[tuple[int, float]]) -> Series:
    """Older values, then the recent samples; where nothing was measured for long there is a gap."""
    times, low, mean, high = (array("d", one) for one in (older.times_ms, older.low, older.mean, older.high))
    first = recent[0][0]
    while times and times[-1] >= first:
        # The samples say it more finely; the minute in which they begin stays, or it would be a gap.
        for column in (times, low, mean, high):
            column.pop()
    if len(times) == 1 and times[0] + older.step_ms > first:
        # Nothing lies before it: the minute holds what the samples hold.
        for column in (times, low, mean, high):
            column.pop()
    before = min(times[-1] + older.step_ms, float(first)) if times else float(first)
    apart = _START_MS
    for at, value in recent:
        if at - before > apart:
            _put(times, (low, mean, high), before, math.nan)
        apart = _APART_MS
        _put(times, (low, mean, high), float(at), value)
        before = float(at)
    return Series(older.key, _SAMPLE_MS, times, low, mean, high)


def _put(times: array[float], columns: Sequence[array[float]], at: float, value: float) -> None:
    times.append(at)
    for column in columns:
        column.append(value)
