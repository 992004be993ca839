"""Answers plain HTTP after the gate has admitted a request: the table of paths, and what each one asks for."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from aiohttp.web import BaseRequest, Response, StreamResponse

from clawd_desktop.core.clock import SystemClock
from clawd_desktop.gateway.admission import Denial, Peer, RequestFacts
from clawd_desktop.gateway.capacity import RETRY_S, Capacity
from clawd_desktop.gateway.gate import LOCKED, Gate
from clawd_desktop.gateway.hello import DEFAULT_LIMITS, Limits
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.facts import loggable
from clawd_desktop.gateway.http.protocol import GatewayProtocol
from clawd_desktop.gateway.limiter import LOOPBACK
from clawd_desktop.gateway.rates import Rates, keys_of
from clawd_desktop.gateway.refusals import Refusals
from clawd_desktop.operations.meter import OTHER, RequestMeter

READING = frozenset({"GET", "HEAD"})
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
POST = frozenset({"POST"})
JSON = frozenset({"application/json"})
_PLAIN = frozenset({"", "identity"})
_log = logging.getLogger("clawd.gateway.http")


class Access(Enum):
    """What a path asks for: nothing, the shared secret as bearer, the token of hooks, or the canvas's secret path."""

    PUBLIC = "public"
    OWNER = "owner"
    HOOK = "hook"
    CANVAS = "canvas"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request that may be answered. `rest` is what follows the route's path, as it was sent; `body` is read."""

    request: BaseRequest
    facts: RequestFacts
    peer: Peer
    rest: str = ""
    body: bytes = b""

    @property
    def line(self) -> GatewayProtocol | None:
        """The connection that it came by; None where there is no real one."""
        protocol = self.request.protocol
        return protocol if isinstance(protocol, GatewayProtocol) else None


# Paths of the others are secret, or were chosen by the owner.
_NAMED = (Access.PUBLIC, Access.OWNER)
Handler = Callable[[Ask], Awaitable[StreamResponse]]
Refuse = Callable[[Denial], Response]


def refused(denial: Denial) -> Response:
    """The answer to a request that was not let through; the connection ends with it."""
    if denial.status == 401:
        return answers.unauthorized()
    return answers.text(denial.status, told(denial), close=True, headers=answers.later(denial.wait))


def told(denial: Denial) -> str:
    """What is wrong, and when to try again where that helps."""
    return f"{denial.text}: try again in {math.ceil(denial.wait)} s" if denial.wait else denial.text


@dataclass(frozen=True, slots=True)
class Route:
    """One path, and with `under` also all paths below it.

    `methods` are those that it answers, `types` the media types of bodies that it takes, `body` the most bytes;
    `refuse` words what is refused before the handler is asked. One that `waits` (for a run of the assistant, or because
    it streams) is not ended by gateway.requestTimeout. A `probe` only asks whether the gateway lives and is
    not counted.
    """

    path: str
    handler: Handler
    methods: frozenset[str] = READING
    access: Access = Access.OWNER
    under: bool = False
    types: frozenset[str] = JSON
    body: int = 0
    refuse: Refuse = refused
    waits: bool = False
    probe: bool = False


class Paths(Protocol):
    """Paths that belong together."""

    def rows(self) -> tuple[Route, ...]:
        """Their routes; asked again for each request, so that a changed configuration counts at once."""


@dataclass(frozen=True, slots=True)
class House:
    """What sockets and plain HTTP share: the limits in force, the counts of requests and of clients, log and meter."""

    limits: Callable[[], Limits]
    rates: Rates
    capacity: Capacity
    refusals: Refusals
    meter: RequestMeter


class Routes:
    """All paths of the gateway that are not sockets."""

    def __init__(self, gate: Gate, topics: Iterable[Paths], house: House | None = None) -> None:
        self._gate = gate
        self._topics = tuple(topics)
        self._house = house or House(
            lambda: DEFAULT_LIMITS, Rates(), Capacity(DEFAULT_LIMITS.clients), Refusals(SystemClock()), RequestMeter()
        )

    async def answer(self, request: BaseRequest, facts: RequestFacts, peer: Peer) -> StreamResponse:
        """The answer to a request, counted by the path of its route."""
        meter, route = self._house.meter, self._route(facts.target.partition("?")[0])
        began, ok = meter.now(), False
        try:
            response = await self._answer(route, request, facts, peer)
            # That the gateway is not ready is the right answer of a path that says so.
            ok = response.status < 500 or (route is not None and route.access is Access.PUBLIC)
        except asyncio.CancelledError:
            ok = True  # whoever asked has gone
            raise
        finally:
            self._count(route, meter.now() - began, ok)
        return response

    def _count(self, route: Route | None, seconds: float, ok: bool) -> None:
        """Count what was answered. Probes are no work: they come all the time and would make few errors of many."""
        if route is None or not route.probe:
            name = f"http {route.path}" if route is not None and route.access in _NAMED else f"http {OTHER}"
            self._house.meter.count(name, seconds, ok, timed=route is not None and not route.waits)

    async def _answer(
        self, route: Route | None, request: BaseRequest, facts: RequestFacts, peer: Peer
    ) -> StreamResponse:
        """Authentication, then the form of the body, then the path, in this order for every request that writes."""
        if facts.method not in READING | WRITING:
            return answers.text(405, "Method Not Allowed", close=True)
        path = facts.target.partition("?")[0]
        if wait := self._house.rates.take(keys_of("", peer.key, local=peer.local, connection=LOOPBACK)):
            return self._refuse(route, facts, Denial(429, "Too Many Requests", "asks too often", wait))
        if denial := await self._denied(route, facts, peer):
            return self._refuse(route, facts, denial)
        if route is None:
            return answers.text(404, "Not Found", close=facts.method in WRITING)
        if facts.method not in route.methods:
            allowed = {"Allow": ", ".join(sorted(route.methods))}
            return answers.text(405, "Method Not Allowed", close=True, headers=allowed)
        ask = Ask(request, facts, peer, path[len(route.path) :])
        if route.access is Access.PUBLIC:
            return await self._in_time(route, ask)
        return await self._as_known(route, ask)

    def _refuse(self, route: Route | None, facts: RequestFacts, denial: Denial) -> Response:
        """The answer in the route's own words, and a line in the log for the owner."""
        self._house.refusals.note(_log, "refused %s %s: %s", facts.method, loggable(facts.target), denial.reason)
        if denial.status == 401 or denial.reason.startswith(LOCKED):
            self._house.refusals.keep("login", facts.address, f"{loggable(facts.target)}: {denial.reason}")
        return refused(denial) if route is None else route.refuse(denial)

    async def _as_known(self, route: Route, ask: Ask) -> StreamResponse:
        """Answer somebody who has shown who it is, and who may therefore take longer than others."""
        # Hooks and the canvas are given away: whoever was given them is not the owner.
        if not self._house.capacity.enter(owner_here=ask.peer.local and route.access is Access.OWNER):
            denial = Denial(503, "Service Unavailable: too many clients are connected", "too many clients", RETRY_S)
            return self._refuse(route, ask.facts, denial)
        line = ask.line
        if line is not None:
            line.trust()
        try:
            return await self._in_time(route, ask)
        finally:
            self._house.capacity.leave()
            if line is not None:
                line.trust_no_more()

    async def _in_time(self, route: Route, ask: Ask) -> StreamResponse:
        """The handler's answer, or that it took too long."""
        limit = self._house.limits().request or None
        body = await self._body(route, ask, limit)
        if isinstance(body, Denial):
            return self._refuse(route, ask.facts, body)
        try:
            async with asyncio.timeout(None if route.waits else limit) as time:
                return await route.handler(replace(ask, body=body))
        except TimeoutError:
            if not time.expired() or ask.request.writer.output_size > 0:
                raise
            why = f"took longer than {limit:g} s"
            return self._refuse(route, ask.facts, Denial(503, f"Service Unavailable: it {why}", why, 1))

    @staticmethod
    async def _body(route: Route, ask: Ask, seconds: float | None) -> bytes | Denial:
        """The body, b"" for a request that only reads; nobody may take all day to send it."""
        if ask.facts.method not in WRITING:
            return b""
        try:
            async with asyncio.timeout(seconds):
                body = await read_body(ask.request, route.body)
        except TimeoutError:
            return Denial(408, "Request Timeout", f"the body did not come within {seconds:g} s")
        return Denial(413, "Payload Too Large", f"the body is longer than {route.body} bytes") if body is None else body

    def _route(self, path: str) -> Route | None:
        """The route of exactly this path, else the one with the longest path above it."""
        best: Route | None = None
        for topic in self._topics:
            for row in topic.rows():
                if row.path == path:
                    return row
                above = row.under and path.startswith(row.path.rstrip("/") + "/")
                if above and (best is None or len(row.path) > len(best.path)):
                    best = row
        return best

    async def _denied(self, route: Route | None, facts: RequestFacts, peer: Peer) -> Denial | None:
        """Why the request is refused before its body is read. Whoever writes to no path at all must be the owner."""
        writes = facts.method in WRITING
        access = route.access if route is not None else Access.OWNER if writes else Access.PUBLIC
        if denial := await self._unproven(access, facts, peer):
            return denial
        types = route.types if route is not None else JSON
        if writes and facts.content_type not in types:
            wanted = " or ".join(sorted(types))
            return Denial(415, f"Unsupported Media Type: send {wanted}", f"content type {facts.content_type!r}")
        if writes and facts.content_encoding not in _PLAIN:
            text = "Unsupported Media Type: send it without Content-Encoding"
            return Denial(415, text, f"content encoding {facts.content_encoding!r}")
        return None

    async def _unproven(self, access: Access, facts: RequestFacts, peer: Peer) -> Denial | None:
        if access is Access.OWNER:
            return await self._gate.authorize(facts, peer)
        if access is Access.HOOK:
            return self._gate.hook(facts, peer)
        if access is Access.CANVAS and not self._gate.opens_canvas(facts):
            return Denial(404, "Not Found", "not the path of the canvas")
        return None


async def read_body(request: BaseRequest, limit: int) -> bytes | None:
    """The whole body; None when it is longer than `limit` bytes, before it is read where its length is told."""
    if request.content_length is not None and request.content_length > limit:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)
