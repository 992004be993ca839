"""The list of conversations: search, new, rename, delete with undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from clawd_desktop.core.ports import SessionRow
from clawd_desktop.ui.chat import words
from clawd_desktop.ui.chat.visible import one_line
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.palette import BODY, SMALL
from clawd_desktop.ui.theme import Theme

UNDO_MS = 8000
_ROW_HEIGHT = 52
_LONGEST_TITLE = 80
_MAIN = mark("Main chat")
_ONE_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
Index = QModelIndex | QPersistentModelIndex


def title_of(row: SessionRow) -> str:
    """The title as it is safe to show; the main conversation has a name of its own in each language."""
    named = tr(_MAIN) if row.title == _MAIN else row.title
    return one_line(named, _LONGEST_TITLE) or tr("New conversation")


class SessionModel(QAbstractListModel):
    """The conversations that fit the search, without those that are being deleted."""

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[SessionRow] = ()
        self._search = ""
        self._hidden: set[str] = set()
        self.shown: list[SessionRow] = []

    def set_rows(self, rows: Sequence[SessionRow]) -> None:
        """Show these conversations; a list with the same keys in the same order only repaints."""
        self._all = rows
        self._apply()

    def search(self, text: str) -> None:
        """Show those whose title contains the text."""
        self._search = text.strip().casefold()
        self._apply()

    def hide(self, key: str, hidden: bool) -> None:
        """Leave a conversation out, or show it again."""
        (self._hidden.add if hidden else self._hidden.discard)(key)
        self._apply()

    def row_of(self, key: str) -> int:
        """The number of the conversation, -1 when it is not shown."""
        return next((number for number, row in enumerate(self.shown) if row.key == key), -1)

    def find(self, key: str) -> SessionRow | None:
        """The conversation, shown or not."""
        return next((row for row in self._all if row.key == key), None)

    def _apply(self) -> None:
        new = [row for row in self._all if row.key not in self._hidden and self._search in row.title.casefold()]
        same = [row.key for row in new] == [row.key for row in self.shown]
        if same:
            self.shown = new
            if new:
                self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
            return
        self.beginResetModel()
        self.shown = new
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex(), /) -> int:  # noqa: N802, B008
        """How many conversations are shown."""
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole, /) -> object:
        """The title for the eye, and with its state for the ear."""
        row = self.shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return title_of(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr("{title}, answering now", title=title_of(row)) if row.running else title_of(row)
        if role == Qt.ItemDataRole.UserRole:
            return row
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, now_ms: Callable[[], int], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._now_ms = now_ms

    def sizeHint(self, option: QStyleOptionViewItem, index: Index, /) -> QSize:  # noqa: N802
        return QSize(0, round(_ROW_HEIGHT * self._theme.scale))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        row = cast(SessionRow, index.data(Qt.ItemDataRole.UserRole))
        rect = option.rect.adjusted(0, 1, 0, -1)
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour("selected" if chosen else "hover"))
            painter.drawRoundedRect(rect, 8, 8)
        self._words(painter, row, rect.adjusted(12, 7, -12, -7), chosen)
        painter.restore()

    def _words(self, painter: QPainter, row: SessionRow, inner: QRect, chosen: bool) -> None:
        half = inner.height() // 2
        above = QRect(inner.left(), inner.top(), inner.width() - (16 if row.running else 0), half)
        below = QRect(inner.left(), inner.top() + half, inner.width(), half)
        title = self._theme.font(BODY, strong=chosen)
        painter.setFont(title)
        painter.setPen(self._colour("text"))
        text = QFontMetrics(title).elidedText(title_of(row), Qt.TextElideMode.ElideRight, above.width())
        painter.drawText(above, _ONE_LINE, text)
        painter.setFont(self._theme.font(SMALL))
        painter.setPen(self._colour("muted"))
        when = tr("Answering…") if row.running else words.list_time(row.updated_ms, self._now_ms())
        painter.drawText(below, _ONE_LINE, when)
        if row.running:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour("accent"))
            painter.drawEllipse(QPointF(inner.right() - 4, above.center().y() + 1), 4, 4)

    def _colour(self, name: str) -> QColor:
        return QColor(self._theme.tokens.colours()[name])


class SessionList(QListView):
    """The list itself; Delete and F2 work where the keyboard is."""

    rename_wanted = Signal()
    delete_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:  # noqa: N802
        """Delete and F2; the rest moves the choice."""
        if event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit()
        else:
            super().keyPressEvent(event)


class SessionPanel(QFrame):
    """The left column. Signals carry the key: `chosen`, `rename_wanted`, `removed`, `deleted`; and `new_wanted`.

    `removed` is sent at once when the person deletes, so that another conversation can be opened; `deleted` when the
    time for Undo is over.
    """

    chosen = Signal(str)
    new_wanted = Signal()
    rename_wanted = Signal(str)
    removed = Signal(str)
    deleted = Signal(str)

    def __init__(self, theme: Theme, now_ms: Callable[[], int]) -> None:
        super().__init__()
        self.setProperty("role", "sidebar")
        self.setAccessibleName(tr("Conversations"))
        self.model = SessionModel()
        self._theme = theme
        self._going = ""
        self._selecting = False
        self.search = QLineEdit()
        self.list = SessionList()
        self.new_button = QPushButton(tr("New chat"))
        self.undo_bar = QFrame()
        self._undo_label = QLabel()
        self._nothing = QLabel(tr("No conversation fits the search."))
        self._undo_timer = QTimer(self, singleShot=True, interval=UNDO_MS)
        self._undo_timer.timeout.connect(self.finish_deleting)
        self.list.setItemDelegate(_Delegate(theme, now_ms, self.list))
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self._theme.bind_icon(self.new_button, "plus", "text")
        self.search.setPlaceholderText(tr("Search"))
        self.search.setAccessibleName(tr("Search conversations"))
        self.search.setClearButtonEnabled(True)
        self.list.setModel(self.model)
        self.list.setProperty("role", "plain")
        self.list.setStyleSheet("QListView { padding: 0; }")
        self.list.setAccessibleName(tr("Conversations"))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._nothing.setProperty("role", "caption")
        self._nothing.setWordWrap(True)
        self._nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 16, 12, 12)
        layout.setSpacing(8)
        for widget in (self.new_button, self.search, self._nothing):
            layout.addWidget(widget)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._arranged_undo())

    def _arranged_undo(self) -> QFrame:
        self.undo_bar.setProperty("role", "card")
        row = QHBoxLayout(self.undo_bar)
        row.setContentsMargins(12, 8, 8, 8)
        self._undo_label.setTextFormat(Qt.TextFormat.PlainText)
        self._undo_label.setWordWrap(True)
        self.undo_button = QPushButton(tr("Undo"))
        self.undo_button.setProperty("role", "quiet")
        row.addWidget(self._undo_label, 1)
        row.addWidget(self.undo_button)
        self.undo_bar.hide()
        return self.undo_bar

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search)
        self.new_button.clicked.connect(self.new_wanted)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.rename_wanted.connect(lambda: self._with_current(self.rename_wanted.emit))
        self.list.delete_wanted.connect(lambda: self._with_current(self.delete))
        self.undo_button.clicked.connect(self.undo)

    def set_rows(self, rows: Sequence[SessionRow], current: str) -> None:
        """Show these conversations with `current` chosen."""
        self.model.set_rows(rows)
        self.select(current)

    def select(self, key: str) -> None:
        """Mark the conversation as the open one, without opening it again."""
        self._selecting = True
        number = self.model.row_of(key)
        self.list.setCurrentIndex(self.model.index(number) if number >= 0 else QModelIndex())
        if number < 0:
            self.list.clearSelection()
        self._selecting = False

    def delete(self, key: str) -> None:
        """Take the conversation out of sight; it goes to the trash when the time for Undo is over."""
        self.finish_deleting()
        row = self.model.find(key)
        if row is None:
            return
        self._going = key
        self.model.hide(key, True)
        self._undo_label.setText(tr("Deleted “{title}”", title=one_line(title_of(row), 40)))
        self.undo_bar.show()
        self._undo_timer.start()
        self.removed.emit(key)

    def undo(self) -> None:
        """Bring back what was deleted last."""
        key, self._going = self._going, ""
        self._undo_timer.stop()
        self.undo_bar.hide()
        if key:
            self.model.hide(key, False)
            self.chosen.emit(key)

    def finish_deleting(self) -> None:
        """The time for Undo is over."""
        key, self._going = self._going, ""
        self._undo_timer.stop()
        self.undo_bar.hide()
        if key:
            self.deleted.emit(key)

    def _search(self, text: str) -> None:
        self._selecting = True
        self.model.search(text)
        self._selecting = False
        self._nothing.setVisible(bool(text.strip()) and not self.model.shown)

    def _choose(self, index: QModelIndex) -> None:
        if not self._selecting and index.isValid():
            self.chosen.emit(self.model.shown[index.row()].key)

    def _with_current(self, act: Callable[[str], None]) -> None:
        index = self.list.currentIndex()
        if index.isValid():
            act(self.model.shown[index.row()].key)

    def _menu(self, point: QPoint) -> None:
        index = self.list.indexAt(point)
        if not index.isValid():
            return
        key = self.model.shown[index.row()].key
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Rename…"), lambda: self.rename_wanted.emit(key))
        menu.addAction(tr("Delete"), lambda: self.delete(key))
        menu.popup(self.list.viewport().mapToGlobal(point))
