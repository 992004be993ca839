"""What a person does with messages that are there: copying, opening links, unfolding, trying again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from clawd_desktop.ui import dialogs
from clawd_desktop.ui.chat.conversation import Conversation
from clawd_desktop.ui.chat.layout import Action
from clawd_desktop.ui.chat.links import Link, openable, shown
from clawd_desktop.ui.chat.rows import Row, RowKind
from clawd_desktop.ui.chat.view import TranscriptView
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations

_MOST_LINKS = 10


class Reading(QObject):
    """Connects the message list with the conversation. `edit` puts a text into the box."""

    def __init__(
        self, page: QWidget, conversation: Conversation, view: TranscriptView, edit: Callable[[str], None]
    ) -> None:
        super().__init__(page)
        self._page = page
        self._conversation = conversation
        self._view = view
        self._edit = edit
        self._operations = Operations(page)
        view.acted.connect(self._act)
        view.link_activated.connect(self.open_link)
        view.menu_wanted.connect(self._menu)
        view.near_top.connect(conversation.older)

    def open_link(self, target: str) -> None:
        """Open a link in the browser or mail program, after the person has seen where it leads."""
        link = openable(target)
        if link is not None:
            self._operations.start(tr("Open a link"), lambda: self._open(link))

    async def _open(self, link: Link) -> None:
        title = tr("Write to {address}?", address=link.host) if link.mail else tr("Open {host}?", host=link.host)
        if await dialogs.confirm(self._page, title, shown(link), yes=tr("Open")):
            QDesktopServices.openUrl(link.url)

    def _act(self, uid: int, action: str, piece: int) -> None:
        row = self._conversation.row(uid)
        if row is None:
            return
        acts: dict[str, Callable[[], None]] = {
            Action.COPY_CODE: lambda: self._copy_code(uid, piece),
            Action.COPY_MESSAGE: lambda: QGuiApplication.clipboard().setText(row.text),
            Action.COPY_DETAILS: lambda: QGuiApplication.clipboard().setText(row.detail),
            Action.RETRY: lambda: self._conversation.retry(uid),
            Action.TOGGLE: lambda: self._conversation.toggle(uid),
            Action.MORE: lambda: self._conversation.more(uid),
        }
        acts[action]()

    def _copy_code(self, uid: int, piece: int) -> None:
        laid = self._view.layout_of(uid)
        if laid is not None and piece < len(laid.pieces):
            QGuiApplication.clipboard().setText(laid.pieces[piece].group[0].text)

    def _menu(self, uid: int, where: QPoint) -> None:
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Copy"), self._view.copy).setEnabled(bool(self._view.selected_text()))
        row = self._conversation.row(uid)
        if row is not None:
            self._row_actions(menu, row)
        menu.popup(where)

    def _row_actions(self, menu: QMenu, row: Row) -> None:
        menu.addAction(tr("Copy message"), lambda: QGuiApplication.clipboard().setText(row.text))
        if row.kind is RowKind.USER:
            menu.addAction(tr("Edit and send again"), lambda: self._edit(row.text))
        links = [
            link for target in self._view.links_of(row.uid)[:_MOST_LINKS] if (link := openable(target)) is not None
        ]
        for link in links:
            menu.addAction(tr("Open {host}", host=link.host), self._opener(link))

    def _opener(self, link: Link) -> Callable[[], None]:
        return lambda: self._operations.start(tr("Open a link"), lambda: self._open(link))
