"""A real HTTP server that takes what OpenTelemetry collectors take and decodes it with the official protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector:
    """What has come; `status` is what it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.posts = 0
        self.headers: list[dict[str, str]] = []
        self.services: list[dict[str, object]] = []
        self.spans: list[Span] = []
        self.metrics: dict[str, Metric] = {}
        self.lines: list[LogRecord] = []

    async def traces(self, request: web.Request) -> web.Response:
        told = ExportTraceServiceRequest.FromString(await self._body(request))
        if self.status == 200:
            for resource in told.resource_spans:
                self.services.append(facts(resource.resource.attributes))
                self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        return web.Response(status=self.status)

    async def measured(self, request: web.Request) -> web.Response:
        told = ExportMetricsServiceRequest.FromString(await self._body(request))
        if self.status == 200:
            for resource in told.resource_metrics:
                self.services.append(facts(resource.resource.attributes))
                self.metrics |= {each.name: each for scope in resource.scope_metrics for each in scope.metrics}
        return web.Response(status=self.status)

    async def logged(self, request: web.Request) -> web.Response:
        told = ExportLogsServiceRequest.FromString(await self._body(request))
        if self.status == 200:
            for resource in told.resource_logs:
                self.lines += [line for scope in resource.scope_logs for line in scope.log_records]
        return web.Response(status=self.status)

    async def _body(self, request: web.Request) -> bytes:
        assert request.headers["Content-Type"] == "application/x-protobuf"
        self.posts += 1
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        return await request.read()


def facts(attributes: list[KeyValue]) -> dict[str, object]:
    """Attributes as plain values."""
    return {each.key: getattr(each.value, str(each.value.WhichOneof("value"))) for each in attributes}


@asynccontextmanager
async def collector() -> AsyncIterator[Collector]:
    """One that listens."""
    made, app = Collector(), web.Application(client_max_size=32 * 2**20)
    app.router.add_post("/v1/traces", made.traces)
    app.router.add_post("/v1/metrics", made.measured)
    app.router.add_post("/v1/logs", made.logged)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()
