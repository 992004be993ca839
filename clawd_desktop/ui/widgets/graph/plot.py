"""Draws a graph with pyqtgraph; only this module, axes and layers know that library, and all three are loaded late."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg  # type: ignore[import-untyped]
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QFrame

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SMALL, SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.graph.axes import TimeAxis, ValueAxis
from clawd_desktop.ui.widgets.graph.colours import limit_role, line_role
from clawd_desktop.ui.widgets.graph.layers import Band, Curve, Shades
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.spec import GraphSpec, Shade, Threshold
from clawd_desktop.ui.widgets.graph.ticks import Scale, scale
from clawd_desktop.ui.widgets.graph.tracks import Thinner, Track, highest
from clawd_desktop.ui.widgets.graph.values import value_text

_LINE_WIDTH = 1.5
_BAND_ALPHA = 46
_TICK_EVERY = 36
_LEFT = 72
_FAR = 4.0
# A line at the very end of the scale is seen whole.
_EDGE = 0.015
# Unwatched, a value stands for 15 seconds.
_REACH_MS = 20_000.0
# What one value is drawn over where there are more of them: the eye sees no difference, and it takes half the time.
_PIXELS = 2


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """The lines of one graph; what is asked of it by mouse and keyboard is `hands.Hands`' work."""

    def __init__(self, theme: Theme, spec: GraphSpec) -> None:
        self._time_axis, self._value_axis = TimeAxis(), ValueAxis(spec.unit)
        super().__init__(
            background=None, axisItems={"bottom": self._time_axis, "left": self._value_axis}, enableMenu=False
        )
        self._theme = theme
        self.spec = spec
        self.span = Span(0, 60_000)
        self._thinners: list[Thinner] = []
        self.seen: list[Track] = []
        self._thresholds: tuple[Threshold, ...] = ()
        self._limit_lines: list[pg.InfiniteLine] = []
        self.cursor_ms: float | None = None
        self._pixels = 0
        self._quiet()
        self._shades = Shades()
        self._bands = [Band() for _ in spec.lines]
        self._curves = [Curve() for _ in spec.lines]
        self._dots = pg.ScatterPlotItem(size=7, antialias=True)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        for number, item in enumerate((self._shades, *self._bands, *self._curves, self._cursor, self._dots)):
            item.setZValue(number)
            self.addItem(item, ignoreBounds=True)
        self._cursor.hide()
        theme.changed.connect(self.restyle)
        self.restyle()

    def show_tracks(self, whole: list[Track], thresholds: Sequence[Threshold], shades: Sequence[Shade]) -> None:
        """Draw these lines from now on."""
        self._thinners = [Thinner(one) for one in whole]
        self._shades.show_shades(tuple(shades), self._theme.tokens)
        if self._thresholds != tuple(thresholds):
            self._thresholds = tuple(thresholds)
            self._make_limits()
        self._draw()

    @property
    def whole(self) -> list[Track]:
        """The lines as they were given."""
        return [one.whole for one in self._thinners]

    def show_span(self, span: Span) -> None:
        """Look at this stretch of time."""
        if span != self.span:
            self.span = span
            self._draw()

    def show_cursor(self, moment_ms: float | None) -> None:
        """Mark the values at that moment, None to mark nothing."""
        self.cursor_ms = moment_ms
        self._cursor.setVisible(moment_ms is not None)
        if moment_ms is None:
            self._dots.setData([], [])
            return
        self._cursor.setPos(moment_ms / 1000)
        spots = []
        for number, one in enumerate(self.seen):
            at = self._near(one, moment_ms)
            if at is not None:
                colour = self._colour(line_role(number))
                spots.append({"pos": (one.times[at] / 1000, one.mean[at]), "brush": colour, "pen": None})
        self._dots.setData(spots)

    def values_at(self, moment_ms: float) -> tuple[float | None, ...]:
        """The values of all lines at that moment; None where a line has a gap or nothing near."""
        found = ((one, self._near(one, moment_ms)) for one in self.seen)
        return tuple(None if at is None else float(one.mean[at]) for one, at in found)

    def beside(self, direction: int) -> float | None:
        """The moment of the value that the keyboard's cursor comes to: -1 and 1 the next, -2 and 2 the ends."""
        inside = [one.times for one in self.seen if len(one.times)]
        if not inside:
            return None
        times = max(inside, key=len)
        first, last = np.searchsorted(times, (self.span.since_ms, self.span.until_ms + 1))
        ends = {-2: int(first), 2: int(last) - 1}
        if direction in ends or self.cursor_ms is None:
            return float(times[min(max(0, ends.get(direction, int(last) - 1)), len(times) - 1)])
        at = int(np.argmin(np.abs(times - self.cursor_ms))) + direction
        return float(times[min(max(0, at), len(times) - 1)])

    def step_ms(self) -> int:
        """What one of the drawn values stands for."""
        return max((one.step_ms for one in self.seen), default=0)

    def moment_at(self, x: float) -> float:
        """The moment, in ms, that lies at `x` pixels of the widget."""
        return float(self.plotItem.vb.mapSceneToView(self.mapToScene(round(x), 0)).x()) * 1000

    def place_of(self, moment_ms: float, value: float) -> QPointF:
        """Where in the widget that value of that moment lies, in pixels."""
        scene = self.plotItem.vb.mapViewToScene(QPointF(moment_ms / 1000, value))
        return QPointF(self.mapFromScene(scene))

    def pixels(self) -> int:
        """How wide the drawing itself is."""
        return max(1, round(float(self.plotItem.vb.width())))

    def restyle(self) -> None:
        """Take the colours and type of the theme that is on."""
        border, muted = self._colour("border"), self._colour("muted")
        font = self._theme.font(SMALL)
        for axis in (self._time_axis, self._value_axis):
            axis.setPen(None)
            axis.setTextPen(muted)
            axis.setTickFont(font)
        self._value_axis.setTickPen(border)
        self._value_axis.setWidth(round(_LEFT * self._theme.scale))
        self._time_axis.setHeight(round((SMALL + 2 * SPACE) * self._theme.scale))
        for number, (band, curve) in enumerate(zip(self._bands, self._curves, strict=True)):
            colour = self._colour(line_role(number))
            curve.set_pen(_pen(colour, _LINE_WIDTH))
            soft = QColor(colour)
            soft.setAlpha(_BAND_ALPHA)
            band.set_colour(soft)
        self._cursor.setPen(_pen(muted, 1.0))
        self._shades.restyle(self._theme.tokens)
        self._make_limits()
        self.show_cursor(self.cursor_ms)

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        """Thin the lines for the new width."""
        super().resizeEvent(event)
        if getattr(self, "_curves", None) and self.pixels() != self._pixels:
            self._draw()

    def _quiet(self) -> None:
        """Nothing of the library's own look and ways."""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "plot")
        self.setAccessibleName(tr("Graph: {title}", title=self.spec.title))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.plotItem.hideButtons()
        self.plotItem.setContentsMargins(0, SPACE, SPACE, 0)
        self.plotItem.layout.setHorizontalSpacing(SPACE)
        self.plotItem.vb.setMouseEnabled(x=False, y=False)
        self.plotItem.vb.disableAutoRange()
        self.plotItem.vb.setDefaultPadding(0)

    def _draw(self) -> None:
        self._pixels = self.pixels()
        self.seen = [one.seen(self.span, max(1, self._pixels // _PIXELS)) for one in self._thinners]
        count = max(2, self.height() // _TICK_EVERY)
        shown = self._scale(count)
        self._value_axis.show_scale(shown)
        view = self.plotItem.vb
        view.setRange(
            xRange=(self.span.since_ms / 1000, self.span.until_ms / 1000),
            yRange=(-_EDGE * shown.top, (1 + _EDGE) * shown.top),
            padding=0,
            update=True,
        )
        high = (1 + 2 * _EDGE) * shown.top
        seen = QRectF(self.span.since_ms / 1000, -_EDGE * shown.top, self.span.width_ms / 1000, high)
        self._shades.show_view(seen)
        for one, band, curve in zip(self.seen, self._bands, self._curves, strict=False):
            seconds = one.times / 1000
            curve.show_track(seconds, one, seen)
            band.show_track(seconds, one)
        if self.cursor_ms is not None:
            self.show_cursor(self.cursor_ms)

    def _near(self, one: Track, moment_ms: float) -> int | None:
        """The index of the value that belongs to the moment; None in a gap and where nothing was measured near it."""
        at = one.at(moment_ms)
        reach = max(_REACH_MS, 2.5 * one.step_ms, 4 * self.span.width_ms / max(1, self._pixels))
        if at is None or not np.isfinite(one.mean[at]) or abs(one.times[at] - moment_ms) > reach:
            return None
        return at

    def _scale(self, count: int) -> Scale:
        """It holds what is seen, and limits unless they would press it flat."""
        if self.spec.top is not None:
            return scale(self.spec.top, self.spec.unit, count, air=1.0)
        most = highest(self.seen, self.span)
        values = [limit.value for limit in self._thresholds]
        near = [value for value in values if self.spec.limits or value <= _FAR * most]
        return scale(float(np.nanmax([0.0, most, *near])), self.spec.unit, count)

    def _make_limits(self) -> None:
        for line in self._limit_lines:
            self.removeItem(line)
        self._limit_lines = []
        for limit in self._thresholds:
            pen = _pen(self._colour(limit_role(limit.severity)), 1.0)
            pen.setDashPattern([5, 4])
            line = pg.InfiniteLine(pos=limit.value, angle=0, pen=pen, movable=False)
            line.setToolTip(f"{limit.title} {value_text(limit.value, self.spec.unit)}")
            self.addItem(line, ignoreBounds=True)
            self._limit_lines.append(line)

    def _colour(self, role: str) -> QColor:
        return QColor(self._theme.tokens.colours()[role])


def _pen(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen
