"""Answers plain HTTP after the gate has admitted a request: the table of paths, and what each one asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from aiohttp.web import BaseRequest, Response, StreamResponse

from clawd_desktop.gateway.gate import Denial, Gate, Peer, RequestFacts
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.protocol import GatewayProtocol

READING = frozenset({"GET", "HEAD"})
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
POST = frozenset({"POST"})
JSON = frozenset({"application/json"})
_PLAIN = frozenset({"", "identity"})


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


Handler = Callable[[Ask], Awaitable[StreamResponse]]
Refuse = Callable[[Denial], Response]


def refused(denial: Denial) -> Response:
    """The answer to a request that was not let through; the connection ends with it."""
    if denial.status == 401:
        return answers.unauthorized()
    return answers.text(denial.status, denial.text, close=True, headers=answers.later(denial.wait))


@dataclass(frozen=True, slots=True)
class Route:
    """One path, and with `under` also all paths below it.

    `methods` are those that it answers, `types` the media types of bodies that it takes, `body` the most bytes;
    `refuse` words what is refused before the handler is asked.
    """

    path: str
    handler: Handler
    methods: frozenset[str] = READING
    access: Access = Access.OWNER
    under: bool = False
    types: frozenset[str] = JSON
    body: int = 0
    refuse: Refuse = refused


class Paths(Protocol):
    """Paths that belong together."""

    def rows(self) -> tuple[Route, ...]:
        """Their routes; asked again for each request, so that a changed configuration counts at once."""


class Routes:
    """All paths of the gateway that are not sockets. A body must have come within `seconds`."""

    def __init__(self, gate: Gate, topics: Iterable[Paths], seconds: float = 30.0) -> None:
        self._gate = gate
        self._topics = tuple(topics)
        self._seconds = seconds

    async def answer(self, request: BaseRequest, facts: RequestFacts, peer: Peer) -> StreamResponse:
        """Authentication, then the form of the body, then the path, in this order for every request that writes."""
        if facts.method not in READING | WRITING:
            return answers.text(405, "Method Not Allowed", close=True)
        path = facts.target.partition("?")[0]
        route = self._route(path)
        refuse = route.refuse if route is not None else refused
        if denial := self._denied(route, facts, peer):
            return refuse(denial)
        if route is None:
            return answers.text(404, "Not Found", close=facts.method in WRITING)
        ask = Ask(request, facts, peer, path[len(route.path) :])
        if route.access is not Access.PUBLIC and ask.line is not None:
            ask.line.trust()
        if facts.method not in route.methods:
            allowed = {"Allow": ", ".join(sorted(route.methods))}
            return answers.text(405, "Method Not Allowed", close=True, headers=allowed)
        if facts.method not in WRITING:
            return await route.handler(ask)
        body = await self._body(request, route.body)
        if isinstance(body, Denial):
            return refuse(body)
        return await route.handler(Ask(request, facts, peer, ask.rest, body))

    async def _body(self, request: BaseRequest, limit: int) -> bytes | Denial:
        try:
            async with asyncio.timeout(self._seconds):
                body = await read_body(request, limit)
        except TimeoutError:
            return Denial(408, "Request Timeout", f"the body did not come within {self._seconds:.0f} s")
        return Denial(413, "Payload Too Large", f"the body is longer than {limit} bytes") if body is None else body

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

    def _denied(self, route: Route | None, facts: RequestFacts, peer: Peer) -> Denial | None:
        """Why the request is refused before its body is read. Whoever writes to no path at all must be the owner."""
        writes = facts.method in WRITING
        access = route.access if route is not None else Access.OWNER if writes else Access.PUBLIC
        if denial := self._unproven(access, facts, peer):
            return denial
        types = route.types if route is not None else JSON
        if writes and facts.content_type not in types:
            return Denial(415, "Unsupported Media Type", f"content type {facts.content_type!r}")
        if writes and facts.content_encoding not in _PLAIN:
            return Denial(415, "Unsupported Media Type", f"content encoding {facts.content_encoding!r}")
        return None

    def _unproven(self, access: Access, facts: RequestFacts, peer: Peer) -> Denial | None:
        if access is Access.OWNER:
            return self._gate.bearer(facts, peer)
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
