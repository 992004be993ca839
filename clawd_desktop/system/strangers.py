"""Tells whether another user of this computer is at the other end: who took our port, or who shows a stolen pass."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import sys
from collections.abc import Iterable
from pathlib import Path

_LISTEN = "0A"
# Where a call to this computer may arrive.
_ANSWERING = ("127.0.0.1", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "::ffff:0.0.0.0")  # noqa: S104
_ROOT = 0


async def stranger_on(port: int) -> str:
    """The name of another user than us and root who answers on the port; "" when none does or it cannot be told.

    Linux tells everybody whose each listening socket is (proc_net_tcp.txt); other systems do not.
    """
    return await asyncio.to_thread(_stranger, port)


async def stranger_calling(address: str, port: int) -> str:
    """The name of another user than us and root whose socket with this address and port called us.

    "" when it is ours, when it is no socket of this computer, and where the system does not tell.
    """
    return await asyncio.to_thread(_caller, address, port)


def users_calling(rows: Iterable[str], address: str, port: int) -> set[int]:
    """The ids of the users whose connected sockets have that address and port, from /proc/net/tcp rows."""
    fields = [row.split() for row in rows]
    here = {f"{_in_table(name)}:{port:04X}" for name in _spellings(address)}
    return {int(row[7]) for row in fields if len(row) > 7 and row[3] != _LISTEN and row[1] in here}


def users_answering(rows: Iterable[str], port: int) -> set[int]:
    """The ids of all users who listen on the port where a call to this computer may arrive, from /proc/net/tcp rows."""
    fields = [row.split() for row in rows]
    here = {f"{_in_table(address)}:{port:04X}" for address in _ANSWERING}
    return {int(row[7]) for row in fields if len(row) > 7 and row[3] == _LISTEN and row[1] in here}


def _stranger(port: int) -> str:
    return _first_other(users_answering(_rows(), port))


def _caller(address: str, port: int) -> str:
    return _first_other(users_calling(_rows(), address, port))


def _rows() -> list[str]:
    rows: list[str] = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            rows += Path(table).read_text(encoding="ascii").splitlines()[1:]
    return rows


def _first_other(users: set[int]) -> str:
    return next((_name(uid) for uid in sorted(users) if uid not in (_ROOT, os.getuid())), "")


def _spellings(address: str) -> tuple[str, ...]:
    """The address as both tables may have it; none for what is no address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ()
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return (str(parsed), f"::ffff:{parsed}") if parsed.version == 4 else (str(parsed),)


def _in_table(address: str) -> str:
    """An address as the tables show it: words of four bytes in the order of this computer."""
    packed = ipaddress.ip_address(address).packed
    words = (packed[at : at + 4] for at in range(0, len(packed), 4))
    return "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words)


def _name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
