"""Asks the session bus who shows tray icons and notifications, and what they can do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

ASK_S = 3.0
TRAY = "org.kde.StatusNotifierWatcher"
NOTIFICATIONS = "org.freedesktop.Notifications"


@dataclass(frozen=True, slots=True)
class Desktop:
    """What was found. `trouble` says why the bus could not be asked; `server` is the notification service's name."""

    trouble: str = ""
    tray: bool = False
    server: str = ""
    abilities: frozenset[str] = frozenset()


async def look(environ: Mapping[str, str]) -> Desktop:
    """What is on the session bus now; never raises for what it finds."""
    address = environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if not address:
        return Desktop("DBUS_SESSION_BUS_ADDRESS is not set.")
    from jeepney import DBusErrorResponse
    from jeepney.io.asyncio import DBusRouter, open_dbus_connection
    from jeepney.io.common import RouterClosed

    try:
        async with asyncio.timeout(ASK_S):
            connection = await open_dbus_connection(address)
            try:
                async with DBusRouter(connection) as router:
                    return await _asked(router)
            finally:
                await connection.close()
    except (OSError, EOFError, ValueError, KeyError, RuntimeError, RouterClosed, DBusErrorResponse) as error:
        return Desktop(f"{address.partition(',')[0]}: {error or type(error).__name__}.")


async def _asked(router: object) -> Desktop:
    from jeepney import DBusAddress, DBusErrorResponse, message_bus, new_method_call
    from jeepney.io.asyncio import DBusRouter
    from jeepney.wrappers import unwrap_msg

    assert isinstance(router, DBusRouter)
    names = {str(name) for name in unwrap_msg(await router.send_and_get_reply(message_bus.ListNames()))[0]}
    started = {str(name) for name in unwrap_msg(await router.send_and_get_reply(message_bus.ListActivatableNames()))[0]}
    if NOTIFICATIONS not in names | started:
        return Desktop(tray=TRAY in names)
    place = DBusAddress("/org/freedesktop/Notifications", NOTIFICATIONS, NOTIFICATIONS)
    try:
        (server, *_) = unwrap_msg(await router.send_and_get_reply(new_method_call(place, "GetServerInformation")))
        (abilities,) = unwrap_msg(await router.send_and_get_reply(new_method_call(place, "GetCapabilities")))
    except DBusErrorResponse:
        return Desktop(tray=TRAY in names)
    return Desktop(tray=TRAY in names, server=str(server), abilities=frozenset(map(str, abilities)))
