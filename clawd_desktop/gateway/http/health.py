"""Says to process supervisors whether the gateway lives and whether it is ready; nothing secret is in the answers."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp.web import Response

from clawd_desktop.gateway.http.answers import as_json
from clawd_desktop.gateway.http.routes import Access, Ask, Route


class HealthPaths:
    """`/healthz` and `/readyz`; `reasons` says why the gateway is not ready, empty when it is."""

    def __init__(self, reasons: Callable[[], tuple[str, ...]]) -> None:
        self._reasons = reasons

    def rows(self) -> tuple[Route, ...]:
        """The two paths, open to everybody on this computer."""
        return (
            Route("/healthz", self._alive, access=Access.PUBLIC, probe=True),
            Route("/readyz", self._ready, access=Access.PUBLIC, probe=True),
        )

    async def _alive(self, ask: Ask) -> Response:
        return as_json(200, {"ok": True})

    async def _ready(self, ask: Ask) -> Response:
        reasons = self._reasons()
        return as_json(503 if reasons else 200, {"ready": not reasons, "reasons": list(reasons)})
