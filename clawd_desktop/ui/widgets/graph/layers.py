"""What a graph is made of: lines, the bands between their lowest and highest values, shaded alert periods."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg  # type: ignore[import-untyped]
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from clawd_desktop.ui.palette import Tokens
from clawd_desktop.ui.widgets.graph.colours import limit_role
from clawd_desktop.ui.widgets.graph.spec import Shade
from clawd_desktop.ui.widgets.graph.tracks import Bools, Numbers, Track

_MARK_SHARE = 0.02
_SHADE_ALPHA = 34


class Curve(pg.GraphicsObject):  # type: ignore[misc]
    """One line, drawn piece by piece: as one path Qt takes a hundred times as long where it goes up and down much."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[QLineF] = []
        self._pen = QPen()
        self._view = QRectF()

    def set_pen(self, pen: QPen) -> None:
        """Draw with this pen from now on."""
        self._pen = pen
        self.update()

    def show_track(self, seconds: Numbers, track: Track, view: QRectF) -> None:
        """Show this track; `seconds` are its times, `view` is what can be seen."""
        if view != self._view:
            self.prepareGeometryChange()
            self._view = view
        known = np.isfinite(track.mean)
        joined = np.flatnonzero(known[1:] & known[:-1])
        x, y = seconds.tolist(), track.mean.tolist()
        self._pieces = [QLineF(x[at], y[at], x[at + 1], y[at + 1]) for at in joined.tolist()]
        self._pieces += _alone(x, y, known)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """The whole view."""
        return self._view

    def paint(self, painter: QPainter, *_rest: object) -> None:
        """Draw it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        painter.drawLines(self._pieces)


def _alone(x: list[float], y: list[float], known: Bools) -> list[QLineF]:
    """A value between two gaps is a point: a piece that goes nowhere."""
    around = np.concatenate(([False], known, [False]))
    alone = np.flatnonzero(around[1:-1] & ~around[:-2] & ~around[2:])
    return [QLineF(x[at], y[at], x[at], y[at]) for at in alone.tolist()]


class Band(pg.GraphicsObject):  # type: ignore[misc]
    """The area between the lowest and highest values of a line where one point stands for many."""

    def __init__(self) -> None:
        super().__init__()
        self._path = QPainterPath()
        self._colour = QColor()

    def set_colour(self, colour: QColor) -> None:
        """Fill with this colour from now on."""
        self._colour = colour
        self.update()

    def show_track(self, seconds: Numbers, track: Track) -> None:
        """Show the band of this track; `seconds` are its times."""
        self.prepareGeometryChange()
        self._path = _area(seconds, track.low, track.high) if track.banded else QPainterPath()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """What it covers."""
        return self._path.boundingRect()

    def paint(self, painter: QPainter, *_rest: object) -> None:
        """Draw it."""
        painter.fillPath(self._path, self._colour)


def _area(seconds: Numbers, low: Numbers, high: Numbers) -> QPainterPath:
    """One closed shape for each stretch without a gap."""
    path = QPainterPath()
    known = np.isfinite(low) & np.isfinite(high)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], known.astype(np.int8), [0]))))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if last - first < 2:
            continue
        around = np.concatenate((seconds[first:last], seconds[first:last][::-1]))
        edge = np.concatenate((high[first:last], low[first:last][::-1]))
        path.addPath(pg.arrayToQPath(around, edge, connect="all", finiteCheck=False))
    return path


class Shades(pg.GraphicsObject):  # type: ignore[misc]
    """The periods of alerts over the whole height, with a mark at the upper edge so that colour is not alone."""

    def __init__(self) -> None:
        super().__init__()
        self._shades: tuple[Shade, ...] = ()
        self._colours: dict[str, str] = {}
        self._view = QRectF()

    def show_shades(self, shades: tuple[Shade, ...], tokens: Tokens) -> None:
        """Show these periods."""
        self._shades = shades
        self.restyle(tokens)

    def restyle(self, tokens: Tokens) -> None:
        """Take the colours of this theme."""
        self._colours = tokens.colours()
        self.update()

    def show_view(self, view: QRectF) -> None:
        """Cover what is seen of the periods."""
        if view != self._view:
            self.prepareGeometryChange()
            self._view = view

    def boundingRect(self) -> QRectF:  # noqa: N802
        """The whole view."""
        return self._view

    def paint(self, painter: QPainter, *_rest: object) -> None:
        """Draw them."""
        for shade in self._shades:
            until = math.inf if shade.until_ms is None else shade.until_ms / 1000
            left = max(self._view.left(), shade.since_ms / 1000)
            right = min(self._view.right(), until)
            if right <= left:
                continue
            colour = QColor(self._colours[limit_role(shade.severity)])
            high = self._view.height()
            painter.setPen(Qt.PenStyle.NoPen)
            low = self._view.top()
            painter.fillRect(QRectF(left, low + high * (1 - _MARK_SHARE), right - left, high * _MARK_SHARE), colour)
            colour.setAlpha(_SHADE_ALPHA)
            painter.fillRect(QRectF(left, low, right - left, high), colour)
