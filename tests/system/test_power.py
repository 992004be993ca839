"""A pause is noticed by the clocks, and by logind where there is one (here a real bus with somebody who says it)."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest
from desktop_session import private_bus, require

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock, SystemClock
from clawd_desktop.core.events import Resumed
from clawd_desktop.system import power
from clawd_desktop.system.power import PowerWatch, has_system_bus, pause_of


@pytest.mark.parametrize(
    ("wall", "monotonic", "pause"),
    [
        (2, 2, 0), (10, 10, 0), (2.5, 2.1, 0), (3_602, 2, 3_600), (3_602, 3_602, 3_600), (32, 32, 30), (50, 2, 0),
        (-3_600, 2, 0), (-3_600, 40, 38), (62, 2, 60), (61, 2, 0),
    ],
)  # fmt: skip
def test_what_is_a_pause(wall: float, monotonic: float, pause: float) -> None:
    assert pause_of(wall, monotonic, 2) == pause


async def test_sleep_shows_in_the_clocks_and_is_told_once() -> None:
    bus, clock, heard = EventBus(), ManualClock(), list[Resumed]()
    bus.subscribe(Resumed, heard.append)
    watch = PowerWatch(bus, clock, {})
    watch.start()
    clock.advance(2)
    watch.look()
    assert heard == []
    clock.jump_wall(8 * 3_600)
    clock.advance(2)
    watch.look()
    assert heard == [Resumed(8 * 3_600)]
    watch.woke()
    assert len(heard) == 1, "the system says what was seen already"
    clock.jump_wall(-8 * 3_600)
    clock.advance(2)
    watch.look()
    assert len(heard) == 1, "a clock that is set back is no sleep"
    clock.advance(10)
    watch.woke()
    assert len(heard) == 2
    await watch.close()


@pytest.mark.skipif(sys.platform != "linux", reason="logind is of Linux")
async def test_logind_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    require(("dbus-daemon",))
    from jeepney import DBusAddress, new_signal
    from jeepney.io.asyncio import open_dbus_connection

    monkeypatch.setattr(power, "CONNECT_AFTER_S", 0.0)
    with private_bus() as bus_daemon:
        monkeypatch.setitem(os.environ, "DBUS_SYSTEM_BUS_ADDRESS", bus_daemon.address)
        bus, woke = EventBus(), asyncio.Event()
        bus.subscribe(Resumed, lambda _: woke.set())
        watch = PowerWatch(bus, SystemClock(), os.environ)
        watch.start()
        connection = await open_dbus_connection(bus_daemon.address)
        manager = DBusAddress("/org/freedesktop/login1", interface="org.freedesktop.login1.Manager")
        async with asyncio.timeout(20):
            await connection.send(new_signal(manager, "PrepareForSleep", "b", (True,)))
            await asyncio.sleep(0.2)
            assert not woke.is_set(), "it only goes to sleep"
            while not woke.is_set():  # until it listens
                await connection.send(new_signal(manager, "PrepareForSleep", "b", (False,)))
                await asyncio.sleep(0.05)
        await connection.close()
        await watch.close()


async def test_a_bus_that_is_not_there_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "CONNECT_AFTER_S", 0.0)
    monkeypatch.setitem(os.environ, "DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    assert has_system_bus(os.environ)
    watch = PowerWatch(EventBus(), SystemClock(), os.environ)
    watch.start()
    if watch._listener is not None:
        async with asyncio.timeout(10):
            await watch._listener
    await watch.close()
