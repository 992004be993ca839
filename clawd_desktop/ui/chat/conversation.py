"""The open conversation: loads its history, sends and stops, and applies what happens to its transcript."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from clawd_desktop.core.events import Event, MessageStored, RunEvent, RunText, SessionChanged
from clawd_desktop.core.ports import Chat, HistoryPage
from clawd_desktop.ui.chat.attachments import Attachment, thumbnails
from clawd_desktop.ui.chat.drafts import NEW
from clawd_desktop.ui.chat.rows import Mark, Row, RowKind, images_of, new_uid
from clawd_desktop.ui.chat.runs import RunRows
from clawd_desktop.ui.chat.transcript import Splice, Stored, Transcript
from clawd_desktop.ui.chat.visible import visible
from clawd_desktop.ui.chat.words import day_of
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations

PAGE = 60


class Phase(StrEnum):
    """What the conversation is doing; `NEW` has no key yet."""

    NEW = "new"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class Conversation(QObject):
    """One conversation at a time. `key` is its session key, empty while nothing was sent in a new one.

    Signals: `phase_changed`, `running_changed`, `opened` (key) when a new one got its key, `unsent` (key, text,
    attachments, sentence) when a message could not be stored, `answered` (Row) with each complete answer.
    """

    phase_changed = Signal()
    running_changed = Signal()
    opened = Signal(str)
    unsent = Signal(str, str, tuple, str)
    answered = Signal(Row)

    def __init__(
        self,
        chat: Callable[[], Chat],
        now_ms: Callable[[], int],
        watch: Callable[[Splice], None],
        operations: Operations,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._chat = chat
        self._now_ms = now_ms
        self._operations = operations
        self._before: int | None = None
        self._opening = 0
        self._loading_older = False
        self._held: list[Event] = []
        self._was_running = False
        self.transcript = Transcript(watch, day_of)
        self.runs = RunRows(self.transcript, now_ms, self.answered.emit)
        self.key = NEW
        self.phase = Phase.NEW
        self.failure = ""

    @property
    def running(self) -> bool:
        """Whether an answer is on its way."""
        return bool(self.runs.running)

    def open(self, key: str) -> None:
        """Show another conversation; an empty key begins a new one."""
        self.key = key
        self._opening += 1
        self._before = None
        self._held.clear()
        self.runs.forget()
        self.transcript.reset()
        self._set_phase(Phase.LOADING if key else Phase.NEW)
        self._tell_running()
        if key:
            opening = self._opening
            self._operations.start(
                tr("Open a conversation"), lambda: self._load(opening), report=self._failed_to(opening)
            )

    def older(self) -> None:
        """Load the messages before the first one, once at a time."""
        if self._before is None or self._loading_older or self.phase is not Phase.READY:
            return
        self._loading_older = True
        opening = self._opening
        self._operations.start(
            tr("Load older messages"),
            lambda: self._load_older(opening),
            report=lambda sentence: self._older_failed(opening),
        )

    def newest(self) -> None:
        """Load the end again when it was let go."""
        if self.transcript.detached:
            self.open(self.key)

    def receive(self, batch: Sequence[Event]) -> None:
        """Apply what happened, leaving out texts that a later one of the batch replaces."""
        last_text = {event.run_id: at for at, event in enumerate(batch) if isinstance(event, RunText)}
        for at, event in enumerate(batch):
            if isinstance(event, RunText) and last_text[event.run_id] > at and _text_follows(batch, at):
                continue
            self._take(event)
        self._tell_running()

    def send(self, text: str, attachments: Sequence[Attachment]) -> None:
        """Show the message at once and have it stored and answered."""
        small = tuple(attachment.thumbnail for attachment in attachments)
        row = Row(
            new_uid(),
            RowKind.USER,
            visible(text),
            self._now_ms(),
            mark=Mark.SENDING,
            thumbnails=small,
            pictures=len(small),
        )
        self.transcript.append(row)
        if self.phase is Phase.NEW:
            self._set_phase(Phase.READY)
        key, pictures = self.key, tuple(attachments)

        def unsent(sentence: str) -> None:
            self.transcript.remove(row.uid)
            if not self.transcript.rows and not self.key:
                self._set_phase(Phase.NEW)
            self.unsent.emit(key, text, pictures, sentence)

        self._operations.start(tr("Send a message"), lambda: self._send(key, row.uid, text, pictures), report=unsent)

    def stop(self) -> None:
        """Stop what is being answered."""
        key = self.key
        if key:
            self._operations.start(tr("Stop the answer"), lambda: self._stop(key))

    def retry(self, uid: int) -> None:
        """Send the message again that a failure stands behind; the failure goes from sight."""
        failed = self.row(uid)
        above = self.transcript.rows[: self.transcript.index(uid) + 1]
        said = [row for row in above if row.kind is RowKind.USER and row.text.strip()]
        mine = [row for row in said if failed is not None and failed.run_id and row.run_id == failed.run_id] or said
        if mine:
            self.transcript.remove(uid)
            self.send(mine[-1].text, ())

    def toggle(self, uid: int) -> None:
        """Show or hide what a tool did."""
        self._change(uid, lambda row: replace(row, expanded=not row.expanded))

    def more(self, uid: int) -> None:
        """Show twice as much of a long message."""
        self._change(uid, lambda row: replace(row, shown=row.shown * 2))

    def row(self, uid: int) -> Row | None:
        """The row with this uid."""
        return self.transcript.find(lambda row: row.uid == uid)

    def last_said(self) -> str:
        """The text of the person's last message."""
        row = self.transcript.find(lambda row: row.kind is RowKind.USER)
        return row.text if row is not None else ""

    def _change(self, uid: int, change: Callable[[Row], Row]) -> None:
        row = self.row(uid)
        if row is not None:
            self.transcript.put(change(row))

    async def _load(self, opening: int) -> None:
        page = await self._chat().history(self.key, limit=PAGE)
        stored = await _stored(page)
        if opening != self._opening:
            return
        self._before = page.before
        self.transcript.reset(stored)
        self._set_phase(Phase.READY)
        held, self._held = self._held, []
        self.receive(held)

    async def _load_older(self, opening: int) -> None:
        before = self._before
        page = await self._chat().history(self.key, limit=PAGE, before=before)
        stored = await _stored(page)
        if opening != self._opening:
            return
        self._loading_older = False
        self._before = page.before if page.before != before else None
        self.transcript.prepend(stored)

    def _older_failed(self, opening: int) -> None:
        # Scrolling up asks again: the messages that are there stay readable.
        if opening == self._opening:
            self._loading_older = False

    async def _send(self, key: str, uid: int, text: str, attachments: Sequence[Attachment]) -> None:
        chat = self._chat()
        if not key:
            key = await chat.create()
            if not self.key and self.transcript.index(uid) >= 0:
                self.key = key
                self.opened.emit(key)
        images = await asyncio.to_thread(lambda: tuple(attachment.image() for attachment in attachments))
        sent = await chat.send(key, text, images=images)
        row = self.row(uid)
        if row is not None and row.mark is Mark.SENDING:
            queued = bool(self.runs.running - {sent.run_id})
            row = replace(row, run_id=row.run_id or sent.run_id, mark=Mark.QUEUED if queued else Mark.NONE)
            self.transcript.put(row)

    async def _stop(self, key: str) -> None:
        await self._chat().stop(key)

    def _take(self, event: Event) -> None:
        if (
            not isinstance(event, RunEvent | MessageStored | SessionChanged)
            or event.session_key != self.key
            or not self.key
        ):
            return
        if self.phase is Phase.LOADING:
            self._held.append(event)
        elif isinstance(event, RunEvent):
            self.runs.apply(event)
        elif isinstance(event, MessageStored):
            self._store(event)
        elif event.reset:
            self.open(self.key)

    def _store(self, event: MessageStored) -> None:
        self.runs.stored(event)
        row = self.transcript.find(lambda row: row.message_id == event.message_id and bool(row.pictures))
        if row is not None and not row.thumbnails:
            self._operations.start(
                tr("Show a picture"), lambda: self._add_thumbnails(event), report=lambda sentence: None
            )

    async def _add_thumbnails(self, event: MessageStored) -> None:
        small = await thumbnails(images_of(event.message))
        row = self.transcript.find(lambda row: row.message_id == event.message_id and bool(row.pictures))
        if row is not None:
            self.transcript.put(replace(row, thumbnails=small))

    def _failed_to(self, opening: int) -> Callable[[str], None]:
        def tell(sentence: str) -> None:
            if opening == self._opening:
                self.failure = sentence
                self._set_phase(Phase.FAILED)

        return tell

    def _set_phase(self, phase: Phase) -> None:
        self._loading_older = False
        self.phase = phase
        self.phase_changed.emit()

    def _tell_running(self) -> None:
        if self.running != self._was_running:
            self._was_running = self.running
            self.running_changed.emit()


def _text_follows(batch: Sequence[Event], at: int) -> bool:
    """Whether the run's next event is again a text, so that this one is never seen."""
    run_id = getattr(batch[at], "run_id", "")
    following = next((event for event in batch[at + 1 :] if getattr(event, "run_id", "") == run_id), None)
    return isinstance(following, RunText)


async def _stored(page: HistoryPage) -> list[Stored]:
    return [Stored(message_id, message, await thumbnails(images_of(message))) for message_id, message in page.messages]
