"""Takes out of the trash, once a day, what was deleted a month ago."""

from __future__ import annotations

import asyncio
import logging

from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import StorageFault
from clawd_desktop.storage.sessions import SessionStore

AFTER_START_S = 60.0
EVERY_S = 86_400.0
_log = logging.getLogger("clawd.housekeeping")


class Housekeeping:
    """Work that waits for a quiet moment; begins a minute after the start."""

    def __init__(
        self, sessions: SessionStore, clock: Clock, *, after_s: float = AFTER_START_S, every_s: float = EVERY_S
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._every_s = every_s
        self._task = tasks.spawn(self._go_round(after_s), name="housekeeping")

    async def close(self) -> None:
        """Stop."""
        await tasks.stop(self._task)

    async def _go_round(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        while True:
            try:
                await self._sessions.empty_trash(self._clock.wall_ms())
            except StorageFault as fault:
                _log.warning("the trash was not emptied: %s", fault.sentence())
            await asyncio.sleep(self._every_s)
