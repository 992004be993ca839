"""The local door between two starts of this program: a socket that only the same user can open."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import secrets
import socket
import stat
import struct
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import NotFound, Refused, Unavailable
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_object, as_text

MAX_LINE = 8 * 1024
# sun_path is 108 bytes on Linux and 104 on macOS, the closing zero included (unix(7), sys/un.h).
MAX_PATH = 103
Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Endpoint(Protocol):
    """Where the owner listens and others call."""

    async def listen(self, connected: Connected) -> asyncio.Server:
        """Listen; call only while holding the folder's lock, for what an earlier owner left behind is removed."""

    async def connect(self) -> Streams:
        """Call the owner. Raises OSError or NotFound when nobody listens."""

    def admit(self, request: JsonObject, writer: asyncio.StreamWriter) -> bool:
        """Whether the caller is the same user."""

    def sign(self, request: JsonObject) -> JsonObject:
        """The request with what `admit` wants to see."""

    def remove(self) -> None:
        """Remove what `listen` left on the disk."""


class UnixEndpoint:
    """A socket file in a folder of mode 0700; the kernel says who calls."""

    def __init__(self, run_folder: Path) -> None:
        self._path = socket_path(run_folder)

    async def listen(self, connected: Connected) -> asyncio.Server:
        """Listen on the socket file. Raises Refused when its folder belongs to somebody else."""
        safeio.make_folder(self._path.parent)
        check_private(self._path.parent)
        safeio.remove(self._path)
        with safeio.explained(self._path, "listen on"):
            return await asyncio.start_unix_server(connected, self._path, limit=MAX_LINE)

    async def connect(self) -> Streams:
        """Call the owner. Raises OSError when nobody listens."""
        return await asyncio.open_unix_connection(self._path, limit=MAX_LINE)

    def admit(self, request: JsonObject, writer: asyncio.StreamWriter) -> bool:
        """Whether the caller runs as the same user (or root); where the kernel does not say, the folder decides."""
        return peer_uid(writer) in (None, 0, os.getuid())

    def sign(self, request: JsonObject) -> JsonObject:
        """The request as it is."""
        return request

    def remove(self) -> None:
        """Remove the socket file."""
        safeio.remove(self._path)


class TokenEndpoint:
    """A loopback port for systems without such sockets (Windows); a file that only the user can read holds the key."""

    def __init__(self, run_folder: Path) -> None:
        self._path = run_folder / "control.json"
        self._token = ""

    async def listen(self, connected: Connected) -> asyncio.Server:
        """Listen on any free port of 127.0.0.1 and write port and key to the file."""
        safeio.make_folder(self._path.parent)
        server = await asyncio.start_server(connected, "127.0.0.1", 0, limit=MAX_LINE)
        self._token = secrets.token_hex(32)
        note: JsonObject = {"port": server.sockets[0].getsockname()[1], "key": self._token}
        safeio.write_file(self._path, json.dumps(note).encode())
        return server

    async def connect(self) -> Streams:
        """Call the port in the file. Raises NotFound without a file, OSError when nobody listens."""
        try:
            note: JsonValue = json.loads(safeio.read_file(self._path, limit=MAX_LINE))
        except ValueError as error:
            raise NotFound(f"{self._path} is not complete.") from error
        self._token = as_text(as_object(note).get("key"))
        port = as_int(as_object(note).get("port"))
        return await asyncio.open_connection("127.0.0.1", port, limit=MAX_LINE)

    def admit(self, request: JsonObject, writer: asyncio.StreamWriter) -> bool:
        """Whether the caller has read the file."""
        return bool(self._token) and _digest(as_text(request.pop("key", ""))) == _digest(self._token)

    def sign(self, request: JsonObject) -> JsonObject:
        """The request with the key."""
        return {**request, "key": self._token}

    def remove(self) -> None:
        """Remove the file."""
        safeio.remove(self._path)


def endpoint(run_folder: Path) -> Endpoint:
    """The door that this operating system has."""
    return TokenEndpoint(run_folder) if sys.platform == "win32" else UnixEndpoint(run_folder)


def socket_path(run_folder: Path, uid: int | None = None) -> Path:
    """Where the socket of this folder lies; under /tmp when the name would be too long for the system."""
    path = run_folder / "control.sock"
    if len(os.fsencode(path)) <= MAX_PATH:
        return path
    owner = os.getuid() if uid is None else uid
    name = hashlib.sha256(os.fsencode(run_folder.absolute())).hexdigest()[:24]
    return Path(f"/tmp/clawd-desktop-{owner}") / f"{name}.sock"


def check_private(folder: Path) -> None:
    """Raises Refused unless the folder is a real one, ours, and closed to others; closes it where we may."""
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
        raise Refused(f"{folder} belongs to somebody else.", hint="Remove it, or choose another folder.")
    if stat.S_IMODE(facts.st_mode) & 0o077:
        folder.chmod(safeio.PRIVATE_FOLDER)


def peer_uid(writer: asyncio.StreamWriter) -> int | None:
    """The user id of who calls, None where the system does not tell (Linux does: SO_PEERCRED, unix(7))."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    peer = writer.get_extra_info("socket")
    _, uid, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return int(uid)


async def read_line(reader: asyncio.StreamReader) -> JsonObject:
    """One JSON object of at most 8 KB, ended by a newline. Raises ValueError for anything else."""
    try:
        line = await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError as error:
        raise ValueError("the connection ended in the middle") from error
    except asyncio.LimitOverrunError as error:
        raise ValueError(f"more than {MAX_LINE} bytes") from error
    try:
        value: JsonValue = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


async def write_line(writer: asyncio.StreamWriter, value: JsonObject) -> None:
    """Send one JSON object. Raises Unavailable when it is too long, OSError when the other end is gone."""
    line = json.dumps(value).encode() + b"\n"
    if len(line) > MAX_LINE:
        raise Unavailable(f"The message is {len(line)} bytes; at most {MAX_LINE} can be passed on.")
    writer.write(line)
    await writer.drain()


async def close(writer: asyncio.StreamWriter) -> None:
    """Close the connection; that the other end is gone already is fine."""
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
