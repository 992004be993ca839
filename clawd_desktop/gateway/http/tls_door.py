"""The TLS handshake of one connection, counted and timed like everybody who has not shown who it is.

asyncio's own servers tell of a connection only when its handshake is over: whoever began one and went no further would
hold a socket without a place in the waiting room.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from typing import Protocol, cast, runtime_checkable

from clawd_desktop.core.tasks import spawn
from clawd_desktop.gateway.http.protocol import GatewayProtocol, peer_key
from clawd_desktop.gateway.limiter import LOOPBACK
from clawd_desktop.gateway.refusals import Refusals
from clawd_desktop.gateway.waiting import Ticket, WaitingRoom

_log = logging.getLogger("clawd.gateway.tls")
# The waiting room is the limit; this one only keeps asyncio's from being the shorter.
_SLACK_S = 5.0


@runtime_checkable
class _TakesBuffers(Protocol):
    """asyncio.BufferedProtocol, which uvloop's TLS is without saying so."""

    def get_buffer(self, sizehint: int) -> bytearray:
        """Where the next bytes go."""

    def buffer_updated(self, nbytes: int) -> None:
        """So many were put there."""


class Context(Protocol):
    """What handshakes are made with."""

    def __call__(self, *, local: bool) -> ssl.SSLContext:
        """For a peer on this computer, or for another."""


class TlsDoor(asyncio.Protocol):
    """From accept to the end of the handshake; then `make` gives the protocol that goes on with the same place."""

    def __init__(
        self,
        context: Context,
        room: WaitingRoom,
        refusals: Refusals,
        make: Callable[[Ticket], GatewayProtocol],
    ) -> None:
        self._context = context
        self._room = room
        self._refusals = refusals
        self._make = make
        self._line: asyncio.Transport | None = None
        self._before = bytearray()
        self._early = bytearray()
        self._ended = False
        self._lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected; from now on its time runs."""
        line = cast(asyncio.Transport, transport)  # uvloop's is of another class with the same methods
        line.pause_reading()
        self._line = line
        ticket = self._room.enter(line.abort, peer_key(line))
        loop = asyncio.get_running_loop()
        spawn(self._shake(line, ticket), name="gateway TLS handshake")
        # In the turn after the one in which the handshake is set up, before anything further is read.
        loop.call_soon(loop.call_soon, self._hand_on)

    def data_received(self, data: bytes) -> None:
        """What came before the handshake was set up, or right behind it."""
        set_up = self._line is None or self._line.get_protocol() is not self
        (self._early if set_up else self._before).extend(data)

    def eof_received(self) -> None:
        """The client will send no more."""
        self._ended = True

    def connection_lost(self, exc: BaseException | None) -> None:
        """The client has gone."""
        self._lost = True

    def _hand_on(self) -> None:
        """Give the handshake what came before it was set up: uvloop reads although it was told to pause."""
        shaking = self._line.get_protocol() if self._line is not None else self
        if not self._before or not isinstance(shaking, _TakesBuffers) or self._lost:
            return
        data = memoryview(bytes(self._before))
        self._before.clear()
        while data:
            place = memoryview(shaking.get_buffer(len(data)))
            size = min(len(place), len(data))
            place[:size] = data[:size]
            shaking.buffer_updated(size)
            data = data[size:]

    async def _shake(self, transport: asyncio.Transport, ticket: Ticket) -> None:
        loop = asyncio.get_running_loop()
        try:
            secure = await loop.start_tls(
                transport,
                self,
                self._context(local=ticket.key == LOOPBACK),
                server_side=True,
                ssl_handshake_timeout=self._room.seconds + _SLACK_S,
            )
        except (OSError, TimeoutError) as error:
            if isinstance(error, ssl.SSLError):  # whoever only looked whether somebody listens is nobody to speak of
                self._refusals.note(_log, "a TLS handshake failed: %s", str(error))
            secure = None
        if secure is None or self._lost or transport.is_closing():
            ticket.done()
            transport.abort()
            return
        self._go_on(secure, ticket)

    def _go_on(self, secure: asyncio.Transport, ticket: Ticket) -> None:
        inner = self._make(ticket)
        secure.set_protocol(inner)
        inner.connection_made(secure)
        if self._early:
            inner.data_received(bytes(self._early))
        if self._ended:
            inner.eof_received()
            secure.close()
