"""Gives the measurements to Prometheus, which asks for them with the gateway's password or token as bearer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp.web import Response

from clawd_desktop.config.schema import Config
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.routes import Ask, Route
from clawd_desktop.operations.metrics_desk import MetricsDesk

PATH = "/metrics"


class MetricsPaths:
    """GET /metrics, while monitoring.prometheus is on."""

    def __init__(self, config: Callable[[], Config], desk: MetricsDesk, version: str) -> None:
        self._config = config
        self._desk = desk
        self._version = version

    def rows(self) -> tuple[Route, ...]:
        """The one path."""
        return (Route(PATH, self._read),) if self._config().monitoring.prometheus else ()

    async def _read(self, ask: Ask) -> Response:
        meter, values = self._desk.meter, dict(self._desk.history.newest())
        names, buckets = meter.names(), meter.buckets()
        accept, version = ask.request.headers.get("Accept", ""), self._version

        def text() -> tuple[bytes, str]:
            from clawd_desktop.operations.exposition import Exposed, written  # loaded with the first question

            return written(Exposed(version, values, names, buckets), accept)

        # In a thread: two thousand series take some milliseconds.
        data, kind = await asyncio.to_thread(text)
        return answers.raw(200, data, kind)
