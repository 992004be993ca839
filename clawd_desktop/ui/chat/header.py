"""The line above the messages: which conversation is open and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import icon_button
from clawd_desktop.ui.widgets.text import label, tooltip

_HEIGHT = 56


class Header(QFrame):
    """Title and buttons; its signals say what is wanted: the list (shown or hidden), a new chat, rename, delete."""

    panel_wanted = Signal()
    new_wanted = Signal()
    rename_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._full = ""
        self.title: QLabel = label(role="heading")
        self.panel_button = icon_button(theme, "sessions", tr("Show or hide conversations"), self.panel_wanted.emit)
        self.new_button = icon_button(theme, "plus", tr("New chat (Ctrl+N)"), self.new_wanted.emit)
        self.more_button = icon_button(theme, "more", tr("Conversation actions"), self._menu)
        self.setFixedHeight(round(_HEIGHT * theme.scale))
        row = QHBoxLayout(self)
        row.setContentsMargins(PAGE_MARGIN - 2 * SPACE, 0, PAGE_MARGIN - 2 * SPACE, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(self.panel_button)
        row.addWidget(self.title, 1)
        row.addWidget(self.new_button)
        row.addWidget(self.more_button)

    def show_title(self, title: str, *, saved: bool) -> None:
        """Show the title, shortened to the room there is; an unsaved conversation cannot be renamed or deleted."""
        self._full = title
        self.more_button.setEnabled(saved)
        self._elide()

    def resizeEvent(self, event: QResizeEvent, /) -> None:  # noqa: N802
        """Shorten the title to the new room."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = max(40, self.width() - 3 * 36 - 2 * PAGE_MARGIN)
        self.title.setText(self.title.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, room))
        self.title.setMinimumWidth(0)
        self.title.setToolTip(tooltip(self._full) if self.title.text() != self._full else "")

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Rename…"), self.rename_wanted.emit)
        menu.addAction(tr("Delete"), self.delete_wanted.emit)
        menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))
