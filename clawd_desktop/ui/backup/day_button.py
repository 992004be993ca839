"""One day of the calendar as a button that paints itself: its number, and below it a mark of its own shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from clawd_desktop.ui.backup.days import Mark
from clawd_desktop.ui.palette import RADIUS, SMALL
from clawd_desktop.ui.theme import Theme

_WIDTH, _HEIGHT = 36, 38
_DOT = 3.5
_COLOURS = {
    Mark.GOOD: "good", Mark.MIXED: "warning", Mark.PARTIAL: "good", Mark.UNCHECKED: "muted", Mark.FAILED: "bad",
    Mark.WITHOUT: "faint",
}  # fmt: skip


class DayButton(QAbstractButton):
    """`press` is called with the day; `step` takes keys first and says whether it knew them."""

    def __init__(self, theme: Theme, press: Callable[[date], None], step: Callable[[QKeyEvent], bool]) -> None:
        super().__init__()
        self._theme = theme
        self._step = step
        self._mark = Mark.NOTHING
        self._today = False
        self.when = date(1970, 1, 1)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _=False: press(self.when))
        theme.changed.connect(self.update)

    def show_day(self, when: date, mark: Mark, name: str, *, inside: bool) -> None:
        """Be this day; one that is not `inside` what can be chosen is only a number."""
        self.when, self._mark = when, mark if inside else Mark.NOTHING
        if self.accessibleName() != name:
            self.setAccessibleName(name)
            self.setToolTip(name)
        self.setEnabled(inside)
        self.update()

    def show_state(self, *, chosen: bool, today: bool, reached: bool) -> None:
        """Whether it is chosen, is today, and is the one that Tab comes to."""
        self._today = today
        self.setChecked(chosen)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if reached else Qt.FocusPolicy.ClickFocus)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for two digits and the mark."""
        return QSize(round(_WIDTH * self._theme.scale), round(_HEIGHT * self._theme.scale))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The same: it is not pressed together."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Let the calendar have it first."""
        if not self._step(event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw ground, number and mark."""
        colours = self._theme.tokens.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        ground = "selected" if self.isChecked() else "hover" if self.underMouse() and self.isEnabled() else ""
        edge = "accent" if self.hasFocus() else "outline" if self._today else ""
        painter.setBrush(QColor(colours[ground]) if ground else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours[edge]), 1.5 if self.hasFocus() else 1.0) if edge else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rect, RADIUS - 2, RADIUS - 2)
        painter.setFont(self._theme.font(SMALL, strong=self._today or self.isChecked()))
        painter.setPen(QColor(colours["text" if self.isEnabled() else "faint"]))
        number = QRectF(rect.left(), rect.top(), rect.width(), rect.height() * 0.62)
        painter.drawText(number, Qt.AlignmentFlag.AlignCenter, str(self.when.day))
        at = QPointF(rect.center().x(), rect.top() + rect.height() * 0.76)
        draw_mark(painter, at, self._mark, self._theme)
        painter.end()


class Sample(QWidget):
    """A mark by itself, for the explanation below."""

    def __init__(self, theme: Theme, mark: Mark) -> None:
        super().__init__()
        self._theme = theme
        self._mark = mark
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        """A small square."""
        return QSize(round(12 * self._theme.scale), round(12 * self._theme.scale))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_mark(painter, QRectF(self.rect()).center(), self._mark, self._theme)
        painter.end()


def draw_mark(painter: QPainter, at: QPointF, mark: Mark, theme: Theme) -> None:
    """Draw a mark around a point: dot, half dot, ring, cross or dash, so that nobody has to tell colours apart."""
    if mark is Mark.NOTHING:
        return
    tokens, radius = theme.tokens.colours(), _DOT * theme.scale
    colour = QColor(tokens[_COLOURS[mark]])
    painter.setPen(QPen(colour, 1.6 * theme.scale))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if mark is Mark.FAILED:
        _cross(painter, at, radius)
    elif mark is Mark.WITHOUT:
        painter.drawLine(QPointF(at.x() - radius, at.y()), QPointF(at.x() + radius, at.y()))
    elif mark is Mark.UNCHECKED:
        painter.drawEllipse(at, radius, radius)
    elif mark is Mark.PARTIAL:
        painter.drawEllipse(at, radius, radius)
        painter.setBrush(colour)
        painter.drawPie(QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius), 90 * 16, 180 * 16)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    elif mark is Mark.MIXED:
        _dot(painter, QPointF(at.x() - 1.6 * radius, at.y()), radius, QColor(tokens["good"]))
        painter.setPen(QPen(QColor(tokens["bad"]), 1.6 * theme.scale))
        _cross(painter, QPointF(at.x() + 1.6 * radius, at.y()), radius)
    else:
        _dot(painter, at, radius, colour)


def _dot(painter: QPainter, at: QPointF, radius: float, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(at, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _cross(painter: QPainter, at: QPointF, radius: float) -> None:
    painter.drawLine(QPointF(at.x() - radius, at.y() - radius), QPointF(at.x() + radius, at.y() + radius))
    painter.drawLine(QPointF(at.x() - radius, at.y() + radius), QPointF(at.x() + radius, at.y() - radius))
