"""One client from challenge to goodbye: first the handshake, then its requests."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.tasks import spawn
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway import frames
from clawd_desktop.gateway.admission import Peer
from clawd_desktop.gateway.audited import name_of
from clawd_desktop.gateway.capacity import RETRY_S, Capacity
from clawd_desktop.gateway.frames import BadFrame, Request
from clawd_desktop.gateway.handshake import Handshake, Rejected, Welcome
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.methods.table import Client, ErrorCode, Method, MethodError, Role, Scope, covered
from clawd_desktop.gateway.rates import Rates, keys_of
from clawd_desktop.gateway.refusals import Refusals
from clawd_desktop.gateway.requests import Requests, error_frame, later, result_frame
from clawd_desktop.gateway.waiting import Ticket
from clawd_desktop.gateway.websocket import CloseCode, text_frame
from clawd_desktop.gateway.wire import Wire
from clawd_desktop.operations.meter import RequestMeter

_CONNECT_FIRST = "invalid handshake: first request must be connect"
_log = logging.getLogger("clawd.gateway.connection")


@dataclass(frozen=True, slots=True)
class Desk:
    """What all connections share. `limits` are those in force now, `rates` counts requests, `capacity` clients.

    `welcome` makes the hello of a client that was let in and counts it in. `meter` counts what is answered.
    """

    table: Mapping[str, Method]
    handshake: Handshake
    limits: Callable[[], Limits]
    rates: Rates
    capacity: Capacity
    refusals: Refusals
    clock: Clock
    welcome: Callable[[Connection, Welcome], JsonObject]
    gone: Callable[[Connection], None]
    meter: RequestMeter


class Connection:
    """A client, or somebody who has not shown yet that it is one.

    `client` is None until the handshake is over; `role` and `held` (its scopes with what they contain) follow from it.
    """

    def __init__(self, transport: asyncio.Transport, peer: Peer, ticket: Ticket, desk: Desk) -> None:
        self.client: Client | None = None
        self.role = Role.OPERATOR
        self.held: frozenset[str] = frozenset()
        self.secret = b""
        self.ended = asyncio.get_running_loop().create_future()
        self.wire = Wire(transport, desk.limits, self._text, self._end)
        self._requests: Requests | None = None
        self._peer = peer
        self._ticket = ticket
        self._desk = desk
        self._nonce = str(uuid.uuid4())

    @property
    def connection_id(self) -> str:
        """What the client is called among all connections; "" before the handshake is over."""
        return self.client.connection_id if self.client is not None else ""

    def open(self) -> None:
        """Send the challenge that a device signature must contain."""
        self._ticket.on_expiry(lambda: self.close(CloseCode.NORMAL, ""))
        challenge: JsonObject = {"nonce": self._nonce, "ts": self._desk.clock.wall_ms()}
        self._send(frames.event("connect.challenge", challenge))

    def deliver(self, frame: bytes, *, droppable: bool) -> None:
        """Write a WebSocket frame unless the client has fallen too far behind."""
        self.wire.deliver(frame, droppable=droppable)

    def tell(self, event: str, payload: JsonValue) -> None:
        """Send an event to this client alone; it carries no sequence number."""
        self._send(frames.event(event, payload))

    def close(self, code: int, reason: str) -> None:
        """Say goodbye and end the connection."""
        self.wire.close(code, reason)

    def cancel(self) -> None:
        """Stop the requests that are still being answered."""
        if self._requests is not None:
            self._requests.cancel()

    def _send(self, frame: bytes) -> None:
        self.wire.deliver(text_frame(frame), droppable=False)

    def _end(self) -> None:
        self._ticket.done()
        if self.client is not None:
            self._desk.capacity.leave()
        self.ended.set_result(None)
        self._desk.gone(self)

    def _text(self, data: bytes) -> None:
        try:
            request = frames.parse(data)
        except BadFrame as error:
            self._bad_frame(data, error)
            return
        if self._requests is not None:
            self._requests.handle(request)
        elif request.method == "connect":
            self.wire.hold()
            task = spawn(self._connect(request), name="gateway handshake")
            task.add_done_callback(partial(self._connected, request.id))
        else:
            self._send(error_frame(request.id, MethodError(ErrorCode.INVALID_REQUEST, _CONNECT_FIRST)))
            self.close(CloseCode.POLICY, _CONNECT_FIRST)

    def _bad_frame(self, data: bytes, error: BadFrame) -> None:
        if error.unparsable and not _is_utf8(data):
            self.close(CloseCode.NOT_UTF8, "text is not UTF-8")
        elif self.client is None and error.unparsable:
            self.close(CloseCode.NORMAL, "")
        else:
            self._send(error_frame(error.frame_id, MethodError(ErrorCode.INVALID_REQUEST, str(error))))
            if self.client is None:
                self.close(CloseCode.POLICY, _CONNECT_FIRST)

    async def _connect(self, request: Request) -> None:
        try:
            welcome = await self._desk.handshake.perform(request.params, self._peer, self._nonce, str(uuid.uuid4()))
        except Rejected as rejected:
            self._desk.refusals.note(_log, "refused a client from %s: %s", self._peer.address, str(rejected))
            self._desk.refusals.keep("login", self._peer.address, str(rejected))
            self._send(frames.error(request.id, rejected.error))
            self.close(rejected.close, rejected.reason)
            return
        if self.wire.closing:
            return
        if not self._desk.capacity.enter(owner_here=_is_owner_here(welcome.client)):
            failure = later("too many clients are connected", RETRY_S * 1000)
            self._send(error_frame(request.id, failure))
            self.close(CloseCode.TRY_AGAIN_LATER, failure.message)
            return
        self._let_in(welcome, request)

    def _let_in(self, welcome: Welcome, request: Request) -> None:
        client, desk = welcome.client, self._desk
        self._ticket.done()
        self.client, self.role, self.held = client, client.role, covered(client.scopes)
        self.secret = welcome.secret
        refused = partial(desk.refusals.keep, "method", name_of(client))
        counted = self._counted(client)
        self._requests = Requests(desk.table, client, desk.limits, counted, self._send, desk.meter, refused)
        self._send(result_frame(request.id, desk.welcome(self, welcome)))
        self.wire.trust()
        self.wire.go_on()

    def _counted(self, client: Client) -> Callable[[], float]:
        keys = keys_of(client.device_id, self._peer.key, local=client.local, connection=client.connection_id)
        return partial(self._desk.rates.take, keys)

    def _connected(self, request_id: str, task: asyncio.Task[None]) -> None:
        failure = None if task.cancelled() else task.exception()
        if isinstance(failure, Exception):
            self._send(error_frame(request_id, failure))
            self.close(CloseCode.POLICY, "handshake failed")


def _is_owner_here(client: Client) -> bool:
    """Whether it is the owner's own tool at this computer, for whom one place is kept."""
    return client.local and client.role is Role.OPERATOR and Scope.ADMIN.value in client.scopes


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
