"""Puts cards side by side where there is room for two, and below each other where there is not."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from clawd_desktop.ui.palette import SPACE

_GAP = 4 * SPACE


class SideBySide(QWidget):
    """A grid of at most two columns; each is at least `narrowest` pixels wide."""

    def __init__(self, narrowest: int) -> None:
        super().__init__()
        self._narrowest = narrowest
        self._parts: list[QWidget] = []
        self._columns = 1
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)

    def add(self, part: QWidget) -> None:
        """One more card behind the others."""
        self._parts.append(part)
        self._place(self._fitting())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Place the cards for the new width."""
        super().resizeEvent(event)
        if self._fitting() != self._columns:
            self._place(self._fitting())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """One column is enough: two must not keep the page as wide as they are."""
        return QSize(self._widest_part(), super().minimumSizeHint().height())

    def _fitting(self) -> int:
        return 2 if self.width() >= 2 * max(self._narrowest, self._widest_part()) + _GAP else 1

    def _widest_part(self) -> int:
        return max((part.minimumSizeHint().width() for part in self._parts), default=0)

    def _place(self, columns: int) -> None:
        self._columns = columns
        for number, part in enumerate(self._parts):
            self._grid.addWidget(part, number // columns, number % columns)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
