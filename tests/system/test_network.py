"""The network as a NetworkManager tells it on a real bus; where there is none, nothing is known."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator

import pytest
from desktop_session import Bus, private_bus, require
from jeepney import HeaderFields, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from clawd_desktop.system import network
from clawd_desktop.system.network import Network, read

NAME = "org.freedesktop.NetworkManager"


@contextlib.contextmanager
def manager(bus: Bus, properties: dict[str, tuple[str, object]]) -> Iterator[None]:
    """A small service that owns NetworkManager's name and answers for these properties."""
    connection = open_dbus_connection(bus.address)
    connection.send_and_get_reply(message_bus.RequestName(NAME), timeout=20)

    def serve() -> None:
        with contextlib.suppress(OSError, ConnectionError, EOFError, ValueError):
            while True:
                asked = connection.receive()
                if asked.header.message_type is not MessageType.method_call:
                    continue
                assert asked.header.fields[HeaderFields.path] == "/org/freedesktop/NetworkManager"
                interface, name = asked.body
                if interface == NAME and name in properties:
                    connection.send(new_method_return(asked, "v", (properties[name],)))
                else:
                    connection.send(new_error(asked, "org.freedesktop.DBus.Error.UnknownProperty"))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        connection.sock.shutdown(2)
        thread.join(10)
        connection.close()


@pytest.mark.parametrize(
    ("state", "metered", "found"),
    [
        (70, 0, Network(True, None)), (70, 1, Network(True, True)), (70, 2, Network(True, False)),
        (60, 3, Network(True, True)), (70, 4, Network(True, False)), (70, 9, Network(True, None)),
        (20, 0, Network(False, None)), (10, 2, Network(False, False)), (40, 1, Network(False, True)),
        (0, 0, Network()),
    ],
)  # fmt: skip
async def test_what_network_manager_says(state: int, metered: int, found: Network) -> None:
    require(("dbus-daemon",))
    with private_bus() as bus, manager(bus, {"State": ("u", state), "Metered": ("u", metered)}):
        assert await read({"DBUS_SYSTEM_BUS_ADDRESS": bus.address}, "linux") == found


async def test_an_old_one_that_knows_no_metered_networks_and_one_that_talks_nonsense() -> None:
    require(("dbus-daemon",))
    with private_bus() as bus:
        environ = {"DBUS_SYSTEM_BUS_ADDRESS": bus.address}
        with manager(bus, {"State": ("u", 70)}):
            assert await read(environ, "linux") == Network(True, None)
        with manager(bus, {"State": ("s", "on"), "Metered": ("b", True)}):
            assert await read(environ, "linux") == Network()


async def test_without_one_nothing_is_known() -> None:
    require(("dbus-daemon",))
    with private_bus() as bus:
        assert await read({"DBUS_SYSTEM_BUS_ADDRESS": bus.address}, "linux") == Network()


async def test_one_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    require(("dbus-daemon",))
    monkeypatch.setattr(network, "TIMEOUT_S", 0.3)
    with private_bus() as bus:
        bus.own_name(NAME)
        async with asyncio.timeout(20):
            assert await read({"DBUS_SYSTEM_BUS_ADDRESS": bus.address}, "linux") == Network()


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("address", ["unix:path=/nowhere/at/all", "nonsense"])
async def test_no_bus_is_no_trouble(address: str, platform: str) -> None:
    assert await read({"DBUS_SYSTEM_BUS_ADDRESS": address}, platform) == Network()
