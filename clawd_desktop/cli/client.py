"""Talks to a gateway over its socket: handshake, requests with time limits, events; one object per connection.

Source: Clawdbot protocol 3 and 4, client side.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from clawd_desktop import __version__
from clawd_desktop.cli.exits import GatewayError, NotRunning, TimedOut
from clawd_desktop.cli.target import Target
from clawd_desktop.cli.wire import Wire
from clawd_desktop.core.errors import ClawdError, Refused
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_object, as_text

CONNECT_S = 10.0
SCOPES = ("operator.admin", "operator.approvals", "operator.pairing")
TICK_TIMEOUT = 4000
SHORTEST_SILENCE_S = 0.1
# The name of the event that a client makes itself when its connection has ended; its payload has the `reason`.
CLOSED = "connection.closed"


@dataclass(frozen=True, slots=True)
class GatewayEvent:
    """An event frame. `missed` is True when broadcasts before it did not arrive."""

    name: str
    payload: JsonObject
    missed: bool = False


class GatewayClient:
    """A connection to one gateway. Use it with `async with`, or call `connect` and `close`; it connects once.

    `hello` is what the gateway said of itself. Handlers of events run on the loop and return at once.
    """

    def __init__(self, target: Target, *, timeout_s: float = CONNECT_S) -> None:
        self.hello: JsonObject = {}
        self._target = target
        self._timeout_s = timeout_s
        self._wire = Wire(target.url, target.fingerprint)
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[str, _Waiting] = {}
        self._handlers: tuple[Callable[[GatewayEvent], None], ...] = ()
        self._last_id = 0
        self._last_seq: int | None = None

    async def __aenter__(self) -> GatewayClient:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def url(self) -> str:
        """The gateway's address."""
        return self._target.url

    @property
    def connected(self) -> bool:
        """Is the connection open, hello included?"""
        return bool(self.hello) and self._reader is not None and not self._reader.done()

    def listen(self, handler: Callable[[GatewayEvent], None]) -> None:
        """Call `handler` for every event of this connection."""
        self._handlers = (*self._handlers, handler)

    async def connect(self) -> JsonObject:
        """Open the connection and return the hello.

        Raises NotRunning when nothing or something else answers, Refused when the gateway does not let us in, TimedOut.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._wire.open()
                await self._challenged()
                self._reader = spawn(self._read(), name="gateway client")
                self.hello = as_object(await self.request("connect", _introduction(self._target)))
        except GatewayError as error:
            raise _refusal(error) from error
        except TimeoutError as error:
            raise TimedOut(f"The gateway at {self._target.url} does not answer.", hint="Is it busy or hung?") from error
        finally:
            if not self.hello:
                await self.close()
        return self.hello

    async def request(
        self, method: str, params: JsonObject | None = None, *, timeout_s: float | None = None, final: bool = False
    ) -> JsonValue:
        """Call a method and return its payload. With `final`, an "accepted" is passed over and the result awaited.

        Raises GatewayError when the gateway refuses, NotRunning when the connection ends before, TimedOut.
        """
        if self._reader is None or self._reader.done():
            raise self._wire.lost()
        self._last_id += 1
        request_id = str(self._last_id)
        answer = self._waiting[request_id] = _Waiting(final)
        limit = self._timeout_s if timeout_s is None else timeout_s
        try:
            async with asyncio.timeout(limit):
                await self._wire.send({"type": "req", "id": request_id, "method": method, "params": params or {}})
                return await answer.future
        except TimeoutError as error:
            raise TimedOut(f"{method} was not answered within {limit:g} s.", hint="Try a longer --timeout.") from error
        finally:
            del self._waiting[request_id]

    async def wait_closed(self) -> str:
        """Wait until the connection has ended and return why."""
        if self._reader is not None:
            await asyncio.wait({self._reader})
        return self._wire.closed_because

    async def close(self) -> None:
        """End the connection; may be called again."""
        await stop(self._reader)
        await self._wire.close("closed by this side")

    async def _challenged(self) -> None:
        """The gateway speaks first."""
        frame = await self._wire.receive()
        if frame is None or frame.get("event") != "connect.challenge":
            raise NotRunning(
                f"What answers at {self._target.url} does not speak the gateway protocol.",
                hint="Choose the gateway's port with --port or its address with --url.",
            )

    async def _read(self) -> None:
        """Hand out frames until the connection ends; two missing ticks count as an end."""
        try:
            while True:
                tick_ms = as_int(as_object(self.hello.get("policy")).get("tickIntervalMs"), 30_000)
                frame = await self._wire.receive(max(2 * tick_ms / 1000, SHORTEST_SILENCE_S))
                if frame is None:
                    break
                self._take(frame)
        except TimeoutError:
            await self._wire.close("tick timeout", TICK_TIMEOUT)
        finally:
            for answer in self._waiting.values():
                answer.fail(self._wire.lost())
            self._tell(GatewayEvent(CLOSED, {"reason": self._wire.closed_because}))

    def _take(self, frame: JsonObject) -> None:
        if frame.get("type") == "res":
            answer = self._waiting.get(as_text(frame.get("id")))
            if answer is not None:
                answer.take(frame)
        elif frame.get("type") == "event":
            seq = frame.get("seq")
            missed = isinstance(seq, int) and self._last_seq is not None and seq > self._last_seq + 1
            self._last_seq = seq if isinstance(seq, int) else self._last_seq
            self._tell(GatewayEvent(as_text(frame.get("event")), as_object(frame.get("payload")), missed))

    def _tell(self, event: GatewayEvent) -> None:
        for handler in self._handlers:
            handler(event)


class _Waiting:
    """A request that waits for its response."""

    def __init__(self, final: bool) -> None:
        self.future: asyncio.Future[JsonValue] = asyncio.get_running_loop().create_future()
        self._final = final

    def take(self, frame: JsonObject) -> None:
        """Settle it with the response frame, unless it is only an acknowledgement."""
        payload = frame.get("payload")
        if self.future.done() or (self._final and as_object(payload).get("status") == "accepted"):
            return
        if frame.get("ok") is True:
            self.future.set_result(payload)
        else:
            self.future.set_exception(_error(as_object(frame.get("error"))))

    def fail(self, error: ClawdError) -> None:
        """Settle it because nothing will come."""
        if not self.future.done():
            self.future.set_exception(error)


def _introduction(target: Target) -> JsonObject:
    """Who we are. Clawdbot in password mode lets a client without a device key in only when `token` is filled too."""
    shown = (("token", target.token or target.password), ("password", target.password))
    auth: JsonObject = {name: value for name, value in shown if value}
    client: JsonObject = {"id": "cli", "mode": "cli", "version": __version__, "platform": sys.platform}
    introduction: JsonObject = {"minProtocol": 3, "maxProtocol": 4, "client": client, "role": "operator"}
    return introduction | {"scopes": list(SCOPES)} | ({"auth": auth} if auth else {})


def _error(shape: JsonObject) -> GatewayError:
    return GatewayError(
        as_text(shape.get("message"), "The gateway refused without a reason."),
        code=as_text(shape.get("code"), "UNAVAILABLE"),
        details=shape.get("details"),
    )


_HINTS = (
    ("unauthorized", "Set CLAWDBOT_GATEWAY_PASSWORD (or _TOKEN) to the gateway's, or use --password-file."),
    ("pairing required", "Approve this computer on the gateway: Devices."),
    ("device identity required", "Set CLAWDBOT_GATEWAY_PASSWORD (or _TOKEN) to the gateway's, or use --password-file."),
    ("protocol mismatch", "The gateway speaks another version of the protocol; update it or this program."),
)


def _refusal(error: GatewayError) -> Refused:
    """A refused connect, with what to do."""
    hint = next((hint for words, hint in _HINTS if words in error.message), "")
    return Refused(f"The gateway refused the connection: {error.message}.", hint=hint)
