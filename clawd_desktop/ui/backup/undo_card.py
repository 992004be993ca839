"""What restores can be taken back, until when, and the way to do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.backup.undo import Undoable
from clawd_desktop.ui.backup.restore_words import undo_row
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.text import label, line


class UndoCard(QWidget):
    """One row for each below a heading, nothing at all when there is none; `take_back` asks and then does it."""

    def __init__(self, take_back: Callable[[Undoable], None]) -> None:
        super().__init__()
        self._take_back = take_back
        self._shown: object = None
        self._free = True
        self._buttons: list[QPushButton] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(3 * SPACE)
        card = Card()
        card.body.addLayout(self._rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        column.addWidget(label(tr("Undo a restore"), "heading"))
        column.addWidget(card)
        self.hide()

    def show_undoable(self, found: Sequence[Undoable], now_ms: int) -> None:
        """Show what can be taken back, the newest first; built again only when something differs."""
        self.setVisible(bool(found))
        wanted = [(one.id, undo_row(one, now_ms)) for one in found]
        if self._shown == wanted:
            return
        self._shown = wanted
        clear(self._rows)
        self._buttons = []
        for number, one in enumerate(found):
            if number:
                self._rows.addWidget(line())
            self._rows.addWidget(self._row(one, *undo_row(one, now_ms)))

    def set_free(self, free: bool) -> None:
        """Whether something can be taken back now."""
        self._free = free
        for made in self._buttons:
            made.setEnabled(free)

    def _row(self, one: Undoable, title: str, more: str) -> QWidget:
        made = QWidget()
        text = QVBoxLayout()
        text.setSpacing(SPACE // 2)
        text.addWidget(label(title, "strong", wrap=True))
        text.addWidget(label(more, "muted", wrap=True))
        undo = button(tr("Undo…"), lambda: self._take_back(one))
        undo.setAccessibleName(tr("Take back: {what}", what=title))
        undo.setEnabled(self._free)
        self._buttons.append(undo)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * SPACE)
        row.addLayout(text, 1)
        row.addWidget(undo, 0, Qt.AlignmentFlag.AlignTop)
        return made
