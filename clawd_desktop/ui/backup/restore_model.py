"""The tree of what a restore would do, for a view that draws only what is seen: 20,000 files are no burden."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont

from clawd_desktop.backup.preview import STATES
from clawd_desktop.ui import words
from clawd_desktop.ui.backup.restore_tree import LOST, SAME, Mark, Node, choose, walk
from clawd_desktop.ui.backup.words import area
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.text import tooltip

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
# The states in their order of interest: what stays as it is comes last.
COLUMNS = (mark("Part"), mark("Changed"), mark("Only in backup"), mark("Would be lost"), mark("Same"))
_CHECKS = {Mark.OFF: Qt.CheckState.Unchecked, Mark.SOME: Qt.CheckState.PartiallyChecked, Mark.ON: Qt.CheckState.Checked}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def state_of(column: int) -> int:
    """The number of the state in STATES whose files the column tells of."""
    return column % len(STATES)


class RestoreModel(QAbstractItemModel):
    """Areas, and below them what changes; with `whole` also what stays the same. `chosen` is sent after a choice."""

    chosen = Signal()

    def __init__(self, theme: Theme, roots: Sequence[Node], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._strong = theme.font(strong=True)
        self.roots = list(roots)
        self.whole = False
        self._nodes = list(walk(self.roots))
        for number, node in enumerate(self._nodes):
            node.number = number

    def show_whole(self, whole: bool) -> None:
        """Show also what stays the same, or only what changes."""
        if whole != self.whole:
            self.beginResetModel()
            self.whole = whole
            self.endResetModel()

    def node(self, index: _Index) -> Node:
        """What stands there."""
        return self._nodes[index.internalId()]

    def place(self, node: Node) -> QModelIndex:
        """Where it stands; nowhere when it is not shown."""
        if node.parent is not None and not (self.whole or node.changes):
            return QModelIndex()
        row = self.roots.index(node) if node.parent is None else node.row[not self.whole]
        return self.createIndex(row, 0, node.number)

    def index(self, row: int, column: int, parent: _Index = _NO_INDEX) -> QModelIndex:
        """The place of a row below the parent."""
        shown = self._below(parent)
        if not (0 <= row < len(shown) and 0 <= column < len(COLUMNS)):
            return QModelIndex()
        return self.createIndex(row, column, shown[row].number)

    def parent(self, index: _Index) -> QModelIndex:  # type: ignore[override]
        """What it lies in."""
        above = self.node(index).parent if index.isValid() else None
        return QModelIndex() if above is None else self.place(above)

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802
        """How many rows stand below it."""
        return 0 if parent.column() > 0 else len(self._below(parent))

    def columnCount(self, _parent: _Index = _NO_INDEX) -> int:  # noqa: N802
        """Its name, and one for each state."""
        return len(COLUMNS)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """All can be chosen by the box at their name."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        found = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return found | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else found

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:  # noqa: N802
        """The columns' names, above what they name."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section else Qt.AlignmentFlag.AlignVCenter
        return tr(COLUMNS[section]) if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = 0) -> object:
        """Text, box, colour and what a screen reader says of a cell."""
        if not index.isValid():
            return None
        node, column = self.node(index), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(node, column) if column else _name(node)
        if role == Qt.ItemDataRole.CheckStateRole and column == 0:
            return _CHECKS[node.mark]
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return _RIGHT
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(node, column)
        if role == Qt.ItemDataRole.FontRole and node.parent is None and column == 0:
            return QFont(self._strong)
        if role == Qt.ItemDataRole.ToolTipRole and column == 0:
            return tooltip("\n".join([_name(node), *(tr(text) for text in node.warnings)]))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _said(node) if column == 0 else _cell(node, column)
        return None

    def setData(self, index: _Index, value: object, role: int = 0) -> bool:  # noqa: N802
        """Choose it with all that is in it, or nothing of it."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        choose(self.node(index), Qt.CheckState(value) is Qt.CheckState.Checked)
        self.dataChanged.emit(index, index, [Qt.ItemDataRole.CheckStateRole])
        self.chosen.emit()
        return True

    def _below(self, parent: _Index) -> Sequence[Node]:
        if not parent.isValid():
            return self.roots
        node = self.node(parent)
        return node.children if self.whole else node.changing

    def _colour(self, node: Node, column: int) -> QColor | None:
        colours = self._theme.tokens.colours()
        if column and state_of(column) == LOST:
            return QColor(colours["bad"])
        return QColor(colours["muted"]) if (column and state_of(column) == SAME) or not node.changes else None


def _name(node: Node) -> str:
    return area(node.area) if node.parent is None else node.name


def _cell(node: Node, column: int) -> str:
    """Of a file its size; of what holds files how many and how large they are."""
    state = state_of(column)
    count = node.counts[state]
    if not count:
        return ""
    size = words.size(node.sizes[state])
    return size if node.change is not None else f"{count:,} · {size}"


def _said(node: Node) -> str:
    cells = [f"{tr(COLUMNS[column])}: {text}" for column in range(1, len(COLUMNS)) if (text := _cell(node, column))]
    return ", ".join([_name(node), *cells])
