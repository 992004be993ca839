"""Reads whether there is a network and whether it costs by volume, where NetworkManager says so; elsewhere unknown."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jeepney.io.asyncio import DBusRouter

TIMEOUT_S = 3.0
_BUS_SOCKET = "unix:path=/run/dbus/system_bus_socket"
_MANAGER = ("/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager", "org.freedesktop.NetworkManager")
# NMMetered: yes, no, guessed yes, guessed no. Source: NetworkManager's D-Bus API, nm-dbus-types.
_METERED = {1: True, 2: False, 3: True, 4: False}
# NMState: asleep, disconnected, (dis)connecting, link only; then site and global. 0 is unknown.
_ONLINE = {10: False, 20: False, 30: False, 40: False, 50: False, 60: True, 70: True}


@dataclass(frozen=True, slots=True)
class Network:
    """What the system says of the network; None where it says nothing."""

    online: bool | None = None
    metered: bool | None = None


async def read(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Network:
    """The network now; nothing is known without NetworkManager. Never raises, takes at most seconds."""
    if platform in ("darwin", "win32"):
        return Network()
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await _over_bus(environ.get("DBUS_SYSTEM_BUS_ADDRESS") or _BUS_SOCKET)
    except (TimeoutError, OSError, EOFError, ValueError, RuntimeError):
        return Network()


async def _over_bus(address: str) -> Network:
    from jeepney.io.asyncio import DBusRouter, open_dbus_connection
    from jeepney.io.common import RouterClosed

    connection = await open_dbus_connection(address)
    try:
        async with DBusRouter(connection) as router:
            state, metered = await _property(router, "State"), await _property(router, "Metered")
            return Network(_ONLINE.get(state), _METERED.get(metered))
    except RouterClosed:
        return Network()
    finally:
        await connection.close()


async def _property(router: DBusRouter, name: str) -> int:
    """The number that stands there, 0 (which is "unknown" in both) when there is none."""
    from jeepney import DBusAddress, DBusErrorResponse, MessageFlag, Properties
    from jeepney.wrappers import unwrap_msg

    path, service, interface = _MANAGER
    question = Properties(DBusAddress(path, bus_name=service, interface=interface)).get(name)
    # Asking must not start it: who has it switched off has a reason.
    question.header.flags |= MessageFlag.no_auto_start
    try:
        ((_, value),) = unwrap_msg(await router.send_and_get_reply(question))
    except DBusErrorResponse:
        return 0
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
