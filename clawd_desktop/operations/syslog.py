"""Sends the log to a syslog server: RFC 5424 over UDP, TCP with counted octets (RFC 6587) or a Unix socket.

What listens at /dev/log (rsyslog's imuxsock, systemd-journald) reads only the older local form: it gets that.
"""

from __future__ import annotations

import logging
import os
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from clawd_desktop import __version__
from clawd_desktop.core.errors import BadInput
from clawd_desktop.operations.log_line import Entry, shown, stamp

APP = "clawd-desktop"
# Source: RFC 5424, table 1.
FACILITIES = {
    name: number
    for number, name in enumerate(
        ("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp")
    )
} | {f"local{number}": 16 + number for number in range(8)}
_SEVERITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (0, 7))
_PORTS = {"udp": 514, "tcp": 601}
_LOCAL = ("/dev/log", "/run/systemd/journal/dev-log", "/run/systemd/journal/syslog", "/var/run/syslog")
_TIMEOUT_S = 5.0
# RFC 5424 6.1: receivers should take 2048 octets; what is usual over streams is rsyslog's 8 KiB.
LONGEST_DATAGRAM = 2048
LONGEST = 8 * 1024
_BOM = "\ufeff"
_NOT_NAME = re.compile(r"[^!-~]")
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is: host and port, or `path` of a Unix socket."""

    scheme: Literal["udp", "tcp", "unix"]
    host: str = ""
    port: int = 0
    path: str = ""

    def __str__(self) -> str:
        return f"unix://{self.path}" if self.path else f"{self.scheme}://{self.host}:{self.port}"


def address_of(text: str) -> Address:
    """The address in a text such as udp://host:514. Raises BadInput."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadInput(f"{text!r} is no address of syslog: {error}.") from error
    if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
        return Address("unix", path=parts.path)
    if parts.scheme in ("udp", "tcp") and parts.hostname:
        scheme: Literal["udp", "tcp"] = "udp" if parts.scheme == "udp" else "tcp"
        return Address(scheme, parts.hostname, port or _PORTS[scheme])
    raise BadInput(
        f"{text!r} is no address of syslog.", hint="Write udp://host:514, tcp://host:601 or unix:///dev/log."
    )


def message(entry: Entry, facility: int, host: str, number: int, longest: int) -> bytes:
    """One message of RFC 5424 of at most `longest` bytes; `number` lets the server notice that some are missing."""
    priority = facility * 8 + _severity(entry.level)
    name = _NOT_NAME.sub("?", entry.subsystem)[:32] or "-"
    data = f'[origin software="{APP}" swVersion="{__version__}"][meta sequenceId="{number}"]'
    head = f"<{priority}>1 {stamp(entry.created)} {host} {APP} {os.getpid()} {name} {data} {_BOM}"
    return _fitting(head, entry, longest)


def local_message(entry: Entry, facility: int, longest: int) -> bytes:
    """One message in the form of /dev/log, in which no time or host is named: whoever reads it puts them in."""
    head = f"<{facility * 8 + _severity(entry.level)}>{APP}[{os.getpid()}]: {entry.subsystem}: "
    return _fitting(head, entry, longest)


def host_name() -> str:
    """This computer's name as RFC 5424 takes it."""
    return _NOT_NAME.sub("?", socket.gethostname())[:255] or "-"


class Syslog:
    """A `Sink`."""

    def __init__(
        self, address: Address, facility: int, form: Literal["rfc5424", "local"] | None, timeout_s: float = _TIMEOUT_S
    ) -> None:
        self._address = address
        self._facility = facility
        self._local = form == "local" if form is not None else address.path in _LOCAL
        self._timeout_s = timeout_s
        self._socket: socket.socket | None = None
        self._failed: OSError | None = None
        self._stream = address.scheme == "tcp"
        self._host = host_name()
        self._number = 0

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"syslog at {self._address}"

    def send(self, entries: Sequence[Entry]) -> int:
        """Send some lines. Raises OSError, also when nobody has read them for some seconds."""
        failed, self._failed = self._failed, None
        if failed is not None:
            raise failed
        sent = 0
        try:
            self._socket = open_socket = self._socket or self._connect()
            for entry in entries[:_AT_ONCE]:
                open_socket.sendall(self._framed(entry))
                sent += 1
        except OSError as error:
            self.close()
            if not sent:
                raise
            # What was sent is not sent again; the failure is told of when the rest is tried.
            self._failed = error
        return sent

    def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connect(self) -> socket.socket:
        address = self._address
        if address.scheme == "tcp":
            return socket.create_connection((address.host, address.port), self._timeout_s)
        if address.scheme == "unix":
            return self._connect_unix(address.path)
        family, _, _, _, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_DGRAM)[0]
        return self._opened(family, socket.SOCK_DGRAM, place)

    def _connect_unix(self, path: str) -> socket.socket:
        import errno

        try:
            opened = self._opened(socket.AF_UNIX, socket.SOCK_DGRAM, path)
        except OSError as error:
            if error.errno != errno.EPROTOTYPE:
                raise
            self._stream = True
            return self._opened(socket.AF_UNIX, socket.SOCK_STREAM, path)
        self._stream = False
        return opened

    def _opened(self, family: int, kind: int, place: object) -> socket.socket:
        made = socket.socket(family, kind)
        made.settimeout(self._timeout_s)
        try:
            made.connect(place)  # type: ignore[arg-type] # what getaddrinfo gave, or a path
        except OSError:
            made.close()
            raise
        return made

    def _framed(self, entry: Entry) -> bytes:
        self._number = self._number % 2_147_483_647 + 1
        longest = LONGEST_DATAGRAM if self._address.scheme == "udp" else LONGEST
        if self._local:
            data = local_message(entry, self._facility, longest)
        else:
            data = message(entry, self._facility, self._host, self._number, longest)
        return b"%d %s" % (len(data), data) if self._stream else data


def _severity(level: int) -> int:
    return next(number for least, number in _SEVERITIES if level >= least)


def _fitting(head: str, entry: Entry, longest: int) -> bytes:
    text = shown(f"{entry.text}\n{entry.trace}" if entry.trace else entry.text)
    data = f"{head}{text}".encode("utf-8", "backslashreplace")
    if len(data) <= longest:
        return data
    end = f"… ({len(text):,} characters)".encode()
    # "ignore" takes half of a letter off at the cut.
    return data[: longest - len(end)].decode("utf-8", "ignore").encode() + end
