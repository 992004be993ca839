"""Holds the assistant back until a time or until it is told to go on."""

from __future__ import annotations

import asyncio

from clawd_desktop.agent.queue import Lanes
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import PauseChanged

LONGEST_NAP_S = 30.0


class PauseSwitch:
    """While paused, messages are stored and answered later; answers that are being written go on."""

    def __init__(self, lanes: Lanes, bus: EventBus, clock: Clock) -> None:
        self._lanes = lanes
        self._bus = bus
        self._clock = clock
        self._alarm: asyncio.Task[None] | None = None
        self.until_ms: int | None = None

    def pause(self, until_ms: int = 0) -> None:
        """Answer nothing new before `until_ms` (milliseconds since the epoch; 0: until `resume`)."""
        self.close()
        self._lanes.pause()
        self.until_ms = until_ms
        if until_ms:
            self._alarm = tasks.spawn(self._resume_at(until_ms), name="resume the assistant")
        self._bus.publish(PauseChanged(until_ms))

    def resume(self) -> None:
        """Answer again, beginning with what waits."""
        self.close()
        self.until_ms = None
        self._lanes.resume()
        self._bus.publish(PauseChanged(None))

    def close(self) -> None:
        """Forget the alarm."""
        if self._alarm is not None and self._alarm is not asyncio.current_task():
            self._alarm.cancel()
        self._alarm = None

    async def _resume_at(self, until_ms: int) -> None:
        # In steps, because a computer that slept must resume by the wall clock, not after that many seconds awake.
        while (left := until_ms - self._clock.wall_ms()) > 0:
            await asyncio.sleep(min(left / 1000, LONGEST_NAP_S))
        self.resume()
