"""Finds out who owns a port, and ends a process that the owner wants gone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clawd_desktop.core.errors import Unavailable

if TYPE_CHECKING:
    import psutil

# What a Clawdbot gateway, under any of its names, has in its command line or calls itself.
_GATEWAYS = ("clawd-desktop", "clawd_desktop", "clawdbot", "moltbot", "openclaw")
_INTERPRETERS = ("python", "node", "bun", "deno", "tsx")
_LISTEN = "0A"


@dataclass(frozen=True, slots=True)
class PortOwner:
    """Who listens on a TCP port. `pid` is None and `program` may be "" when it belongs to another user."""

    pid: int | None
    program: str
    user: str = ""
    gateway: str = ""

    def sentence(self) -> str:
        """Who it is, for a person: "node (clawdbot), pid 4711"."""
        name = self.program or (f"a program of user {self.user}" if self.user else "another program")
        kind = f" ({self.gateway})" if self.gateway and self.gateway != self.program else ""
        return f"{name}{kind}{f', pid {self.pid}' if self.pid else ''}"


async def port_owner(port: int) -> PortOwner | None:
    """Who listens on this TCP port of this computer, on any address; None when nobody does."""
    return await asyncio.to_thread(_find_owner, port)


def gateway_name(arguments: Sequence[str]) -> str:
    """Which gateway a command line starts, "" for none: `node /usr/lib/node_modules/clawdbot/dist/entry.js gateway`.

    Only the program, and the script or module that an interpreter runs, are looked at: an editor that shows
    clawdbot.json is not a gateway.
    """
    words = [Path(argument).as_posix().lower() for argument in arguments if not argument.startswith("-")]
    if not words:
        return ""
    first = words[0].rsplit("/", 1)[-1]
    looked_at = words[:2] if first.startswith(_INTERPRETERS) else [first]
    return next((name.replace("_", "-") for word in looked_at for name in _GATEWAYS if name in word), "")


def _find_owner(port: int) -> PortOwner | None:
    import psutil

    with contextlib.suppress(psutil.Error, OSError, RuntimeError):
        pids = [
            connection.pid
            for connection in psutil.net_connections(kind="tcp")
            if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
        ]
        known = [pid for pid in pids if pid]
        if known:
            return _describe(psutil.Process(known[0]))
        if pids:
            return PortOwner(None, "", user=_user_of_port(port))
    return None


def _describe(process: psutil.Process) -> PortOwner:
    import psutil

    with contextlib.suppress(psutil.Error):
        arguments = process.cmdline()
        return PortOwner(process.pid, process.name(), process.username(), gateway_name(arguments))
    return PortOwner(process.pid, "")


def _user_of_port(port: int) -> str:
    """The owner of a socket whose process cannot be seen; Linux tells it to everybody (proc_net_tcp.txt)."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError, ValueError):
            uid = user_id_of_port(Path(table).read_text(encoding="ascii").splitlines()[1:], port)
            if uid is not None:
                return _user_name(uid)
    return ""


def user_id_of_port(rows: Iterable[str], port: int) -> int | None:
    """The user id of who listens on the port, from rows of /proc/net/tcp; None when nobody does."""
    for row in rows:
        fields = row.split()
        if len(fields) > 7 and fields[3] == _LISTEN and int(fields[1].rsplit(":", 1)[-1], 16) == port:
            return int(fields[7])
    return None


def _user_name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


async def end_process(pid: int, patience_s: float = 5.0) -> None:
    """Ask the process to end, and wait for it. Raises Unavailable when it may not be ended or does not end."""
    await asyncio.to_thread(_end, pid, patience_s)


def _end(pid: int, patience_s: float) -> None:
    import psutil

    try:
        process = psutil.Process(pid)
        process.terminate()
        process.wait(patience_s)
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied as error:
        raise Unavailable(f"Process {pid} belongs to another user.", hint="Let its owner stop it.") from error
    except psutil.TimeoutExpired as error:
        raise Unavailable(f"Process {pid} does not end.", hint="End it by hand.") from error
