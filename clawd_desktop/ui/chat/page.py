"""The Chat page: puts list, messages and box together and connects them to the assistant."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from clawd_desktop.core.events import Event, MessageStored, RunText, SessionChanged, ShuttingDown
from clawd_desktop.core.ports import SessionRow
from clawd_desktop.ui import dialogs
from clawd_desktop.ui.bridge import Bridge
from clawd_desktop.ui.chat.banner import Banner
from clawd_desktop.ui.chat.composer import Composer
from clawd_desktop.ui.chat.conversation import Conversation, Phase
from clawd_desktop.ui.chat.drafts import NEW, Draft
from clawd_desktop.ui.chat.header import Header
from clawd_desktop.ui.chat.reading import Reading
from clawd_desktop.ui.chat.rows import Row
from clawd_desktop.ui.chat.runs import RUN_EVENTS
from clawd_desktop.ui.chat.sessions import SessionPanel, title_of
from clawd_desktop.ui.chat.states import EmptyState, Skeleton
from clawd_desktop.ui.chat.transcript import Splice
from clawd_desktop.ui.chat.view import TranscriptView
from clawd_desktop.ui.chat.writing import Writing
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.widgets.states import message
from clawd_desktop.ui.widgets.text import line

if TYPE_CHECKING:
    from clawd_desktop.ui.services import UiServices

_PANEL_WIDTH = 248
# Below this the list of conversations would leave too little for the messages.
_ROOM_FOR_PANEL = 860
_COLUMN = 808
_LIST_PAUSE_MS = 250
_KINDS: tuple[type[Event], ...] = (*RUN_EVENTS, MessageStored, SessionChanged)


class ChatPage(QWidget):
    """Conversations with the assistant. It saves drafts by itself, at the latest when ShuttingDown is published."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        theme, now_ms = services.theme, services.clock.wall_ms
        self._services = services
        self._started = False
        self._panel_wanted = True
        self._problem: QWidget | None = None
        self._operations = Operations(self)
        self.conversation = Conversation(services.chat, now_ms, self._spliced, self._operations, self)
        self.view = TranscriptView(lambda: self.conversation.transcript.rows, theme, now_ms)
        self.panel = SessionPanel(theme, now_ms)
        self.header = Header(theme)
        self.composer = Composer(theme)
        self.banner = Banner(theme)
        self.empty = EmptyState(theme)
        self.skeleton = Skeleton()
        self.stack = QStackedWidget()
        self.jump = QPushButton(tr("Jump to newest"), self.view)
        self._list_pause = QTimer(self, singleShot=True, interval=_LIST_PAUSE_MS)
        drafts_file = services.state_folder / "desktop" / "drafts.json"
        self.writing = Writing(self, self.conversation, self.composer, self.banner, drafts_file)
        self.reading = Reading(self, self.conversation, self.view, lambda text: self.composer.restore(Draft(text)))
        self._arrange()
        self._connect()
        self._bridge = Bridge(services.bus, _KINDS, self._receive, self)
        # Not through the bridge: after this event there may be no time for a batch.
        shutting_down = services.bus.subscribe(ShuttingDown, lambda event: self.writing.save_now())
        self.destroyed.connect(shutting_down)

    # Building.

    def _arrange(self) -> None:
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        for widget in (self.empty, self.skeleton, self.view):
            self.stack.addWidget(widget)
        self.panel.setFixedWidth(self._px(_PANEL_WIDTH))
        self._services.theme.bind_icon(self.jump, "down", "text")
        self.jump.setCursor(Qt.CursorShape.PointingHandCursor)
        self.jump.hide()
        main = QVBoxLayout()
        main.setSpacing(0)
        main.setContentsMargins(0, 0, 0, 0)
        main.addWidget(self.header)
        main.addWidget(line())
        main.addWidget(self.stack, 1)
        main.addLayout(self._foot())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.panel)
        row.addLayout(main, 1)
        # Whoever comes to the page begins to write.
        self.setFocusProxy(self.composer)

    def _foot(self) -> QHBoxLayout:
        inner = QWidget()
        inner.setMaximumWidth(self._px(_COLUMN))
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 8, 24, 20)
        column.setSpacing(8)
        column.addWidget(self.banner)
        column.addWidget(self.composer)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(inner, 1000)
        foot.addStretch(1)
        return foot

    def _connect(self) -> None:
        self.panel.chosen.connect(self.open)
        self.panel.new_wanted.connect(self.new_conversation)
        self.panel.rename_wanted.connect(self.rename)
        self.panel.removed.connect(self._left)
        self.panel.deleted.connect(self._delete)
        self.header.panel_wanted.connect(self._toggle_panel)
        self.header.new_wanted.connect(self.new_conversation)
        self.header.rename_wanted.connect(lambda: self.rename(self.conversation.key))
        self.header.delete_wanted.connect(lambda: self.panel.delete(self.conversation.key))
        self.composer.submitted.connect(self.view.to_end)
        self.empty.asked.connect(self.writing.ask)
        self.conversation.phase_changed.connect(self._show_phase)
        self.conversation.running_changed.connect(lambda: self.composer.set_running(self.conversation.running))
        self.conversation.opened.connect(self.reload_sessions)
        self.conversation.answered.connect(self._answered)
        self.view.moved.connect(self._show_jump)
        self.jump.clicked.connect(self._to_end)
        self._list_pause.timeout.connect(self.reload_sessions)
        for keys, act in (
            ("Ctrl+N", self.new_conversation),
            ("Ctrl+L", self.composer.box.setFocus),
            ("Esc", self._escape),
            ("PgUp", lambda: self._page(-1)),
            ("PgDown", lambda: self._page(1)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # Opening, and the list of conversations.

    def showEvent(self, event: QShowEvent, /) -> None:  # noqa: N802
        """Load what is needed when the page is seen for the first time."""
        super().showEvent(event)
        if not self._started:
            self._started = True
            self._operations.start(tr("Open Chat"), self._start, report=self.banner.tell)
        self.composer.box.setFocus()

    def hideEvent(self, event: QHideEvent, /) -> None:  # noqa: N802
        """Finish what was only postponed."""
        super().hideEvent(event)
        self.panel.finish_deleting()
        self.writing.save()

    def resizeEvent(self, event: QResizeEvent, /) -> None:  # noqa: N802
        """Show the list of conversations where there is room."""
        super().resizeEvent(event)
        self._show_panel(self._panel_wanted and self.width() >= self._px(_ROOM_FOR_PANEL))
        self._place_jump()

    async def _start(self) -> None:
        await asyncio.to_thread(self.writing.drafts.load)
        rows = await self._services.chat().sessions()
        self.open(rows[0].key if rows else NEW)
        self._show_sessions(rows)

    def open(self, key: str) -> None:
        """Show a conversation, with what was typed in it and not sent."""
        self.conversation.open(key)
        self.writing.show_draft()
        self.panel.select(key)
        self._show_title()
        self.composer.box.setFocus()

    def new_conversation(self) -> None:
        """Begin a new conversation; it is stored with its first message."""
        self.open(NEW)

    def refresh(self) -> None:
        """Read the open conversation and the list again."""
        if self.conversation.key:
            self.open(self.conversation.key)
        self.reload_sessions()

    def reload_sessions(self) -> None:
        """Ask for the list of conversations again."""
        self._operations.start(tr("List conversations"), self._reload, report=self.banner.tell)

    async def _reload(self) -> None:
        self._show_sessions(await self._services.chat().sessions())

    def _show_sessions(self, rows: Sequence[SessionRow]) -> None:
        self.panel.set_rows(rows, self.conversation.key)
        self._show_title()

    def _show_title(self) -> None:
        row = self.panel.model.find(self.conversation.key)
        self.header.show_title(title_of(row) if row is not None else tr("New conversation"), saved=row is not None)

    def rename(self, key: str) -> None:
        """Ask for another title."""
        row = self.panel.model.find(key)
        if row is not None:
            self._operations.start(tr("Rename the conversation"), lambda: self._rename(row))

    async def _rename(self, row: SessionRow) -> None:
        title = await dialogs.ask_text(self, tr("Rename the conversation"), tr("Title"), title_of(row))
        if title is not None and title.strip():
            await self._services.chat().rename(row.key, title.strip())
            await self._reload()

    def _left(self, key: str) -> None:
        if key == self.conversation.key:
            self.open(self.panel.model.shown[0].key if self.panel.model.shown else NEW)

    def _delete(self, key: str) -> None:
        def kept(sentence: str) -> None:
            self.panel.model.hide(key, False)
            self.banner.tell(sentence)

        self._operations.start(tr("Delete the conversation"), lambda: self._delete_now(key), report=kept)

    async def _delete_now(self, key: str) -> None:
        await self._services.chat().delete(key)
        self.writing.drafts.set(key, Draft())
        await self._reload()
        self.panel.model.hide(key, False)

    def _toggle_panel(self) -> None:
        self._panel_wanted = not self.panel.isVisible()
        self._show_panel(self._panel_wanted)

    def _show_panel(self, shown: bool) -> None:
        self.panel.setVisible(shown)
        self.header.new_button.setVisible(not shown)

    # What happens.

    def _receive(self, batch: Sequence[Event]) -> None:
        self.conversation.receive(batch)
        # The list shows who is answering and when; text does not change that.
        if any(not isinstance(event, RunText) for event in batch) and not self._list_pause.isActive():
            self._list_pause.start()

    def _spliced(self, change: Splice) -> None:
        self.view.splice(change)
        if self.conversation.phase is Phase.READY:
            self._show_messages()

    def _show_messages(self) -> None:
        wanted: QWidget = self.view if self.conversation.transcript.rows else self.empty
        if self.stack.currentWidget() is not wanted:
            self.stack.setCurrentWidget(wanted)

    def _show_phase(self) -> None:
        phase = self.conversation.phase
        self.skeleton.begin() if phase is Phase.LOADING else self.skeleton.end()
        if phase is Phase.LOADING:
            self.stack.setCurrentWidget(self.skeleton)
        elif phase is Phase.FAILED:
            self.stack.setCurrentWidget(self._problem_widget())
        else:
            self._show_messages()
        if phase is Phase.READY:
            self.view.to_end()
            if self.view.verticalScrollBar().maximum() == 0:
                self.conversation.older()

    def _problem_widget(self) -> QWidget:
        if self._problem is not None:
            self.stack.removeWidget(self._problem)
            self._problem.deleteLater()
        sentence, title = self.conversation.failure, tr("This conversation could not be opened")
        choices = [
            (tr("Try again"), lambda: self.open(self.conversation.key), "primary"),
            (tr("Copy details"), lambda: QGuiApplication.clipboard().setText(f"{title}\n{sentence}"), "quiet"),
        ]
        self._problem = message(self._services.theme, "error", "bad", title, sentence, choices)
        self.stack.addWidget(self._problem)
        return self._problem

    def _answered(self, row: Row) -> None:
        if self.isVisible():
            self.view.announce(row)

    def _escape(self) -> None:
        if self.conversation.running:
            self.conversation.stop()
        else:
            self.composer.box.setFocus()

    def _to_end(self) -> None:
        self.conversation.newest()
        self.view.to_end()
        self.composer.box.setFocus()

    def _page(self, step: int) -> None:
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.value() + step * (bar.pageStep() - self._px(48)))

    def _show_jump(self) -> None:
        self.jump.setVisible(not self.view.at_end or self.conversation.transcript.detached)
        self._place_jump()

    def _place_jump(self) -> None:
        self.jump.adjustSize()
        self.jump.move((self.view.width() - self.jump.width()) // 2, self.view.height() - self.jump.height() - 12)
        self.jump.raise_()

    def _px(self, size: int) -> int:
        return round(size * self._services.theme.scale)
