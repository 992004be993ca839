"""Reads whether the desktop's own Do Not Disturb is on, where it says so."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jeepney.io.asyncio import DBusRouter

TIMEOUT_S = 3.0
_NOTIFICATIONS = ("/org/freedesktop/Notifications", "org.freedesktop.Notifications")
# Interface and property, true while it is on. Sources: KDE's notification server (Inhibited, also in the
# specification's drafts), dunst's own interface.
_PROPERTIES = (("org.freedesktop.Notifications", "Inhibited"), ("org.dunstproject.cmd0", "paused"))
# GNOME's switch is a setting: banners are not shown while it is on.
_GNOME = ("gsettings", "get", "org.gnome.desktop.notifications", "show-banners")


async def read(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool | None:
    """Whether it is on; None where that is not known, such as on macOS and Windows. Never raises, at most seconds."""
    if platform in ("darwin", "win32") or not environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None
    if "gnome" in environ.get("XDG_CURRENT_DESKTOP", "").lower():
        return await _gnome(environ)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await _over_bus(environ["DBUS_SESSION_BUS_ADDRESS"])
    except (TimeoutError, OSError, EOFError, ValueError, RuntimeError):
        return None


async def _over_bus(address: str) -> bool | None:
    from jeepney.io.asyncio import DBusRouter, open_dbus_connection
    from jeepney.io.common import RouterClosed

    connection = await open_dbus_connection(address)
    try:
        async with DBusRouter(connection) as router:
            for interface, name in _PROPERTIES:
                value = await _property(router, interface, name)
                if value is not None:
                    return value
    except RouterClosed:
        return None
    finally:
        await connection.close()
    return None


async def _property(router: DBusRouter, interface: str, name: str) -> bool | None:
    from jeepney import DBusAddress, DBusErrorResponse, Properties
    from jeepney.wrappers import unwrap_msg

    path, service = _NOTIFICATIONS
    address = DBusAddress(path, bus_name=service, interface=interface)
    with contextlib.suppress(DBusErrorResponse):
        ((_, value),) = unwrap_msg(await router.send_and_get_reply(Properties(address).get(name)))
        return value if isinstance(value, bool) else None
    return None


async def _gnome(environ: Mapping[str, str]) -> bool | None:
    program = shutil.which(_GNOME[0], path=environ.get("PATH"))
    if program is None:
        return None
    with contextlib.suppress(OSError, TimeoutError):
        process = await asyncio.create_subprocess_exec(
            program,
            *_GNOME[1:],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=dict(environ),
        )
        try:
            async with asyncio.timeout(TIMEOUT_S):
                out, _ = await process.communicate()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        return {b"false": True, b"true": False}.get(out.strip())
    return None
