"""The table beside a graph: the same values to read, select and copy; newest first."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.widgets.graph.grid import Grid
from clawd_desktop.ui.widgets.graph.spec import GraphSpec
from clawd_desktop.ui.widgets.graph.ticks import moment_text
from clawd_desktop.ui.widgets.graph.values import value_text

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


class GridModel(QAbstractTableModel):
    """Rows of a Grid: time, then one column for each line."""

    def __init__(self, spec: GraphSpec) -> None:
        super().__init__()
        self._spec = spec
        self._grid: Grid | None = None

    def show_grid(self, rows: Grid) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._grid = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802
        """One for each moment."""
        return 0 if self._grid is None or parent.isValid() else len(self._grid.times)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802
        """Time and lines."""
        return 0 if parent.isValid() else 1 + len(self._spec.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What stands in a cell."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if index.column() == 0 else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role not in _ROLES or self._grid is None:
            return None
        row = len(self._grid.times) - 1 - index.row()
        if index.column() == 0:
            return moment_text(float(self._grid.times[row]), self._grid.step_ms)
        return value_text(float(self._grid.mean[index.column() - 1][row]), self._spec.unit)

    def headerData(self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802
        """The names of the columns."""
        if side != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft if section == 0 else Qt.AlignmentFlag.AlignRight)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return tr("Time") if section == 0 else self._spec.lines[section - 1].title


class GridView(QTableView):
    """The table; Ctrl+C copies the chosen rows with tabs between their cells."""

    def __init__(self, spec: GraphSpec) -> None:
        super().__init__()
        self.rows = GridModel(spec)
        self.setModel(self.rows)
        self.setProperty("role", "plain")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Table: {title}", title=spec.title))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.verticalHeader().setDefaultSectionSize(26)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Copy, and everything that tables do by themselves."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the chosen rows on the clipboard, as spreadsheets take them."""
        chosen = sorted(index.row() for index in self.selectionModel().selectedRows())
        columns = range(self.rows.columnCount())
        lines = ("\t".join(str(self.rows.data(self.rows.index(row, at))) for at in columns) for row in chosen)
        QGuiApplication.clipboard().setText("\n".join(lines))
