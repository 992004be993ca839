"""The axes of a graph: values in their unit with quiet lines across, and times of the local clock."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg  # type: ignore[import-untyped]
from PySide6.QtCore import QRectF

from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.widgets.graph.ticks import Scale, time_label, time_step, time_ticks
from clawd_desktop.ui.widgets.graph.values import tick_text

_TIME_EVERY = 72
_AIR = 12
_Ticks = list[tuple[float, list[float]]]


class TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """Round local times below a graph; its range is in seconds since the epoch."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self._step = 60
        self.setStyle(tickLength=0, tickTextOffset=4, autoExpandTextSpace=False, tickAlpha=0)

    def tickValues(self, since: float, until: float, size: float) -> _Ticks:  # noqa: N802
        """Where times stand, for an axis of `size` pixels."""
        self._step = time_step(until - since, round(size / _TIME_EVERY))
        return [(float(self._step), time_ticks(since, until, self._step))]

    def tickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:  # noqa: N802
        """What stands there."""
        return [time_label(value, self._step) for value in values]


class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """Round values at the left with a line across the graph at each."""

    def __init__(self, unit: Unit) -> None:
        super().__init__("left")
        self._unit = unit
        self._scale = Scale(1.0, 0.25)
        self.setStyle(tickLength=0, tickTextOffset=6, autoExpandTextSpace=False, tickAlpha=255)
        self.setGrid(255)

    def show_scale(self, scale: Scale) -> None:
        """Draw the lines of this scale."""
        if scale != self._scale:
            self._scale = scale
            self.picture = None
            self.update()

    def tickValues(self, _low: float, _high: float, _size: float) -> _Ticks:  # noqa: N802
        """Where the lines lie."""
        return [(self._scale.step, self._scale.lines())]

    def tickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:  # noqa: N802
        """What stands at them."""
        return [tick_text(value, self._unit) for value in values]

    def boundingRect(self) -> QRectF:  # noqa: N802
        """With the halves of the outermost texts that stand out."""
        return QRectF(super().boundingRect()).adjusted(0, -_AIR, 0, _AIR)
