"""The TLS handshake of one connection, counted and timed like everybody who has not shown who it is.

asyncio's own servers tell of a connection only when its handshake is over: whoever began one and went no further would
hold a socket without a place in the waiting room.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable

from clawd_desktop.core.tasks import spawn
from clawd_desktop.gateway.http.protocol import GatewayProtocol, peer_key
from clawd_desktop.gateway.refusals import Refusals
from clawd_desktop.gateway.waiting import Ticket, WaitingRoom

_log = logging.getLogger("clawd.gateway.tls")
# The waiting room is the limit; this one only keeps asyncio's from being the shorter.
_SLACK_S = 5.0


class TlsDoor(asyncio.Protocol):
    """From accept to the end of the handshake; then `make` gives the protocol that goes on with the same place."""

    def __init__(
        self, context: ssl.SSLContext, room: WaitingRoom, refusals: Refusals, make: Callable[[Ticket], GatewayProtocol]
    ) -> None:
        self._context = context
        self._room = room
        self._refusals = refusals
        self._make = make
        self._early = bytearray()
        self._ended = False
        self._lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected; from now on its time runs."""
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        ticket = self._room.enter(transport.abort, peer_key(transport))
        spawn(self._shake(transport, ticket), name="gateway TLS handshake")

    def data_received(self, data: bytes) -> None:
        """What the client sent right behind its handshake."""
        self._early += data

    def eof_received(self) -> None:
        """The client will send no more."""
        self._ended = True

    def connection_lost(self, exc: BaseException | None) -> None:
        """The client has gone."""
        self._lost = True

    async def _shake(self, transport: asyncio.Transport, ticket: Ticket) -> None:
        loop = asyncio.get_running_loop()
        try:
            secure = await loop.start_tls(
                transport,
                self,
                self._context,
                server_side=True,
                ssl_handshake_timeout=self._room.seconds + _SLACK_S,
            )
        except (OSError, TimeoutError) as error:
            self._refusals.note(_log, "a TLS handshake failed: %s", str(error) or type(error).__name__)
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
