"""The forms in which OpenTelemetry collectors take measurements, traces and log lines; loaded when there is one. Pure.

Source: OpenTelemetry Protocol 1.x (opentelemetry.proto), semantic conventions for generative AI.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs, SeverityNumber
from opentelemetry.proto.metrics.v1 import metrics_pb2 as m
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from clawd_desktop.core.values import JsonObject, as_float, as_int, as_object, as_text
from clawd_desktop.operations import trace_tree
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.series import split_key
from clawd_desktop.operations.trace_tree import Trace
from clawd_desktop.operations.units import Unit

SCOPE = "clawd-desktop"
_UNITS = {
    Unit.SHARE: "1", Unit.BYTES: "By", Unit.BYTES_PER_S: "By/s", Unit.SECONDS: "s", Unit.COUNT: "{count}",
    Unit.PER_S: "{count}/s", Unit.PER_MIN: "{count}/min", Unit.TOKENS: "{token}", Unit.DOLLARS: "USD",
}  # fmt: skip
_SEVERITIES = (
    (50, SeverityNumber.SEVERITY_NUMBER_FATAL, "FATAL"),
    (40, SeverityNumber.SEVERITY_NUMBER_ERROR, "ERROR"),
    (30, SeverityNumber.SEVERITY_NUMBER_WARN, "WARN"),
    (20, SeverityNumber.SEVERITY_NUMBER_INFO, "INFO"),
    (0, SeverityNumber.SEVERITY_NUMBER_DEBUG, "DEBUG"),
)
Attribute = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: what the service is called, its version, and what tells this start from others."""

    name: str
    version: str
    instance: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log; `at_ns` since the epoch, `level` as in the module logging."""

    at_ns: int
    level: int
    subsystem: str
    text: str


def metrics_request(sender: Sender, values: Mapping[str, float], started_ns: int, at_ns: int) -> bytes:
    """The values by series key: counters as sums since the start, all others as gauges."""
    by_name: dict[str, list[m.NumberDataPoint]] = {}
    for key, value in values.items():
        name, label = split_key(key)
        metric = BY_NAME[name]
        point = m.NumberDataPoint(
            attributes=_attributes({metric.label: label}) if metric.label else [],
            start_time_unix_nano=started_ns if metric.counter else 0,
            time_unix_nano=at_ns,
            as_double=value,
        )
        by_name.setdefault(name, []).append(point)
    scope = m.ScopeMetrics(scope=_scope(sender), metrics=[_metric(name, points) for name, points in by_name.items()])
    resource = m.ResourceMetrics(resource=_resource(sender), scope_metrics=[scope])
    return bytes(ExportMetricsServiceRequest(resource_metrics=[resource]).SerializeToString())


def _metric(name: str, points: Sequence[m.NumberDataPoint]) -> m.Metric:
    metric = BY_NAME[name]
    told = m.Metric(name=f"clawd.{name}", description=metric.help, unit=_UNITS[metric.unit])
    if metric.counter:
        cumulative = m.AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
        told.sum.CopyFrom(m.Sum(data_points=points, aggregation_temporality=cumulative, is_monotonic=True))
    else:
        told.gauge.CopyFrom(m.Gauge(data_points=points))
    return told


def traces_request(sender: Sender, traces: Iterable[Trace]) -> bytes:
    """Each run as a tree of spans; the same run has the same ids however often it is sent."""
    spans = [span for trace in traces for span in _spans(trace)]
    scope = ScopeSpans(scope=_scope(sender), spans=spans)
    resource = ResourceSpans(resource=_resource(sender), scope_spans=[scope])
    return bytes(ExportTraceServiceRequest(resource_spans=[resource]).SerializeToString())


def logs_request(sender: Sender, lines: Iterable[Line]) -> bytes:
    """Lines of the log."""
    scope = ScopeLogs(scope=_scope(sender), log_records=[_record(line) for line in lines])
    resource = ResourceLogs(resource=_resource(sender), scope_logs=[scope])
    return bytes(ExportLogsServiceRequest(resource_logs=[resource]).SerializeToString())


def trace_id(run_id: str) -> bytes:
    """Sixteen bytes that only this run has."""
    return hashlib.sha256(run_id.encode("utf-8", "surrogatepass")).digest()[:16]


def _spans(trace: Trace) -> list[Span]:
    told: list[Span] = []
    parents: list[bytes] = []
    for number, (depth, span) in enumerate(trace_tree.tree(trace).walk()):
        own = hashlib.sha256(trace_id(trace.run_id) + number.to_bytes(4, "big")).digest()[:8]
        del parents[depth:]
        name, attributes = _named(span, trace)
        begin = trace.started_ms * 1_000_000 + round(span.start * 1e9)
        told.append(
            Span(
                trace_id=trace_id(trace.run_id),
                span_id=own,
                parent_span_id=parents[-1] if parents else b"",
                name=name,
                kind=Span.SpanKind.SPAN_KIND_CLIENT if span.name == "model" else Span.SpanKind.SPAN_KIND_INTERNAL,
                start_time_unix_nano=begin,
                end_time_unix_nano=begin + round(span.seconds * 1e9),
                attributes=_attributes(attributes),
                status=_status(span),
            )
        )
        parents.append(own)
    return told


def _status(span: trace_tree.Span) -> Status:
    return Status(code=Status.StatusCode.STATUS_CODE_ERROR, message=span.error) if span.error else Status()


def _named(span: trace_tree.Span, trace: Trace) -> tuple[str, dict[str, Attribute]]:
    """Name and attributes of a span, in the words of the conventions where they have some."""
    facts = span.facts
    match span.name:
        case "run":
            agent = trace.session_key.split(":")[1] if trace.session_key.startswith("agent:") else ""
            return f"invoke_agent {agent}".strip(), _kept({
                "gen_ai.operation.name": "invoke_agent",
                "gen_ai.agent.name": agent,
                "gen_ai.conversation.id": trace.session_id or trace.session_key,
                "clawd.run.id": trace.run_id,
                "clawd.session.key": trace.session_key,
                **_model(facts),
                **_usage(trace_tree.sums(trace)),
            })  # fmt: skip
        case "model":
            return f"chat {as_text(facts.get('model'))}".strip(), _kept({
                "gen_ai.operation.name": "chat",
                **_model(facts),
                **_tokens(as_object(facts.get("usage"))),
                "gen_ai.response.time_to_first_chunk": as_float(facts.get("firstTokenS")),
                "clawd.model.reason": as_text(facts.get("reason")),
            })  # fmt: skip
        case "tool":
            return f"execute_tool {as_text(facts.get('name'))}".strip(), _kept({
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": as_text(facts.get("name")),
                "gen_ai.tool.call.id": as_text(facts.get("callId")),
            })  # fmt: skip
        case "prompt":
            return "prompt", {"clawd.prompt.tokens": as_int(facts.get("tokens"))}
    return span.name, {}


def _model(facts: JsonObject) -> dict[str, Attribute]:
    provider, model = as_text(facts.get("provider")), as_text(facts.get("model"))
    # The conventions renamed the first to the second; collectors of both ages are served.
    return {"gen_ai.system": provider, "gen_ai.provider.name": provider, "gen_ai.request.model": model}


def _tokens(usage: JsonObject) -> dict[str, Attribute]:
    read = sum(as_int(usage.get(kind)) for kind in ("input", "cacheRead", "cacheWrite"))
    return {
        "gen_ai.usage.input_tokens": read,
        "gen_ai.usage.output_tokens": as_int(usage.get("output")),
        "gen_ai.usage.cache_read.input_tokens": as_int(usage.get("cacheRead")),
        "clawd.cost.usd": as_float(usage.get("cost")),
    }


def _usage(sums: trace_tree.Sums) -> dict[str, Attribute]:
    used = sums.usage
    return {
        "gen_ai.usage.input_tokens": used.total - used.output,
        "gen_ai.usage.output_tokens": used.output,
        "clawd.cost.usd": used.cost,
    }


def _kept(attributes: Mapping[str, Attribute]) -> dict[str, Attribute]:
    """Without those that say nothing."""
    return {name: value for name, value in attributes.items() if value != ""}


def _record(line: Line) -> LogRecord:
    _, number, word = next(row for row in _SEVERITIES if line.level >= row[0])
    return LogRecord(
        time_unix_nano=line.at_ns,
        severity_number=number,
        severity_text=word,
        body=AnyValue(string_value=line.text),
        attributes=_attributes({"log.subsystem": line.subsystem}),
    )


def _scope(sender: Sender) -> InstrumentationScope:
    return InstrumentationScope(name=SCOPE, version=sender.version)


def _resource(sender: Sender) -> Resource:
    facts = {"service.name": sender.name, "service.version": sender.version, "service.instance.id": sender.instance}
    return Resource(attributes=_attributes(facts))


def _attributes(facts: Mapping[str, Attribute]) -> list[KeyValue]:
    return [KeyValue(key=key, value=_any(value)) for key, value in facts.items()]


def _any(value: Attribute) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
    return AnyValue(string_value=value)
