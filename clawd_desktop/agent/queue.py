"""Lanes: one turn at a time per conversation, in the order they came, each with a place of the resource manager."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from clawd_desktop.core.ports import Admission

KIND = "agent"


class Lanes:
    """Admits turns. A turn waits for its session's lane, and then for room among all turns.

    How many run at once over all, and whether there is memory for another, is not counted here: `admission` knows; as
    long as it is None nothing limits them. A session that waits never blocks another.
    """

    def __init__(self, admission: Admission | None = None) -> None:
        self.admission = admission
        self._busy: set[str] = set()
        self._waiting: deque[tuple[str, asyncio.Future[None]]] = deque()
        self._running = 0
        self._go = asyncio.Event()
        self._go.set()

    @property
    def running(self) -> int:
        """How many turns run now."""
        return self._running

    @property
    def waiting(self) -> int:
        """How many turns wait, for their lane or for room."""
        return len(self._waiting) + len(self._busy) - self._running

    @property
    def paused(self) -> bool:
        """Whether new turns are held back."""
        return not self._go.is_set()

    def pause(self) -> None:
        """Hold back new turns; running ones go on to their end."""
        self._go.clear()

    def resume(self) -> None:
        """Let waiting turns begin again."""
        self._go.set()
        self._admit()

    @asynccontextmanager
    async def turn(self, session_key: str, *, priority: int = 0) -> AsyncIterator[None]:
        """Wait for lane and room, hold them inside the block, give them back whatever happens.

        Raises Busy with the reason when there is no room within the longest wait.
        """
        lane: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((session_key, lane))
        self._admit()
        try:
            await lane
        except asyncio.CancelledError:
            self._leave(session_key, lane)
            raise
        try:
            async with self._running_now(session_key, priority):
                yield
        finally:
            self._busy.discard(session_key)
            self._admit()

    @asynccontextmanager
    async def _running_now(self, session_key: str, priority: int) -> AsyncIterator[None]:
        while True:
            async with self._room(session_key, priority):
                if self._go.is_set():
                    self._running += 1
                    try:
                        yield
                    finally:
                        self._running -= 1
                    return
            # It was paused while the turn waited for room: the place is for others meanwhile.
            await self._go.wait()

    def _room(self, session_key: str, priority: int) -> AbstractAsyncContextManager[None]:
        if self.admission is None:
            return nullcontext()
        return self.admission.place(KIND, session_key, priority=priority)

    def _leave(self, session_key: str, lane: asyncio.Future[None]) -> None:
        if (session_key, lane) in self._waiting:
            self._waiting.remove((session_key, lane))
        elif lane.done() and not lane.cancelled():
            self._busy.discard(session_key)
            self._admit()

    def _admit(self) -> None:
        if self.paused:
            return
        kept: deque[tuple[str, asyncio.Future[None]]] = deque()
        while self._waiting:
            session_key, lane = self._waiting.popleft()
            if lane.done():
                continue
            if session_key in self._busy:
                kept.append((session_key, lane))
                continue
            self._busy.add(session_key)
            lane.set_result(None)
        self._waiting = kept
