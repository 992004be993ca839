"""A real session bus is asked: without anybody on it, with a tray, and not there at all."""

from __future__ import annotations

from desktop_session import private_bus

from clawd_desktop.operations.diagnostics.session_bus import TRAY, Desktop, look


async def test_a_bus_on_which_nobody_is() -> None:
    with private_bus() as bus:
        assert await look({"DBUS_SESSION_BUS_ADDRESS": bus.address}) == Desktop()


async def test_a_tray() -> None:
    with private_bus() as bus:
        bus.own_name(TRAY)
        assert (await look({"DBUS_SESSION_BUS_ADDRESS": bus.address})).tray


async def test_no_bus() -> None:
    assert (await look({})).trouble == "DBUS_SESSION_BUS_ADDRESS is not set."
    assert "/gone" in (await look({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/gone/bus"})).trouble


async def test_a_bus_that_ended() -> None:
    with private_bus() as bus:
        address = bus.address
    assert (await look({"DBUS_SESSION_BUS_ADDRESS": address})).trouble


async def test_an_address_that_is_none() -> None:
    assert (await look({"DBUS_SESSION_BUS_ADDRESS": "nonsense"})).trouble
