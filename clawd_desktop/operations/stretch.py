"""Lays measurements out as a series of about as many values as are wanted, with gaps where nothing was measured."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from clawd_desktop.operations.rollup import Bin
from clawd_desktop.operations.series import Series

Row = tuple[int, Bin]


def of_sample(at_ms: int, value: float) -> Row:
    """One sample as a row; a gap is an empty bin."""
    each = Bin()
    if not math.isnan(value):
        each.add(value)
    return at_ms, each


@dataclass(slots=True)
class _Columns:
    times: array[int] = field(default_factory=lambda: array("q"))
    low: array[float] = field(default_factory=lambda: array("d"))
    mean: array[float] = field(default_factory=lambda: array("d"))
    high: array[float] = field(default_factory=lambda: array("d"))

    def put(self, at_ms: int, each: Bin) -> None:
        """One value, or a gap; of gaps that follow each other only the first."""
        if each.count:
            self._put(at_ms, each.low, each.mean, each.high)
        elif self.mean and not math.isnan(self.mean[-1]):
            self._put(at_ms, math.nan, math.nan, math.nan)

    def _put(self, at_ms: int, low: float, mean: float, high: float) -> None:
        self.times.append(at_ms)
        self.low.append(low)
        self.mean.append(mean)
        self.high.append(high)


def laid_out(key: str, rows: Sequence[Row], step_ms: int, *, span_ms: int, points: int) -> Series:
    """The rows (time in ms, what was measured; oldest first) as at most about `points` values of a stretch `span_ms`.

    `step_ms` is what one row stands for. Rows that are further apart than two and a half of it have a gap between them.
    """
    wide = step_ms
    if len(rows) > points:
        wide = max(step_ms, math.ceil(span_ms / points))
    columns, whole, began, before = _Columns(), Bin(), 0, None
    for at_ms, each in rows:
        start = at_ms if wide == step_ms else at_ms - at_ms % wide
        apart = before is not None and at_ms - before > 2.5 * step_ms
        if before is not None and (start != began or apart):
            columns.put(began, whole)
            whole = Bin()
            if apart:
                columns.put(before + step_ms, Bin())
        began, before = start, at_ms
        whole.merge(each)
    if before is not None:
        columns.put(began, whole)
    return Series(key, wide, array("d", columns.times), columns.low, columns.mean, columns.high)


def usual_step(times: Iterable[int], default_ms: int) -> int:
    """The usual distance of the times, in milliseconds: the longest of those that are no gap."""
    listed = list(times)
    apart = [second - first for first, second in zip(listed, listed[1:], strict=False)]
    near = [distance for distance in apart if 0 < distance <= 1.5 * default_ms]
    return max(near, default=default_ms)
