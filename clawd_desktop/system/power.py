"""Notices that the computer slept, or that this process was stopped for a while, so that nobody is blamed for it.

Source: logind's PrepareForSleep, org.freedesktop.login1(5); without it the clocks tell.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import Resumed

if TYPE_CHECKING:
    from jeepney import Message

BEAT_S = 2.0
# Shorter pauses are a busy computer.
PAUSE_S = 60.0
STOPPED_S = 15.0
CONNECT_AFTER_S = 5.0
_SOCKET = Path("/run/dbus/system_bus_socket")
_ADDRESS = ("/org/freedesktop/login1", "org.freedesktop.login1.Manager")
_log = logging.getLogger("clawd.power")


def pause_of(wall_s: float, monotonic_s: float, expected_s: float) -> float:
    """For how long nothing ran, in seconds, when both clocks went on by so much in what should have been `expected_s`.

    0 when that is nothing to speak of. Sleep shows in the wall clock alone (the other stands still, or not, by system);
    a stopped process shows in both. A wall clock that was set back is no pause.
    """
    stopped = monotonic_s - expected_s
    if stopped >= STOPPED_S:
        return stopped
    slept = wall_s - expected_s
    return slept if slept >= PAUSE_S else 0.0


class PowerWatch:
    """Publishes `Resumed` after each pause, once."""

    def __init__(self, bus: EventBus, clock: Clock, environ: Mapping[str, str], *, beat_s: float = BEAT_S) -> None:
        self._bus = bus
        self._clock = clock
        self._environ = environ
        self._beat_s = beat_s
        self._seen = (clock.wall_ms(), clock.monotonic())
        self._told = -PAUSE_S
        self._next: asyncio.TimerHandle | None = None
        self._listener: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._seen = (self._clock.wall_ms(), self._clock.monotonic())
        self._next = asyncio.get_running_loop().call_later(self._beat_s, self._beat)
        if sys.platform == "linux" and has_system_bus(self._environ):
            self._listener = tasks.spawn(self._listen(), name="sleep of the computer")

    async def close(self) -> None:
        """Watch no more."""
        if self._next is not None:
            self._next.cancel()
        await tasks.stop(self._listener)

    def _beat(self) -> None:
        self._next = asyncio.get_running_loop().call_later(self._beat_s, self._beat)
        self.look()

    def look(self) -> None:
        """Compare the clocks with what they should show."""
        wall, monotonic = self._seen
        self._seen = (self._clock.wall_ms(), self._clock.monotonic())
        pause = pause_of((self._seen[0] - wall) / 1000, self._seen[1] - monotonic, self._beat_s)
        if pause:
            self._tell(pause)

    def woke(self) -> None:
        """The system says that the computer woke up."""
        self._tell(0.0)

    def _tell(self, seconds: float) -> None:
        # Both ways may tell of the same pause.
        now = self._clock.monotonic()
        if now - self._told < self._beat_s * 2:
            return
        self._told = now
        _log.info("going on after a pause of %.0f s", seconds)
        self._bus.publish(Resumed(seconds))

    async def _listen(self) -> None:
        await asyncio.sleep(CONNECT_AFTER_S)  # not while the application starts
        from jeepney import DBusErrorResponse, MatchRule, message_bus
        from jeepney.io.asyncio import DBusRouter, open_dbus_connection
        from jeepney.io.common import RouterClosed

        path, interface = _ADDRESS
        rule = MatchRule(type="signal", interface=interface, path=path, member="PrepareForSleep")
        try:
            connection = await open_dbus_connection("SYSTEM")
            try:
                async with DBusRouter(connection) as router:
                    with router.filter(rule, bufsize=20) as signals:
                        await router.send_and_get_reply(message_bus.AddMatch(rule))
                        await self._hear(signals)
            finally:
                await connection.close()
        except (OSError, EOFError, KeyError, ValueError, RuntimeError, RouterClosed, DBusErrorResponse) as error:
            _log.debug("sleep is seen by the clocks only: %r", error)

    async def _hear(self, signals: asyncio.Queue[Message]) -> None:
        while True:
            message = await signals.get()
            if message.body[:1] == (False,):
                self.woke()


def has_system_bus(environ: Mapping[str, str]) -> bool:
    """Whether there is a bus to listen to."""
    return bool(environ.get("DBUS_SYSTEM_BUS_ADDRESS")) or os.path.exists(_SOCKET)
