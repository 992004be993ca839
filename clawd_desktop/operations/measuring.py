"""Keeps a fresh measurement of the computer at hand, and lets nobody wait for one that hangs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.operations.admission_rules import SystemStatus
from clawd_desktop.operations.machine import Machine

T = TypeVar("T")
# Work is let in by a measurement of this age without another one; what was let in since is counted on top of it.
FRESH_S = 2.0
PATIENCE_S = 0.5
_log = logging.getLogger("clawd.resources")


class Measuring:
    """Measures in a thread, once for all who ask. `connections` says how many clients there are."""

    def __init__(
        self,
        machine: Machine,
        clock: Clock,
        connections: Callable[[], int] = lambda: 0,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._machine = machine
        self._clock = clock
        self._connections = connections
        self._patience_s = patience_s
        self._flight: asyncio.Future[SystemStatus | Exception] | None = None
        self._newest: SystemStatus | None = None
        self.fault = ""

    @property
    def newest(self) -> SystemStatus | None:
        """What was measured last, however old; None when nothing was, or the last attempt failed."""
        return self._newest if not self.fault else None

    def fresh(self) -> SystemStatus | None:
        """What was measured within the last two seconds; None when that must be done first."""
        newest = self.newest
        return newest if newest is not None and self._clock.monotonic() - newest.measured <= FRESH_S else None

    async def measure(self, *, children: bool = False) -> SystemStatus | None:
        """Measure now; None when the computer cannot be measured, or does not answer within half a second."""
        if self._flight is None:
            self._flight = _in_thread(lambda: self._machine.read(children=children), "measuring")
            self._flight.add_done_callback(self._take)
        elif self.fault:
            return None  # it hangs, and somebody has waited long enough already
        done, _ = await asyncio.wait({self._flight}, timeout=self._patience_s)
        if not done:
            self._say("it does not answer")
            return None
        return self.newest

    def _take(self, flight: asyncio.Future[SystemStatus | Exception]) -> None:
        self._flight = None
        if flight.cancelled():
            return
        found = flight.result()
        if isinstance(found, Exception):
            self._say(str(found))
            return
        self._newest = replace(found, measured=self._clock.monotonic(), active_connections=self._connections())
        if self.fault:
            self.fault = ""
            _log.info("the computer can be measured again")

    def _say(self, why: str) -> None:
        if not self.fault:
            _log.warning("the computer cannot be measured, so only places are counted: %s", why)
        self.fault = why


def _in_thread(work: Callable[[], T], name: str) -> asyncio.Future[T | Exception]:
    """The result of blocking work, in a thread that nobody waits for when the application ends."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T | Exception] = loop.create_future()

    def deliver(result: T | Exception) -> None:
        if not future.done():
            future.set_result(result)

    def run() -> None:
        result = tasks.attempt(work, name=name)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody asks any more
            loop.call_soon_threadsafe(deliver, result)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future
