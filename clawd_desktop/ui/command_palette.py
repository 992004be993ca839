"""Ctrl+K: type a few letters of a page or command and go there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE

Command = tuple[str, str]
_ROWS_SHOWN = 9


def matching(commands: Sequence[Command], typed: str) -> list[Command]:
    """The commands whose text has all typed words in it; those that begin with what was typed come first."""
    words = typed.casefold().split()
    found = [command for command in commands if all(word in command[1].casefold() for word in words)]
    return sorted(found, key=lambda command: not command[1].casefold().startswith(typed.casefold().strip()))


class CommandPalette(QDialog):
    """Lists (id, text) commands; `run` is called with the id of the chosen one."""

    def __init__(self, parent: QWidget, commands: Sequence[Command], run: Callable[[str], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Go to"))
        self._commands = commands
        self._run = run
        self._line = QLineEdit()
        self._line.setPlaceholderText(tr("Page or command"))
        self._line.setAccessibleName(tr("Page or command"))
        self._list = QListWidget()
        self._list.setProperty("role", "plain")
        self._list.setAccessibleName(tr("What was found"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self._line)
        layout.addWidget(self._list)
        self.setMinimumSize(110 * SPACE, (10 + _ROWS_SHOWN * 8) * SPACE)
        self._line.textChanged.connect(self._search)
        self._line.returnPressed.connect(self._choose)
        self._list.itemClicked.connect(lambda _item: self._choose())
        self._line.installEventFilter(self)
        self._search("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Up and down move in the list while the line keeps the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                self._list.setCurrentRow(max(0, min(self._list.count() - 1, self._list.currentRow() + step)))
                return True
        return super().eventFilter(watched, event)

    def _search(self, typed: str) -> None:
        self._list.clear()
        for key, text in matching(self._commands, typed):
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, key)
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _choose(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.close()
            self._run(str(item.data(Qt.ItemDataRole.UserRole)))
