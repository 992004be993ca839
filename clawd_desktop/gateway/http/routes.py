"""Answers plain HTTP after the gate has admitted a request: the table of paths, and what each one asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from aiohttp.web import BaseRequest, Response

from clawd_desktop.gateway.gate import Denial, Gate, Peer, RequestFacts
from clawd_desktop.gateway.http import answers

_READING = frozenset({"GET", "HEAD"})
_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Route:
    """One path. `methods` are those that it answers; what is not `public` needs the shared secret as bearer."""

    path: str
    handler: Callable[[BaseRequest], Awaitable[Response]]
    methods: frozenset[str] = _READING
    public: bool = False


class Routes:
    """All paths of the gateway that are not sockets."""

    def __init__(self, gate: Gate, rows: Iterable[Route]) -> None:
        self._gate = gate
        self._routes: Mapping[str, Route] = {row.path: row for row in rows}

    async def answer(self, request: BaseRequest, facts: RequestFacts, peer: Peer) -> Response:
        """Authentication, then the form of the body, then the path, in this order for every request that writes."""
        if facts.method not in _READING | _WRITING:
            return answers.text(405, "Method Not Allowed", close=True)
        route = self._routes.get(facts.target.partition("?")[0])
        if facts.method in _WRITING or (route is not None and not route.public):
            denial = self._gate.bearer(facts, peer)
            if denial is not None:
                return refused(denial)
            if facts.method in _WRITING and facts.content_type != "application/json":
                return answers.text(415, "Unsupported Media Type", close=True)
        if route is None:
            return answers.text(404, "Not Found", close=facts.method in _WRITING)
        if facts.method not in route.methods:
            allowed = {"Allow": ", ".join(sorted(route.methods))}
            return answers.text(405, "Method Not Allowed", close=True, headers=allowed)
        return await route.handler(request)


def refused(denial: Denial) -> Response:
    """The answer to a request that the gate did not let through; the connection ends with it."""
    if denial.status == 401:
        return answers.unauthorized()
    return answers.text(denial.status, denial.text, close=True)
