"""Answers the requests of a known client side by side: the gate's last checks, then the handler."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TypeAlias

from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.tasks import attempt, spawn
from clawd_desktop.core.values import JsonValue
from clawd_desktop.gateway import frames
from clawd_desktop.gateway.frames import Request
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.methods.table import (
    WAIT_BY_DESIGN,
    Client,
    ErrorCode,
    Method,
    MethodError,
    Params,
    Result,
    checked,
    covered,
    error_of,
    is_callers_fault,
    refusal,
)
from clawd_desktop.operations.meter import OTHER, RequestMeter

_Outcome: TypeAlias = "Result | Coroutine[object, object, Result]"
_log = logging.getLogger("clawd.gateway.requests")
_AGAIN_MS = 1_000


class RunningCall:
    """One request while it is being answered (`methods.table.Call`)."""

    __slots__ = ("_send", "client", "request_id")

    def __init__(self, send: Callable[[bytes], None], client: Client, request_id: str) -> None:
        self._send = send
        self.client = client
        self.request_id = request_id

    def acknowledge(self, payload: JsonValue) -> None:
        """Send an early response with the same id."""
        self._send(result_frame(self.request_id, payload))

    def tell(self, event: str, payload: JsonValue) -> None:
        """Send an event to this client alone."""
        self._send(frames.event(event, payload))


class Requests:
    """The requests of one client. `send` writes a frame; answers come in the order in which they are ready.

    `limits` are those in force now; `count` counts one more request and gives the seconds until it may come again.
    `meter` is told of each answer, `refused` of what the client's role or scopes do not let it do.
    """

    def __init__(
        self,
        table: Mapping[str, Method],
        client: Client,
        limits: Callable[[], Limits],
        count: Callable[[], float],
        send: Callable[[bytes], None],
        meter: RequestMeter,
        refused: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._table = table
        self._client = client
        self._held = covered(client.scopes)
        self._limits = limits
        self._count = count
        self._send = send
        self._meter = meter
        self._tell_refused = refused
        self._in_flight: set[asyncio.Task[Result | _Failed]] = set()

    def handle(self, request: Request) -> None:
        """Check the request and answer it: at once, or when its handler is done."""
        began = self._meter.now()
        method = self._table.get(request.method)
        refused = self._refused(request, method)
        if refused is not None or method is None:
            self._send(error_frame(request.id, refused or MethodError(ErrorCode.INVALID_REQUEST, "unknown method")))
            self._meter.count(method.name if method is not None else OTHER, 0.0, ok=True, timed=False)
            return
        outcome = attempt(partial(self._handled, method, request), name=method.name)
        if isinstance(outcome, Coroutine):
            self._run(request, outcome, began)
        else:
            self._answer(request, outcome, began)

    def cancel(self) -> None:
        """Stop the requests that are still being answered."""
        for task in self._in_flight:
            task.cancel()

    def _handled(self, method: Method, request: Request) -> _Outcome:
        given = request.params
        params = _empty(method) if given is None or given == {} else checked(method.params, given, method.name)
        return method.handler(RunningCall(self._send, self._client, request.id), params)

    def _refused(self, request: Request, method: Method | None) -> MethodError | None:
        if wait := self._count():
            return later("too many requests", math.ceil(wait * 1000))
        if request.method == "connect":
            return MethodError(ErrorCode.INVALID_REQUEST, "connect is only valid as the first request")
        if text := refusal(request.method, method, self._client.role, self._held):
            self._tell_refused(f"{request.method}: {text}")
            return MethodError(ErrorCode.INVALID_REQUEST, text)
        return None

    def _run(self, request: Request, handler: Coroutine[object, object, Result], began: float) -> None:
        limits = self._limits()
        if len(self._in_flight) >= limits.in_flight:
            handler.close()
            busy = later("too many requests of this connection are being answered", 1000)
            self._send(error_frame(request.id, busy))
            self._meter.count(request.method, 0.0, ok=True, timed=False)  # who asks too much is no failure of ours
            return
        limit = None if request.method in WAIT_BY_DESIGN or not limits.request else limits.request
        task = spawn(_settled(handler, limit), name=f"gateway {request.method}")
        self._in_flight.add(task)
        task.add_done_callback(partial(self._finished, request, began))

    def _finished(self, request: Request, began: float, task: asyncio.Task[Result | _Failed]) -> None:
        self._in_flight.discard(task)
        if task.cancelled():
            return
        failure = task.exception()
        outcome = task.result() if failure is None else failure
        if isinstance(outcome, BaseException) and not isinstance(outcome, Exception):
            return
        self._answer(request, outcome.error if isinstance(outcome, _Failed) else outcome, began)

    def _answer(self, request: Request, outcome: Result | Exception, began: float) -> None:
        """Send the result, or the error that stands for it, and count it."""
        if isinstance(outcome, Exception):
            self._send(error_frame(request.id, outcome))
        else:
            self._send(result_frame(request.id, outcome))
        ok = not isinstance(outcome, Exception) or is_callers_fault(outcome)
        name = request.method
        self._meter.count(name, self._meter.now() - began, ok, timed=name not in WAIT_BY_DESIGN)


@dataclass(frozen=True, slots=True)
class _Failed:
    """A handler's foreseen failure, as a value: a task that ends with it is not an error of the program."""

    error: ClawdError


def result_frame(request_id: str, payload: Result) -> bytes:
    """A response with a result, or with an error when that cannot be written as JSON."""
    try:
        return frames.result(request_id, payload)
    except TypeError as error:
        _log.error("an answer was not JSON: %s", error)
        return error_frame(request_id, MethodError(ErrorCode.UNAVAILABLE, "the answer could not be written"))


def error_frame(request_id: str, failure: Exception) -> bytes:
    """A response with an error, and with the payload that the failure brings along."""
    payload = failure.payload if isinstance(failure, MethodError) else None
    return frames.error(request_id, error_of(failure), payload)


async def _settled(handler: Coroutine[object, object, Result], limit: float | None) -> Result | _Failed:
    try:
        async with asyncio.timeout(limit) as time:
            return await handler
    except ClawdError as error:
        return _Failed(error)
    except TimeoutError:
        if not time.expired():
            raise
        return _Failed(later(f"the request took longer than {limit:g} s and was given up", _AGAIN_MS))


@cache
def _empty_of(model: type[Params]) -> Params | None:
    """The model's value for a request without parameters, made once; None when it needs some."""
    try:
        return checked(model, {}, "")
    except MethodError:
        return None


def _empty(method: Method) -> Params:
    return _empty_of(method.params) or checked(method.params, {}, method.name)


def later(text: str, milliseconds: int) -> MethodError:
    """A refusal of what may be tried again after so many milliseconds."""
    return MethodError(ErrorCode.UNAVAILABLE, text, retryable=True, retry_after_ms=milliseconds)
