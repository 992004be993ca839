"""A real session store with a few conversations, and the facts that tools ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from clawd_desktop.config.schema import Config
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.messages import Message, Text, user_message
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.tools.tool import Asker

MAIN = Asker("agent:main:main", "main")


class ToolStage:
    """What tools work on; `raw` is the configuration."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.store = SessionStore(folder, self.clock, EventBus(), "test")
        self.raw: Any = {}

    def config(self) -> Config:
        return Config.model_validate(self.raw)

    def canonical(self, session_key: str) -> str:
        return self.store.canonical(session_key)

    def answering(self, session_key: str) -> int:
        return 2

    def default_model(self) -> str:
        return "test/echo"

    def check_model(self, name: str) -> str:
        if name != "other":
            raise BadInput(f"There is no model {name}.")
        return "test/other"

    async def talk(self, key: str) -> None:
        """One question, one tool result and one answer; a minute passes."""
        now = self.clock.wall_ms()
        await self.store.append(key, user_message("Hello", now_ms=now))
        await self.store.append(key, Message("toolResult", (Text("42"),), now, tool_call_id="c", tool_name="t"))
        await self.store.append(key, Message("assistant", (Text("Hi"),), now, stop_reason="stop"))
        self.clock.advance(60)


@asynccontextmanager
async def tool_stage(folder: Path, *keys: str) -> AsyncIterator[ToolStage]:
    """A stage on which these conversations were held, in this order."""
    made = ToolStage(folder)
    await made.store.open()
    try:
        for key in keys:
            await made.talk(key)
        yield made
    finally:
        await made.store.close()
