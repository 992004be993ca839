"""Tells whether another user of this computer answers on a port: who took it first would be shown our password."""

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


def users_answering(rows: Iterable[str], port: int) -> set[int]:
    """The ids of all users who listen on the port where a call to this computer may arrive, from /proc/net/tcp rows."""
    fields = [row.split() for row in rows]
    here = {f"{_in_table(address)}:{port:04X}" for address in _ANSWERING}
    return {int(row[7]) for row in fields if len(row) > 7 and row[3] == _LISTEN and row[1] in here}


def _stranger(port: int) -> str:
    rows: list[str] = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            rows += Path(table).read_text(encoding="ascii").splitlines()[1:]
    return next((_name(uid) for uid in sorted(users_answering(rows, port)) if uid not in (_ROOT, os.getuid())), "")


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
