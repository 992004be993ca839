"""Reads what speaks for waiting with a backup: battery, network, and for how long the computer has been awake."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from clawd_desktop.backup.schedule import Surroundings
from clawd_desktop.core.clock import Clock
from clawd_desktop.system import battery, network
from clawd_desktop.system.battery import Battery
from clawd_desktop.system.network import Network


class Around:
    """The computer, as it is when it is asked for. A start counts as waking up."""

    def __init__(
        self,
        clock: Clock,
        read_battery: Callable[[], Battery] = battery.read,
        read_network: Callable[[], Awaitable[Network]] = network.read,
    ) -> None:
        self._clock = clock
        self._read_battery = read_battery
        self._read_network = read_network
        self._online: bool | None = None
        self._since = clock.monotonic()

    def woke(self) -> None:
        """The computer woke up just now."""
        self._since = self._clock.monotonic()

    async def now(self, *, remote: bool) -> Surroundings:
        """How it is now; the network only matters, and is only asked for, when a backup is to leave the computer."""
        power = await asyncio.to_thread(self._read_battery)
        net = await self._read_network() if remote else Network()
        if net.online and self._online is False:
            self.woke()
        self._online = net.online
        settled_s = self._clock.monotonic() - self._since
        return Surroundings(settled_s, power.discharging, power.level, net.metered, net.online)
