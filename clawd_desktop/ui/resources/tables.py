"""Calm tables of the page: rows of words and numbers that keep their place while their values change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.widgets.text import label, line, set_role, tooltip


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `role` is the type role of its cells behind the first, `tip` what its first cell explains."""

    cells: tuple[str, ...]
    role: str = "body"
    tip: str = ""


class Table(QWidget):
    """A heading and rows; the first column is text, the others are numbers at the right."""

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._columns = tuple(columns)
        self._rows: list[tuple[QLabel, ...]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(5 * SPACE)
        self._grid.setVerticalSpacing(SPACE + 2)
        self._grid.setColumnStretch(0, 1)
        for column, text in enumerate(columns):
            self._grid.addWidget(label(text, "caption"), 0, column, _side(column))
        self._grid.addWidget(line(), 1, 0, 1, len(columns))

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; labels are made only when there are more of them than before."""
        while len(self._rows) < len(rows):
            self._add()
        for labels, row in zip(self._rows, rows, strict=False):
            for column, (shown, text) in enumerate(zip(labels, row.cells, strict=True)):
                if shown.text() != text:
                    shown.setText(text)
                    shown.setAccessibleName(f"{row.cells[0]}, {self._columns[column]}: {text}" if column else text)
                set_role(shown, row.role if column else "body")
            labels[0].setToolTip(tooltip(row.tip))
        for number, labels in enumerate(self._rows):
            for shown in labels:
                shown.setVisible(number < len(rows))

    def _add(self) -> None:
        labels = tuple(label() for _ in self._columns)
        at = 2 + len(self._rows)
        for column, shown in enumerate(labels):
            self._grid.addWidget(shown, at, column, _side(column))
        self._rows.append(labels)


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
