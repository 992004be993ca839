"""Sends the health event: shortly after somebody came, and once a minute."""

from __future__ import annotations

import asyncio

from clawd_desktop.core import tasks
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.summaries import Summaries

SOON_S = 1.0
EVERY_S = 60.0


class HealthPulse:
    """One event for all who came within a second, so that a crowd of clients does not make a crowd of events."""

    def __init__(
        self, broadcaster: Broadcaster, summaries: Summaries, *, soon_s: float = SOON_S, every_s: float = EVERY_S
    ) -> None:
        self._broadcaster = broadcaster
        self._summaries = summaries
        self._soon_s = soon_s
        self._every_s = every_s
        self._wanted = asyncio.Event()
        self._task = tasks.spawn(self._beat(), name="health pulse")

    def soon(self) -> None:
        """Somebody came and wants to know."""
        self._wanted.set()

    async def close(self) -> None:
        """Send nothing more."""
        await tasks.stop(self._task)

    async def _beat(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._every_s):
                    await self._wanted.wait()
                await asyncio.sleep(self._soon_s)
            except TimeoutError:
                pass
            self._wanted.clear()
            # What goes wrong once must not silence all further ones.
            tasks.attempt(self._send, name="health event")

    def _send(self) -> None:
        if len(self._broadcaster):
            versions = self._broadcaster.versions
            versions.health += 1
            self._broadcaster.publish("health", self._summaries.health(), state_version=versions.as_wire())
