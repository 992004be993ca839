"""One client's socket: reads its frames, runs its requests side by side, writes its answers and events."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from types import CoroutineType
from typing import TypeAlias, cast

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.tasks import attempt, spawn
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway import frames
from clawd_desktop.gateway.frames import BadFrame, Request
from clawd_desktop.gateway.gate import Peer
from clawd_desktop.gateway.handshake import Handshake, Rejected, Welcome
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.http.facts import printable
from clawd_desktop.gateway.limiter import TokenBucket
from clawd_desktop.gateway.methods.table import (
    Client,
    ErrorCode,
    Method,
    MethodError,
    Params,
    Result,
    Role,
    checked,
    covered,
    error_of,
    refusal,
)
from clawd_desktop.gateway.waiting import Ticket
from clawd_desktop.gateway.websocket import (
    CloseCode,
    FrameReader,
    Message,
    Opcode,
    ProtocolError,
    close_frame,
    close_reply,
    pong_frame,
    text_frame,
)

# So many requests of one client are handled before the others get their turn.
_BATCH = 64
_CLOSING_SECONDS = 1.0
_Outcome: TypeAlias = "Result | CoroutineType[object, object, Result]"
_log = logging.getLogger("clawd.gateway.connection")


@dataclass(frozen=True, slots=True)
class Desk:
    """What all connections share. `welcome` makes the hello of a client that was let in and counts it in."""

    table: Mapping[str, Method]
    handshake: Handshake
    limits: Limits
    clock: Clock
    welcome: Callable[[Connection, Welcome], JsonObject]
    gone: Callable[[Connection], None]


class RunningCall:
    """One request while it is being answered."""

    __slots__ = ("client", "connection", "request_id")

    def __init__(self, connection: Connection, client: Client, request_id: str) -> None:
        self.connection = connection
        self.client = client
        self.request_id = request_id

    def acknowledge(self, payload: JsonValue) -> None:
        """Send an early response with the same id."""
        self.connection.answer(self.request_id, payload)

    def tell(self, event: str, payload: JsonValue) -> None:
        """Send an event to this client alone."""
        self.connection.deliver(text_frame(frames.event(event, payload)), droppable=False)


class Connection:
    """A WebSocket from its upgrade to its end; bytes come in through `feed_data`, as aiohttp hands them on.

    `client` is None until the handshake is over; `role` and `held` (its scopes with what they contain) follow from it.
    """

    def __init__(self, transport: asyncio.Transport, peer: Peer, ticket: Ticket, desk: Desk) -> None:
        self.client: Client | None = None
        self.role = Role.OPERATOR
        self.held: frozenset[str] = frozenset()
        self.secret = b""
        self.ended = asyncio.get_running_loop().create_future()
        self._transport = transport
        self._peer = peer
        self._ticket = ticket
        self._desk = desk
        self._nonce = str(uuid.uuid4())
        self._reader = FrameReader(desk.limits.frame_before_hello)
        self._bucket = _bucket(desk)
        self._held_up = False
        self._wait_for_drain = False
        self._paused = False
        self._closing = False
        self._deaf = False
        self._in_flight: set[asyncio.Task[Result | _Failed]] = set()

    def open(self) -> None:
        """Send the challenge that a device signature must contain."""
        self._ticket.on_expiry(lambda: self.close(CloseCode.NORMAL, ""))
        challenge: JsonObject = {"nonce": self._nonce, "ts": self._desk.clock.wall_ms()}
        self._write(text_frame(frames.event("connect.challenge", challenge)))

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Take received bytes; the form of the answer is what aiohttp expects of a payload parser."""
        if not self._deaf:
            self._reader.feed(data)
            self._pump()
            # Not earlier: while reading is paused nobody notices that the client has gone.
            if self._held_up and self._reader.pending > self._reader.limit:
                self._transport.pause_reading()
                self._paused = True
        return False, b""

    def feed_eof(self) -> None:
        """The transport is gone."""
        self._closing = self._deaf = True
        self._ticket.done()
        if not self.ended.done():
            self.ended.set_result(None)
            self._desk.gone(self)

    def drained(self) -> None:
        """What was written has gone out; go on with a client that asked faster than it read."""
        if self._wait_for_drain:
            self._go_on()

    def answer(self, request_id: str, payload: Result) -> None:
        """Send a response with a result."""
        try:
            frame = frames.result(request_id, payload)
        except TypeError as error:
            _log.error("an answer was not JSON: %s", error)
            frame = _error_frame(request_id, MethodError(ErrorCode.UNAVAILABLE, "the answer could not be written"))
        self.deliver(text_frame(frame), droppable=False)

    def fail(self, request_id: str, failure: Exception) -> None:
        """Send a response with an error."""
        self.deliver(text_frame(_error_frame(request_id, failure)), droppable=False)

    def deliver(self, frame: bytes, *, droppable: bool) -> None:
        """Write the frame unless the client has fallen too far behind: then skip it, or close what it cannot miss."""
        if self._closing:
            return
        if self._transport.get_write_buffer_size() <= self._desk.limits.buffered:
            self._transport.write(frame)
        elif not droppable:
            _log.warning("a client that reads too slowly was closed")
            self.close(CloseCode.POLICY, "slow consumer")

    def close(self, code: int, reason: str) -> None:
        """Say goodbye and end the connection; what it still sends is not looked at."""
        if self._closing:
            return
        self._write(close_frame(code, reason))
        self._closing = True
        # The client answers with a close frame of its own; whoever does not is cut off.
        asyncio.get_running_loop().call_later(_CLOSING_SECONDS, self.abort)
        if self._held_up:
            self._go_on()

    def abort(self) -> None:
        """End the connection now."""
        self._transport.abort()

    def cancel(self) -> None:
        """Stop the requests that are still being answered."""
        for task in self._in_flight:
            task.cancel()

    def _write(self, data: bytes) -> None:
        if not self._closing and not self._transport.is_closing():
            self._transport.write(data)

    def _pump(self) -> None:
        """Handle the messages that have come, unless a handshake is under way; after a batch others get their turn."""
        try:
            handled = 0
            while not self._must_wait(handled) and (message := self._reader.next()) is not None:
                self._message(message)
                handled += 1
        except ProtocolError as error:
            self._deaf = True
            self.close(error.code, error.reason)

    def _must_wait(self, handled: int) -> bool:
        """True while no further message may be handled; sees to it that it goes on later."""
        if self._held_up or self._deaf:
            return True
        if handled >= _BATCH:
            asyncio.get_running_loop().call_soon(self._go_on)
        elif self._transport.get_write_buffer_size() > self._desk.limits.buffered // 2:
            self._wait_for_drain = True
        else:
            return False
        self._held_up = True
        return True

    def _message(self, message: Message) -> None:
        if message.opcode is Opcode.CLOSE:
            self._deaf = True
            self.close(close_reply(message.data), "")
            self._transport.close()
        elif self._closing:
            return
        elif message.opcode is Opcode.TEXT:
            self._text(message.data)
        elif message.opcode is Opcode.PING:
            self._write(pong_frame(message.data))

    def _go_on(self) -> None:
        self._held_up = self._wait_for_drain = False
        if self._transport.is_closing():
            return
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        self._pump()

    def _text(self, data: bytes) -> None:
        try:
            request = frames.parse(data)
        except BadFrame as error:
            self._bad_frame(data, error)
            return
        if self.client is not None:
            self._request(self.client, request)
        elif request.method == "connect":
            self._held_up = True
            task = spawn(self._connect(request), name="gateway handshake")
            task.add_done_callback(partial(self._connected, request.id))
        else:
            failure = MethodError(ErrorCode.INVALID_REQUEST, "invalid handshake: first request must be connect")
            self.fail(request.id, failure)
            self.close(CloseCode.POLICY, failure.message)

    def _bad_frame(self, data: bytes, error: BadFrame) -> None:
        if error.unparsable and not _is_utf8(data):
            self.close(CloseCode.NOT_UTF8, "text is not UTF-8")
        elif self.client is None and error.unparsable:
            self.close(CloseCode.NORMAL, "")
        else:
            self.fail(error.frame_id, MethodError(ErrorCode.INVALID_REQUEST, str(error)))
            if self.client is None:
                self.close(CloseCode.POLICY, "invalid handshake: first request must be connect")

    async def _connect(self, request: Request) -> None:
        try:
            welcome = await self._desk.handshake.perform(request.params, self._peer, self._nonce, str(uuid.uuid4()))
        except Rejected as rejected:
            _log.info("refused a client from %s: %s", self._peer.address, printable(str(rejected)))
            self.deliver(text_frame(frames.error(request.id, rejected.error)), droppable=False)
            self.close(rejected.close, rejected.reason)
            return
        if self._closing:
            return
        self._ticket.done()
        self.client, self.role, self.secret = welcome.client, welcome.client.role, welcome.secret
        self.held = covered(welcome.client.scopes)
        self._reader.limit = self._desk.limits.frame
        self.answer(request.id, self._desk.welcome(self, welcome))
        self._go_on()

    def _connected(self, request_id: str, task: asyncio.Task[None]) -> None:
        failure = None if task.cancelled() else task.exception()
        if isinstance(failure, Exception):
            self.fail(request_id, failure)
            self.close(CloseCode.POLICY, "handshake failed")

    def _request(self, client: Client, request: Request) -> None:
        """The last checks of the gate for one request, then its handler: role and scope, schema."""
        method = self._desk.table.get(request.method)
        refused = self._refused(request, method)
        if refused is not None or method is None:
            self.fail(request.id, refused or MethodError(ErrorCode.INVALID_REQUEST, "unknown method"))
            return
        outcome = attempt(partial(self._handle, method, client, request), name=method.name)
        if type(outcome) is CoroutineType:
            self._run(request, outcome)
        elif isinstance(outcome, Exception):
            self.fail(request.id, outcome)
        else:
            self.answer(request.id, outcome)

    def _handle(self, method: Method, client: Client, request: Request) -> _Outcome:
        params = checked(method.params, request.params, method.name) if request.params else _empty(method)
        return cast(_Outcome, method.handler(RunningCall(self, client, request.id), params))

    def _refused(self, request: Request, method: Method | None) -> MethodError | None:
        if request.method == "connect":
            return MethodError(ErrorCode.INVALID_REQUEST, "connect is only valid as the first request")
        if text := refusal(request.method, method, self.role, self.held):
            return MethodError(ErrorCode.INVALID_REQUEST, text)
        if self._bucket is not None and (wait := self._bucket.take()):
            milliseconds = round(wait * 1000) + 1
            text = "too many requests"
            return MethodError(ErrorCode.UNAVAILABLE, text, retryable=True, retry_after_ms=milliseconds)
        return None

    def _run(self, request: Request, handler: CoroutineType[object, object, Result]) -> None:
        if len(self._in_flight) >= self._desk.limits.in_flight:
            handler.close()
            text = "too many requests of this connection are being answered"
            self.fail(request.id, MethodError(ErrorCode.UNAVAILABLE, text, retryable=True, retry_after_ms=1000))
            return
        task = spawn(_settled(handler), name=f"gateway {request.method}")
        self._in_flight.add(task)
        task.add_done_callback(partial(self._finished, request.id))

    def _finished(self, request_id: str, task: asyncio.Task[Result | _Failed]) -> None:
        self._in_flight.discard(task)
        if task.cancelled():
            return
        failure = task.exception()
        outcome = None if failure is not None else task.result()
        if isinstance(failure, Exception):
            self.fail(request_id, failure)
        elif isinstance(outcome, _Failed):
            self.fail(request_id, outcome.error)
        else:
            self.answer(request_id, outcome)


@dataclass(frozen=True, slots=True)
class _Failed:
    """A handler's foreseen failure, as a value: a task that ends with it is not an error of the program."""

    error: ClawdError


async def _settled(handler: CoroutineType[object, object, Result]) -> Result | _Failed:
    try:
        return await handler
    except ClawdError as error:
        return _Failed(error)


@cache
def _empty_of(model: type[Params]) -> Params | None:
    """The model's value for a request without parameters, made once; None when it needs some."""
    try:
        return checked(model, {}, "")
    except MethodError:
        return None


def _empty(method: Method) -> Params:
    return _empty_of(method.params) or checked(method.params, {}, method.name)


def _error_frame(request_id: str, failure: Exception) -> bytes:
    payload = failure.payload if isinstance(failure, MethodError) else None
    return frames.error(request_id, error_of(failure), payload)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _bucket(desk: Desk) -> TokenBucket | None:
    limits = desk.limits
    if limits.requests_per_minute <= 0:
        return None
    return TokenBucket(desk.clock, limits.requests_per_minute / 60, limits.request_burst)
