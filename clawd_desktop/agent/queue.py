"""Lanes: one turn at a time per conversation, a limited number at once over all, in the order they came."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Lanes:
    """Admits turns. A turn waits for its session's lane and for one of the `limit()` places shared by all.

    A session that waits never blocks another: places are given to the oldest turn whose lane is free.
    """

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self._busy: set[str] = set()
        self._waiting: deque[tuple[str, asyncio.Future[None]]] = deque()
        self._paused = False

    @property
    def running(self) -> int:
        """How many turns run now."""
        return len(self._busy)

    @property
    def waiting(self) -> int:
        """How many turns wait."""
        return len(self._waiting)

    @property
    def paused(self) -> bool:
        """Whether new turns are held back."""
        return self._paused

    def pause(self) -> None:
        """Hold back new turns; running ones go on to their end."""
        self._paused = True

    def resume(self) -> None:
        """Let waiting turns begin again."""
        self._paused = False
        self._admit()

    @asynccontextmanager
    async def turn(self, session_key: str) -> AsyncIterator[None]:
        """Wait for a place, hold it inside the block, give it back whatever happens."""
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((session_key, place))
        self._admit()
        try:
            await place
        except asyncio.CancelledError:
            self._leave(session_key, place)
            raise
        try:
            yield
        finally:
            self._busy.discard(session_key)
            self._admit()

    def _leave(self, session_key: str, place: asyncio.Future[None]) -> None:
        if (session_key, place) in self._waiting:
            self._waiting.remove((session_key, place))
        elif place.done() and not place.cancelled():
            self._busy.discard(session_key)
            self._admit()

    def _admit(self) -> None:
        if self._paused:
            return
        kept: deque[tuple[str, asyncio.Future[None]]] = deque()
        while self._waiting:
            session_key, place = self._waiting.popleft()
            if place.done():
                continue
            if session_key in self._busy or len(self._busy) >= max(1, self._limit()):
                kept.append((session_key, place))
                continue
            self._busy.add(session_key)
            place.set_result(None)
        self._waiting = kept
