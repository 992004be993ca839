"""Draws a turn as a waterfall: one bar for each step, from when it began to when it ended, nested as it happened."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clawd_desktop.operations.trace_tree import Span
from clawd_desktop.operations.units import Unit, told
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme

ROW = 28
NAMES_SHARE = 0.38
LEAST_BAR = 2.0
NAMES = {
    "run": mark("Turn"), "wait": mark("Waits for its place"), "read": mark("Reads the conversation"),
    "prompt": mark("Puts the question together"), "model": mark("Model answers"),
    "first token": mark("Until its first word"), "speaking": mark("Speaks"), "tool": mark("Tool"),
    "store": mark("Stores"),
}  # fmt: skip
_COLOURS = {"run": "faint", "wait": "warning", "model": "line_1", "first token": "line_4", "speaking": "line_1",
            "tool": "line_2", "prompt": "line_3"}  # fmt: skip


class Waterfall(QWidget):
    """Bars by time. `pointed` is sent with the Span that is chosen by mouse or arrow keys."""

    pointed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[tuple[int, Span], ...] = ()
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Steps of the turn"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_span(self, root: Span) -> None:
        """Draw this turn."""
        self._rows = tuple(root.walk())
        self._at = 0
        self.updateGeometry()
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    @property
    def current(self) -> Span | None:
        """The step that is pointed at."""
        return self._rows[self._at][1] if self._rows else None

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as its rows."""
        return QSize(480, round(ROW * self._theme.scale) * max(1, len(self._rows)))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Point at the row."""
        self._point(int(event.position().y() // round(ROW * self._theme.scale)))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Up and down go from step to step."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._point(self._at + step)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw all rows."""
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font())
        for number, (depth, span) in enumerate(self._rows):
            self._draw(painter, number, depth, span)
        painter.end()

    def _draw(self, painter: QPainter, number: int, depth: int, span: Span) -> None:
        colours = self._theme.tokens.colours()
        height = round(ROW * self._theme.scale)
        top, names = number * height, self.width() * NAMES_SHARE
        if number == self._at and self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours["hover"]))
            painter.drawRoundedRect(QRectF(0, top, self.width(), height), 6, 6)
        metrics = QFontMetrics(painter.font())
        painter.setPen(QColor(colours["bad" if span.error else "text"]))
        left = depth * 4 * SPACE + SPACE
        name = metrics.elidedText(step_name(span), Qt.TextElideMode.ElideRight, int(names - left))
        painter.drawText(QRectF(left, top, names - left, height), Qt.AlignmentFlag.AlignVCenter, name)
        whole = max(self._rows[0][1].seconds, 1e-6)
        time = told(span.seconds, Unit.SECONDS)
        room = self.width() - names - metrics.horizontalAdvance("00000 ms") - 2 * SPACE
        begin = names + room * min(1.0, span.start / whole)
        width = max(LEAST_BAR, min(room * span.seconds / whole, names + room - begin))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours["bad" if span.error else _COLOURS.get(span.name, "muted")]))
        painter.drawRoundedRect(QRectF(begin, top + height * 0.3, width, height * 0.4), 3, 3)
        painter.setPen(QColor(colours["muted"]))
        painter.drawText(QRectF(begin + width + SPACE, top, 200, height), Qt.AlignmentFlag.AlignVCenter, time)

    def _point(self, number: int) -> None:
        if self._rows:
            self._at = max(0, min(len(self._rows) - 1, number))
            self.setAccessibleDescription(step_sentence(self._rows[self._at][1]))
            self.update()
            self.pointed.emit(self.current)


def step_name(span: Span) -> str:
    """The step in words, with the model or tool it is about."""
    name = tr(NAMES.get(span.name, span.name))
    if span.name == "run":
        return name
    about = span.facts.get("model") or span.facts.get("tool") or span.facts.get("name")
    return f"{name}: {about}" if isinstance(about, str) and about else name


def step_sentence(span: Span) -> str:
    """The step with how long it took, and what went wrong."""
    said = f"{step_name(span)}, {told(span.seconds, Unit.SECONDS)}"
    return f"{said}. {span.error}" if span.error else said
