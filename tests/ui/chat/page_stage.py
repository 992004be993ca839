"""A whole Chat page in memory, and waiting without sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.messages import Message, user_message
from clawd_desktop.ui.chat.conversation import Phase
from clawd_desktop.ui.chat.page import ChatPage
from tests.ui.chat.scripted_chat import MAIN, ScriptedChat, answer, services


class Stage:
    """A page that shows the main conversation."""

    def __init__(self, folder: Path, messages: Sequence[Message] = ()) -> None:
        self.bus, self.clock = EventBus(), ManualClock()
        self.chat = ScriptedChat(self.bus, self.clock)
        self.chat.add(MAIN, "Main", messages)
        self.chat.add("other", "Other", [user_message("elsewhere", now_ms=1)])
        self.services = services(folder, self.chat, clock=self.clock)
        self.page = ChatPage(self.services)
        self.page.resize(1100, 700)

    def texts(self) -> list[str]:
        """What the messages say."""
        return [row.text for row in self.page.conversation.transcript.rows]

    async def ready(self) -> None:
        """The page has been opened."""
        self.page.show()
        await until(lambda: self.page.conversation.phase is Phase.READY and bool(self.page.panel.model.shown))


MESSAGES = (user_message("first question", now_ms=1_759_000_000_000), answer("first **answer**", 1_759_000_001_000))


@asynccontextmanager
async def opened(folder: Path, messages: Sequence[Message] = MESSAGES) -> AsyncIterator[Stage]:
    """A page that is shown and loaded; deleted afterwards."""
    stage = Stage(folder, messages)
    try:
        await stage.ready()
        yield stage
    finally:
        stage.page.hide()
        stage.page.deleteLater()
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until the condition holds; the test's own time limit ends a vain wait."""
    while not condition():
        await asyncio.sleep(0.001)
