"""The names and values of a graph's lines, and its thresholds: of now, or of the moment that is pointed at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.flow import Flow
from clawd_desktop.ui.widgets.graph.colours import limit_role, line_role
from clawd_desktop.ui.widgets.graph.spec import GraphSpec, Threshold
from clawd_desktop.ui.widgets.graph.values import UNKNOWN, value_text
from clawd_desktop.ui.widgets.text import label


class Stroke(QWidget):
    """A short piece of a line as it is drawn in the graph; thresholds are dashed."""

    def __init__(self, theme: Theme, role: str, *, dashed: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._role = role
        self._dashed = dashed
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as a letter or two."""
        return QSize(4 * SPACE, 3 * SPACE)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(self._theme.tokens.colours()[self._role]), 1.0 if self._dashed else 3.0)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap if self._dashed else Qt.PenCapStyle.RoundCap)
        if self._dashed:
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        middle = self.height() / 2
        painter.drawLine(QPointF(2, middle), QPointF(self.width() - 2, middle))


class Legend(QWidget):
    """One entry for each line, one for each threshold; goes on in a second line where it must."""

    def __init__(self, theme: Theme, spec: GraphSpec) -> None:
        super().__init__()
        self._theme = theme
        self._spec = spec
        self._thresholds: tuple[Threshold, ...] = ()
        self._values: list[QLabel] = []
        self._limits: list[QWidget] = []
        self._flow = Flow(self, gap=3 * SPACE, line_gap=SPACE // 2)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for number, line in enumerate(spec.lines):
            value = label(UNKNOWN, "strong")
            value.setAccessibleName(line.title)
            self._values.append(value)
            self._flow.addWidget(_entry(Stroke(theme, line_role(number)), line.title, value))

    def show_values(self, values: Sequence[float | None]) -> None:
        """Show these values of the lines, in their order."""
        for shown, value in zip(self._values, values, strict=True):
            text = value_text(value, self._spec.unit)
            if shown.text() != text:
                shown.setText(text)
                # It only grows: values that change their length would push the rest to and fro.
                shown.setMinimumWidth(max(shown.minimumWidth(), shown.sizeHint().width()))

    def show_thresholds(self, thresholds: tuple[Threshold, ...]) -> None:
        """Name these thresholds behind the lines."""
        if thresholds == self._thresholds:
            return
        self._thresholds = thresholds
        for old in self._limits:
            self._flow.removeWidget(old)
            old.deleteLater()
        self._limits = []
        for limit in thresholds:
            value = label(value_text(limit.value, self._spec.unit), "muted")
            stroke = Stroke(self._theme, limit_role(limit.severity), dashed=True)
            self._limits.append(_entry(stroke, limit.title, value))
            self._flow.addWidget(self._limits[-1])

    def spoken(self, values: Sequence[float | None]) -> str:
        """The values in words, for screen readers."""
        pairs = zip(self._spec.lines, values, strict=True)
        return ", ".join(f"{line.title} {value_text(value, self._spec.unit)}" for line, value in pairs)


def _entry(stroke: Stroke, name: str, value: QLabel) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE + 2)
    row.addWidget(stroke)
    row.addWidget(label(name, "muted"))
    row.addWidget(value)
    return made
