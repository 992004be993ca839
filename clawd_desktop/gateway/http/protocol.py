"""One TCP connection as aiohttp sees it, with a place in the waiting room and without aiohttp's own error pages."""

from __future__ import annotations

import asyncio
import logging

from aiohttp.web import BaseRequest, RequestHandler, Response, Server

from clawd_desktop.gateway.connection import Connection
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.limiter import canonical_peer
from clawd_desktop.gateway.refusals import Refusals
from clawd_desktop.gateway.waiting import Ticket, WaitingRoom

_log = logging.getLogger("clawd.gateway.http")
_MAX_LINE = 8190
_MAX_HEADERS = 64


class GatewayProtocol(RequestHandler):
    """From accept to close. `ticket` is its place among those that have not shown who they are.

    One that had its place before, as during a TLS handshake, brings it along.
    """

    def __init__(
        self,
        server: Server,
        room: WaitingRoom,
        refusals: Refusals,
        loop: asyncio.AbstractEventLoop,
        ticket: Ticket | None = None,
    ) -> None:
        super().__init__(
            server,
            loop=loop,
            access_log=None,  # type: ignore[arg-type] # None is how aiohttp turns it off
            keepalive_timeout=5.0,
            lingering_time=1.0,
            max_line_size=_MAX_LINE,
            max_field_size=_MAX_LINE,
            max_headers=_MAX_HEADERS,
            auto_decompress=False,
        )
        self._room = room
        self._refusals = refusals
        self._gone: asyncio.Future[None] | None = None
        self.ticket = ticket
        self.connection: Connection | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected; from now on its time runs."""
        super().connection_made(transport)
        if self.ticket is None:
            self.ticket = self._room.enter(self._cut, peer_key(transport))
        else:
            self.ticket.on_expiry(self._cut)

    def trust(self) -> None:
        """The client has shown who it is: an answer may now take longer than the time for that."""
        if self.ticket is not None:
            self.ticket.done()

    def trust_no_more(self) -> None:
        """It was answered; for whatever comes next on the connection its time runs anew."""
        if self.transport is not None and self.ticket is not None and self.ticket not in self._room:
            self.ticket = self._room.enter(self._cut, self.ticket.key)

    def connection_lost(self, exc: BaseException | None) -> None:
        """The client has gone."""
        if self.ticket is not None:
            self.ticket.done()
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)
        super().connection_lost(exc)

    def gone(self) -> asyncio.Future[None]:
        """Done when the client has gone."""
        if self._gone is None:
            self._gone = asyncio.get_running_loop().create_future()
            if self.transport is None or self.transport.is_closing():
                self._gone.set_result(None)
        return self._gone

    def cut(self) -> None:
        """End the connection at once, whatever is still to be sent."""
        self._cut()

    def resume_writing(self) -> None:
        """What was written has gone out."""
        super().resume_writing()
        if self.connection is not None:
            self.connection.wire.drained()

    def handle_error(
        self, request: BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> Response:
        """Our own words for a request that cannot be read or whose handler failed; details go to the log alone."""
        if status >= 500:
            _log.error("a request failed", exc_info=exc)
        else:
            # Only the first line: the others quote the request, and with it perhaps a secret.
            self._refusals.note(_log, "an unreadable request was refused: %s", (message or "").partition("\n")[0])
        if request.writer.output_size > 0:
            raise ConnectionError("The answer had begun already.")
        return answers.text(status, "Bad Request" if status < 500 else "Internal Server Error", close=True)

    def _cut(self) -> None:
        # No look at its type: transports of uvloop are none of asyncio's.
        if self.transport is not None:
            self.transport.abort()


def peer_key(transport: asyncio.BaseTransport) -> str:
    """The name under which the other end of the connection is counted."""
    peer = transport.get_extra_info("peername")
    return canonical_peer(str(peer[0])) if peer else ""
