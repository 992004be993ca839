"""Gets what a graph shows: measurements from memory and disk, thresholds and alert periods from the alerts."""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import Sequence

from clawd_desktop.operations.alert_desk import AlertDesk
from clawd_desktop.operations.series import History, Series
from clawd_desktop.ui.resources.graphs import shades, thresholds
from clawd_desktop.ui.resources.ranges import POINTS
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.spec import GraphData, GraphSpec

PAST_ALERTS = 200
# Up to here single samples are worth having; they come every 2 or 15 seconds.
_FINE_MS = 3_600_000
_APART_MS = 40_000
# Before a start nothing is measured; what the disk holds of it ends with its last minute.
_START_MS = 18_000
_SAMPLE_MS = 2_000


class Feed:
    """Reads for one graph after the other, so that the loop has its turn in between."""

    def __init__(self, history: History, alerts: AlertDesk) -> None:
        self._history = history
        self._alerts = alerts

    async def read(self, spec: GraphSpec, span: Span) -> GraphData:
        """What the graph shows of the span, and as much before it, so that it can be panned. Raises ClawdError."""
        wide = Span(span.since_ms - span.width_ms, span.until_ms)
        series = [await self._series(line.key, wide) for line in spec.lines]
        alerts = (*self._alerts.past(PAST_ALERTS), *self._alerts.open())
        return GraphData(tuple(series), thresholds(spec, self._alerts.rules().active), shades(spec, alerts))

    def now(self, spec: GraphSpec) -> tuple[float | None, ...]:
        """The newest values in the graph's unit; None for what was not measured, and for growth."""
        values = ((line, None if line.rate else self._history.latest(line.key)) for line in spec.lines)
        return tuple(None if value is None else value * line.factor for line, value in values)

    async def _series(self, key: str, span: Span) -> Series:
        await asyncio.sleep(0)
        recent = self._history.values(key, span.since_ms) if span.width_ms <= 2 * _FINE_MS else ()
        if not recent:
            return await self._history.series(key, span.since_ms, span.until_ms, 2 * POINTS)
        first = recent[0][0]
        older = Series(key, _SAMPLE_MS)
        if first - span.since_ms > _APART_MS:
            # Samples of an earlier start, or of before the memory begins, lie on the disk by the minute.
            older = await self._history.series(key, span.since_ms, first - 1, POINTS)
        return joined(older, recent)


def joined(older: Series, recent: Sequence[tuple[int, float]]) -> Series:
    """Older values, then the recent samples; where nothing was measured for long there is a gap."""
    times, low, mean, high = (array("d", one) for one in (older.times_ms, older.low, older.mean, older.high))
    first = recent[0][0]
    while times and times[-1] >= first:
        # The samples say it more finely; the minute in which they begin stays, or it would be a gap.
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
