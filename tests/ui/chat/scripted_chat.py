"""A Chat in memory that answers as a script says, and the services a page needs around it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from PySide6.QtWidgets import QApplication

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock, ManualClock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import (
    Event,
    MessageStored,
    RunAborted,
    RunFailed,
    RunFinished,
    RunQueued,
    RunStarted,
    RunText,
    SessionChanged,
)
from clawd_desktop.core.messages import Image, Message, Text, Usage, user_message
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import HistoryPage, Sent, SessionRow
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.theme import Theme

MAIN = "agent:main:main"


def answer(text: str, now_ms: int, **facts: object) -> Message:
    """What the assistant said."""
    said = Message("assistant", (Text(text),), now_ms, provider="local", model="smollm2")
    return replace(said, **facts)  # type: ignore[arg-type]


@dataclass
class ScriptedChat:
    """Keeps conversations in dictionaries. The next call raises `failure`; `waiting` holds history back until set."""

    bus: EventBus
    clock: Clock
    messages: dict[str, list[tuple[str, Message]]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    running: dict[str, str] = field(default_factory=dict)
    sent: list[tuple[str, str, tuple[Image, ...]]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    history_calls: list[int | None] = field(default_factory=list)
    failure: ClawdError | None = None
    waiting: asyncio.Event | None = None
    _count: int = 0

    def add(self, key: str, title: str, messages: Sequence[Message] = ()) -> None:
        """Put a conversation there."""
        self.titles[key] = title
        self.messages[key] = [(f"{key}#{number}", message) for number, message in enumerate(messages)]

    def _raise(self) -> None:
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure

    async def sessions(self) -> Sequence[SessionRow]:
        """All conversations, newest first."""
        self._raise()
        rows = [SessionRow(key, title, self._used(key), 0, key in self.running) for key, title in self.titles.items()]
        return sorted(rows, key=lambda row: -row.updated_ms)

    def _used(self, key: str) -> int:
        return self.messages[key][-1][1].timestamp if self.messages[key] else 0

    async def history(self, session_key: str, *, limit: int, before: int | None = None) -> HistoryPage:
        """A page of a conversation."""
        self.history_calls.append(before)
        if self.waiting is not None:
            await self.waiting.wait()
        self._raise()
        stored = self.messages[session_key]
        end = len(stored) if before is None else before
        start = max(0, end - limit)
        return HistoryPage(tuple(stored[start:end]), start or None)

    async def send(self, session_key: str, text: str, *, images: tuple[Image, ...] = ()) -> Sent:
        """Store a message and start a run; the test says what happens in it."""
        self._raise()
        self.sent.append((session_key, text, images))
        self._count += 1
        run = f"run-{self._count}"
        self.store(session_key, user_message(text, now_ms=self.clock.wall_ms(), images=images), run)
        if session_key in self.running:
            self.bus.publish(RunQueued(run, session_key, 0))
        else:
            self.start(session_key, run)
        return Sent(run)

    async def stop(self, session_key: str) -> int:
        """End the run."""
        self.stopped.append(session_key)
        run = self.running.pop(session_key, None)
        if run is not None:
            self.bus.publish(RunAborted(run, session_key, 9, "stop"))
        return int(run is not None)

    async def create(self) -> str:
        """A new conversation."""
        self._raise()
        key = f"agent:main:new{len(self.titles)}"
        self.add(key, "")
        return key

    async def rename(self, session_key: str, title: str) -> None:
        """Another title."""
        self.titles[session_key] = title
        self.bus.publish(SessionChanged(session_key))

    async def delete(self, session_key: str) -> None:
        """To the trash."""
        self._raise()
        self.deleted.append(session_key)
        del self.titles[session_key], self.messages[session_key]
        self.bus.publish(SessionChanged(session_key, deleted=True))

    # What tests make happen.

    def store(self, key: str, message: Message, run: str = "") -> None:
        """A message is in the transcript."""
        stored = self.messages.setdefault(key, [])
        stored.append((f"{key}#{len(stored)}", message))
        if not self.titles.get(key):
            self.titles[key] = message.text[:60]
        self.bus.publish(MessageStored(key, stored[-1][0], message, run))

    def start(self, key: str, run: str) -> None:
        """The run leaves its lane."""
        self.running[key] = run
        self.bus.publish(RunStarted(run, key, 1, self.clock.wall_ms()))

    def say(self, key: str, text: str) -> None:
        """The answer has grown to this."""
        self.bus.publish(RunText(self.running[key], key, 2, text, text))

    def publish(self, event: Event) -> None:
        """Anything else."""
        self.bus.publish(event)

    def finish(self, key: str, text: str) -> None:
        """The answer is complete and stored."""
        run, now = self.running.pop(key), self.clock.wall_ms()
        message = answer(text, now, stop_reason="stop")
        self.store(key, message, run)
        self.bus.publish(RunFinished(run, key, 3, message, Usage(), "local", "smollm2", now, now))

    def fail(self, key: str, sentence: str) -> None:
        """There is no answer."""
        run, now = self.running.pop(key), self.clock.wall_ms()
        self.bus.publish(RunFailed(run, key, 3, sentence, "model.no_key", now, now))


def services(folder: Path, chat: ScriptedChat, *, clock: Clock | None = None, mode: str = "light") -> UiServices:
    """What a page is given; only what Chat uses is real."""
    application = cast(QApplication, QApplication.instance())
    unused = cast(UiServices, None)
    return UiServices(
        status=unused,  # type: ignore[arg-type]
        operations=unused,  # type: ignore[arg-type]
        backups=unused,  # type: ignore[arg-type]
        restores=unused,  # type: ignore[arg-type]
        drills=unused,  # type: ignore[arg-type]
        chat=lambda: chat,
        notices=NoticeBoard(chat.bus),
        bus=chat.bus,
        config=unused,  # type: ignore[arg-type]
        secrets=unused,  # type: ignore[arg-type]
        clock=clock or ManualClock(),
        theme=Theme(application, mode),
        state_folder=folder,
        run_action=unused,  # type: ignore[arg-type]
        find_local_servers=unused,  # type: ignore[arg-type]
        autostart=unused,  # type: ignore[arg-type]
    )
