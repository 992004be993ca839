"""Says when the alert rules are to be checked: regularly, and at once when there is something new."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import ChannelChanged, Event, GatewayChanged, MetricsSampled, Resumed

SHORTEST_S = 1.0
# After a sleep connections come back and values settle; what is measured meanwhile says nothing about a fault.
REST_S = 60.0
# So much later than it was due a round has not gone on.
LATE_S = 60.0


class AlertWatch:
    """Calls `check(everything)` every `interval_s()` seconds with True.

    Every sampling checks the few rules about facts (False), and everything when a channel or the gateway has changed
    since: their new values are measured by then. For `REST_S` after the computer woke up nothing is checked.
    """

    def __init__(
        self, bus: EventBus, clock: Clock, interval_s: Callable[[], float], check: Callable[[bool], None]
    ) -> None:
        self._clock = clock
        self._interval_s = interval_s
        self._check = check
        self._is_changed = False
        self._rests_until = 0.0
        self._due = clock.monotonic()
        self._wanted = asyncio.Event()
        self._undo: tuple[Unsubscribe, ...] = (
            bus.subscribe(MetricsSampled, self._sampled),
            bus.subscribe(ChannelChanged, self._changed),
            bus.subscribe(GatewayChanged, self._changed),
            bus.subscribe(Resumed, self._resumed),
        )
        self._task = self._begin()

    async def close(self) -> None:
        """Check no more."""
        for undo in self._undo:
            undo()
        await tasks.stop(self._task)

    @property
    def trouble(self) -> str:
        """What keeps it from going round, "" when nothing does."""
        if self._task.done():
            return f"It ended: {tasks.ending(self._task)}"
        late = self._clock.monotonic() - self._due
        return f"It should have checked {late:.0f} s ago." if late > LATE_S else ""

    async def begin_anew(self) -> None:
        """Go round again, whatever it hung in."""
        await tasks.stop(self._task)
        self._task = self._begin()

    def look(self) -> None:
        """Check now: rules or times have changed."""
        self._wanted.set()

    @property
    def rests(self) -> bool:
        """Whether the computer woke up just now."""
        return self._clock.monotonic() < self._rests_until

    def _begin(self) -> asyncio.Task[None]:
        self._due = self._clock.monotonic()
        return tasks.spawn(self._go_round(), name="check alerts")

    def _resumed(self, event: Resumed) -> None:
        self._rests_until = self._clock.monotonic() + REST_S
        self._due = self._clock.monotonic() + max(SHORTEST_S, self._interval_s())

    def _sampled(self, event: MetricsSampled) -> None:
        if self.rests:
            return
        everything, self._is_changed = self._is_changed, False
        self._check(everything)

    def _changed(self, event: Event) -> None:
        self._is_changed = True

    async def _go_round(self) -> None:
        while True:
            # A check that breaks down is written down, and the next one is made all the same.
            if not self.rests:
                tasks.attempt(lambda: self._check(True), name="check of the alert rules")
            pause_s = max(SHORTEST_S, self._interval_s())
            self._due = self._clock.monotonic() + pause_s
            self._wanted.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._wanted.wait()
