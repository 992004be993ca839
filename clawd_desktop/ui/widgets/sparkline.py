"""A small graph without axes, for a glance: painted by hand, because Overview must not load the graph library."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme

Values = Sequence[tuple[int, float]]
_GAP_MS = 45_000
_AIR = 2.0
_FILL_ALPHA = 30
_HEIGHT = 9 * SPACE


class Sparkline(QWidget):
    """Values over time from left to right; `top` is the upper end of the scale, None for the highest value."""

    def __init__(self, theme: Theme, role: str = "line_1", *, top: float | None = None) -> None:
        super().__init__()
        self._theme = theme
        self._role = role
        self._top = top
        self._values: Values = ()
        self._since_ms, self._until_ms = 0, 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as two lines of text."""
        return QSize(40 * SPACE, _HEIGHT)

    def show_values(self, values: Values, since_ms: int, until_ms: int) -> None:
        """Show (time in ms, value), oldest first, of that stretch."""
        self._values, self._since_ms, self._until_ms = values, since_ms, max(until_ms, since_ms + 1)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the ground line, and one piece for each stretch without a gap."""
        colours = self._theme.tokens.colours()
        painter = QPainter(self)
        painter.setPen(QPen(QColor(colours["border"]), 1))
        bottom = self.height() - 1
        painter.drawLine(0, bottom, self.width(), bottom)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QColor(colours[self._role])
        soft = QColor(line)
        soft.setAlpha(_FILL_ALPHA)
        pen = QPen(line, 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for piece in self.pieces():
            painter.fillPath(_below(piece, bottom), soft)
            painter.drawPolyline(piece)

    def pieces(self) -> list[list[QPointF]]:
        """The drawn points, in pixels, one list for each stretch without a gap; one point for each pixel at most."""
        found: list[list[QPointF]] = []
        before = None
        for at, value in _highest_per_pixel(self._values, self._per_pixel()):
            if before is None or at - before > _GAP_MS + self._per_pixel():
                found.append([])
            found[-1].append(self._place(at, value))
            before = at
        # A single value is a short stroke, not nothing.
        return [piece if len(piece) > 1 else [piece[0], piece[0] + QPointF(0.1, 0)] for piece in found]

    def _per_pixel(self) -> float:
        return (self._until_ms - self._since_ms) / max(1, self.width())

    def _place(self, at_ms: float, value: float) -> QPointF:
        top = self._top if self._top is not None else max((value for _, value in self._values), default=0.0)
        room = self.height() - 1 - 2 * _AIR
        share = min(1.0, max(0.0, value / top)) if top > 0 else 0.0
        return QPointF((at_ms - self._since_ms) / self._per_pixel(), _AIR + (1 - share) * room)


def _highest_per_pixel(values: Values, per_pixel: float) -> list[tuple[int, float]]:
    found: list[tuple[int, float]] = []
    column = None
    for at, value in values:
        if column == (column := int(at // per_pixel)):
            found[-1] = max(found[-1], (at, value), key=lambda one: one[1])
        else:
            found.append((at, value))
    return found


def _below(piece: list[QPointF], bottom: float) -> QPainterPath:
    path = QPainterPath(QPointF(piece[0].x(), bottom))
    for point in (*piece, QPointF(piece[-1].x(), bottom)):
        path.lineTo(point)
    path.closeSubpath()
    return path
