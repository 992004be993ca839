"""A card: a titled surface with a few facts and at most two things to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from clawd_desktop.ui.palette import CARD_PADDING, SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label, tooltip

_LINE = 20


class Card(QFrame):
    """A surface with padding; `body` takes its content."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        self.body.setSpacing(2 * SPACE)


class FactsCard(Card):
    """A card with a drawing, a title and rows of "name: value"; rows keep their place while values change."""

    def __init__(self, theme: Theme, icon: str, title: str, rows: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        mark = StatusDot(theme, 18)
        mark.show_icon(icon, "accent")
        self.heading = label(title, "heading")
        self.footer = QHBoxLayout()
        self.footer.setSpacing(SPACE)
        self._values: dict[str, QLabel] = {}
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(mark)
        head.addWidget(self.heading)
        head.addStretch(1)
        self.body.addLayout(head)
        self.body.addSpacing(SPACE)
        self.body.addLayout(self._grid(rows))
        self.body.addStretch(1)
        self.body.addLayout(self.footer)

    def add_above(self, widget: QWidget) -> None:
        """Put a widget between the title and the rows."""
        self.body.insertWidget(2, widget)

    def set_values(self, values: Mapping[str, str]) -> None:
        """Show new values by row key; long ones are cut at the end, whole in the tooltip."""
        for key, value in values.items():
            shown = self._values[key]
            if shown.text() != value:
                shown.setText(value)
                shown.setToolTip(tooltip(value))

    def _grid(self, rows: Sequence[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(4 * SPACE)
        grid.setVerticalSpacing(SPACE + 2)
        grid.setColumnStretch(1, 1)
        for number, (key, name) in enumerate(rows):
            value = label("—", selectable=True)
            value.setMinimumWidth(1)
            value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            value.setAccessibleName(name)
            self._values[key] = value
            caption = label(name, "muted")
            for part in (caption, value):
                # One height for both: scripts differ in theirs, and lines would not meet.
                part.setMinimumHeight(_LINE)
            grid.addWidget(caption, number, 0)
            grid.addWidget(value, number, 1)
        return grid
