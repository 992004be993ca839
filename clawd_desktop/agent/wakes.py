"""Wakes the assistant on behalf of programs: a report is kept for the next turn, or starts one at once."""

from __future__ import annotations

import logging
import uuid
from typing import Literal, TypeAlias

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.agent.runs import Submission
from clawd_desktop.agent.system_events import SystemEvents
from clawd_desktop.core.errors import ClawdError

WakeMode: TypeAlias = Literal["now", "next-heartbeat"]
ORIGIN = "system"
_log = logging.getLogger("clawd.agent.wakes")


class Wakes:
    """What `wake` and the hooks do. Mode "now" starts a turn at once with the report as its message.

    There is no heartbeat: with mode "next-heartbeat" a report waits for the next turn, whoever starts it.
    """

    def __init__(self, assistant: Assistant, events: SystemEvents) -> None:
        self._assistant = assistant
        self._events = events

    async def wake(self, text: str, mode: WakeMode, *, session_key: str = "main") -> bool:
        """Keep the report durably and, when `mode` is "now", start answering it. False when the text is blank.

        Raises StorageFault or Unreadable when it could not be kept.
        """
        if not text.strip():
            return False
        await self.note(text, session_key=session_key)
        if mode == "now":
            await self._start(self._assistant.canonical(session_key))
        return True

    async def note(self, text: str, *, session_key: str = "main") -> None:
        """Keep the report for the conversation's next turn. Raises StorageFault or Unreadable when it cannot be."""
        await self._events.add(self._assistant.canonical(session_key), text)

    async def keep(self, session_key: str, text: str) -> None:
        """`note`, for those who have both at hand."""
        await self.note(text, session_key=session_key)

    def waiting(self, session_key: str = "main") -> tuple[str, ...]:
        """The reports that wait for the conversation's next turn."""
        return self._events.waiting(self._assistant.canonical(session_key))

    async def _start(self, key: str) -> None:
        try:
            async with self._events.carried(key) as batch:
                # A turn that begins at this moment may have taken it along.
                if batch:
                    run_id = str(uuid.uuid4())
                    text = batch.as_text()
                    await self._assistant.submit(Submission(key, text, run_id, kind="system", origin=ORIGIN))
        except ClawdError as error:
            _log.warning("no turn was started for a system event, it waits for the next one: %s", error.sentence())
