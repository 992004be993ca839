"""Opens the gateway's listening sockets, all of them or none, and says where they really listen."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import Callable, Iterable

from clawd_desktop.core.errors import AlreadyRunning, Unavailable
from clawd_desktop.gateway.exposure import EVERYWHERE, LOOPBACK

BACKLOG = 512
_NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL}


class Listeners:
    """The sockets of one running gateway."""

    def __init__(self) -> None:
        self._servers: list[asyncio.Server] = []

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """Address and port of each socket, as the system tells them."""
        names = [server.sockets[0].getsockname() for server in self._servers if server.sockets]
        return tuple((str(name[0]), int(name[1])) for name in names)

    @property
    def port(self) -> int:
        """The port that is bound, 0 while none is."""
        return self.places[0][1] if self.places else 0

    def urls(self, scheme: str) -> tuple[str, ...]:
        """Where clients can connect. All addresses at once count for this computer's own, and are named themselves."""
        found: dict[str, None] = {}
        for address, port in self.places:
            if address in EVERYWHERE:
                found[_url(scheme, LOOPBACK[":" in address], port)] = None
        for address, port in self.places:
            found[_url(scheme, address, port)] = None
        return tuple(found)

    async def open(self, places: Iterable[str], port: int, protocol: Callable[[], asyncio.Protocol]) -> None:
        """Listen on all places with the same port; port 0 takes a free one.

        IPv6 counterparts are left out where the computer has no IPv6. Raises AlreadyRunning when the port is taken,
        Unavailable when it may not be used; nothing listens then.
        """
        loop = asyncio.get_running_loop()
        for listener in bound(places, port):
            self._servers.append(await loop.create_server(protocol, sock=listener, backlog=BACKLOG))

    def stop(self) -> None:
        """Take no further connections; those that are open stay."""
        for server in self._servers:
            server.close()

    def forget(self) -> None:
        """They are gone."""
        self._servers.clear()


def bound(places: Iterable[str], port: int) -> list[socket.socket]:
    """A listening socket for each place, with one port. Raises AlreadyRunning or Unavailable; none is open then."""
    made: list[socket.socket] = []
    with contextlib.ExitStack() as unless_all_is_well:
        for place in places:
            wanted = made[0].getsockname()[1] if made else port
            try:
                made.append(unless_all_is_well.enter_context(_bound(place, wanted)))
            except Unavailable as fault:
                if not _dispensable(place, fault) or not made:
                    raise
        unless_all_is_well.pop_all()
    return made


def _dispensable(place: str, fault: Unavailable) -> bool:
    """Whether the gateway does without: IPv6 beside IPv4 on a computer that has none."""
    cause = fault.__cause__
    return place in ("::1", "::") and isinstance(cause, OSError) and cause.errno in _NO_SUCH_ADDRESS


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens on the address. Raises AlreadyRunning or Unavailable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = None
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        if listener is not None:
            listener.close()
        if error.errno == errno.EADDRINUSE:
            raise AlreadyRunning(
                f"Port {port} on {host} is taken by another program.",
                hint="Stop that program, attach to it, or choose another port.",
            ) from error
        raise Unavailable(
            f"The gateway may not listen on {host} port {port}: {error.strerror}.", hint="Choose another port."
        ) from error
    return listener


def _url(scheme: str, address: str, port: int) -> str:
    return f"{scheme}://[{address}]:{port}" if ":" in address else f"{scheme}://{address}:{port}"
