"""Says when the alert rules are to be checked: regularly, and at once when there is something new."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.events import ChannelChanged, Event, GatewayChanged, MetricsSampled

SHORTEST_S = 1.0


class AlertWatch:
    """Calls `check(everything)` every `interval_s()` seconds with True.

    Every sampling checks the few rules about facts (False), and everything when a channel or the gateway has changed
    since: their new values are measured by then.
    """

    def __init__(self, bus: EventBus, interval_s: Callable[[], float], check: Callable[[bool], None]) -> None:
        self._interval_s = interval_s
        self._check = check
        self._is_changed = False
        self._undo: tuple[Unsubscribe, ...] = (
            bus.subscribe(MetricsSampled, self._sampled),
            bus.subscribe(ChannelChanged, self._changed),
            bus.subscribe(GatewayChanged, self._changed),
        )
        self._task = tasks.spawn(self._go_round(), name="check alerts")

    async def close(self) -> None:
        """Check no more."""
        for undo in self._undo:
            undo()
        await tasks.stop(self._task)

    def _sampled(self, event: MetricsSampled) -> None:
        everything, self._is_changed = self._is_changed, False
        self._check(everything)

    def _changed(self, event: Event) -> None:
        self._is_changed = True

    async def _go_round(self) -> None:
        while True:
            # A check that breaks down is written down, and the next one is made all the same.
            tasks.attempt(lambda: self._check(True), name="check of the alert rules")
            await asyncio.sleep(max(SHORTEST_S, self._interval_s()))
