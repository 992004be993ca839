"""Gets what a graph shows: measurements from memory and disk, thresholds and alert periods from the alerts."""

from __future__ import annotations

import asyncio

from clawd_desktop.operations.alert_desk import AlertDesk
from clawd_desktop.operations.fine_series import fine_series
from clawd_desktop.operations.series import History, Series
from clawd_desktop.ui.resources.graphs import shades, thresholds
from clawd_desktop.ui.resources.ranges import POINTS
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.spec import GraphData, GraphSpec

PAST_ALERTS = 200


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
        return await fine_series(self._history, key, span.since_ms, span.until_ms, 2 * POINTS)
