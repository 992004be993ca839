"""The tree of areas, folders and files on the screen: aligned numbers, and everything by keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTreeView

from clawd_desktop.ui.backup.restore_model import COLUMNS, RestoreModel
from clawd_desktop.ui.backup.restore_tree import Mark, Node
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme

# As many rows as are seen without scrolling inside: the areas and some of what is in one.
_FEWEST, _MOST, _MORE = 8, 15, 3
_ROW_PADDING = 10
_OPENERS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_SAMPLE = "9,999 · 999 MiB"


class RestoreOutline(QTreeView):
    """Space chooses the row, Enter or a double click calls `opened` with it."""

    def __init__(self, theme: Theme, opened: Callable[[Node], None]) -> None:
        super().__init__()
        self._opened = opened
        self.rows = RestoreModel(theme, (), self)
        self.setModel(self.rows)
        self.setAccessibleName(tr("What a restore would do"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.doubleClicked.connect(self._open)
        self._size_columns()

    def use(self, rows: RestoreModel) -> None:
        """Show another backup; the height stays that of its areas and a few rows more."""
        former, self.rows = self.rows, rows
        self.setModel(rows)
        former.deleteLater()
        self._size_columns()
        seen = min(_MOST, max(_FEWEST, rows.rowCount() + _MORE))
        row = max(self.sizeHintForRow(0), self.fontMetrics().height() + _ROW_PADDING)
        self.setFixedHeight(seen * row + self.header().sizeHint().height() + 4 * SPACE)

    def current(self) -> Node | None:
        """What the keyboard is at."""
        index = self.currentIndex()
        return self.rows.node(index) if index.isValid() else None

    def show_whole(self, whole: bool) -> None:
        """Show also what stays the same; what was open stays open, and the keyboard where it was."""
        at = self.current()
        opened = [self.rows.node(index) for index in self._expanded()]
        self.rows.show_whole(whole)
        for node in opened:
            self.setExpanded(self.rows.place(node), True)
        if at is not None:
            self.setCurrentIndex(self.rows.place(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Choose and open whatever column the mouse was in; all else as trees do it."""
        index = self.currentIndex().siblingAtColumn(0)
        if event.key() == Qt.Key.Key_Space and index.isValid():
            on = self.rows.node(index).mark is not Mark.ON
            check = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
            self.rows.setData(index, check.value, Qt.ItemDataRole.CheckStateRole)
        elif event.key() in _OPENERS and index.isValid():
            self._open(index)
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        self._opened(self.rows.node(index))

    def _expanded(self) -> list[QModelIndex]:
        """Each open row, those above before those below."""
        found: list[QModelIndex] = []
        waiting = [QModelIndex()]
        while waiting:
            parent = waiting.pop()
            below = [self.rows.index(row, 0, parent) for row in range(self.rows.rowCount(parent))]
            opened = [index for index in below if self.isExpanded(index)]
            found += opened
            waiting += opened
        return found

    def _size_columns(self) -> None:
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(10 * SPACE)
        width = self.fontMetrics().horizontalAdvance(_SAMPLE)
        for column, title in enumerate(COLUMNS):
            if column:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
                needed = self.fontMetrics().horizontalAdvance(tr(title))
                header.resizeSection(column, max(width, needed) + 5 * SPACE)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
