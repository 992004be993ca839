"""What collectors are told, decoded with the official protocol."""

from __future__ import annotations

import logging

import pytest
from collector import facts
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality, Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.otel_form import Line, Sender, logs_request, metrics_request, trace_id, traces_request
from clawd_desktop.operations.trace_tree import Mark, Trace

SENDER = Sender("clawd-desktop", "1.2.3", "abc")
USAGE: JsonObject = {"input": 10, "output": 5, "cacheRead": 100, "cacheWrite": 2, "cost": 0.25}


def turn() -> Trace:
    marks = (
        Mark(0.0, "queued"),
        Mark(0.1, "started"),
        Mark(0.2, "prompted", {"tokens": 900, "seconds": 0.05}),
        Mark(0.2, "asked", {"provider": "openai", "model": "gpt-5"}),
        Mark(0.3, "spoke"),
        Mark(1.0, "answered", {"usage": USAGE, "firstTokenS": 0.1}),
        Mark(1.0, "tool", {"callId": "c1", "name": "web_fetch"}),
        Mark(1.5, "result", {"callId": "c1", "name": "web_fetch", "error": "The tool failed."}),
        Mark(2.0, "finished", {"provider": "openai", "model": "gpt-5"}),
    )
    return Trace("run-1", "agent:main:main", "session-1", 1_760_000_000_000, marks)


def spans(*traces: Trace) -> list[Span]:
    (resource,) = ExportTraceServiceRequest.FromString(traces_request(SENDER, traces)).resource_spans
    assert facts(resource.resource.attributes) == {
        "service.name": "clawd-desktop", "service.version": "1.2.3", "service.instance.id": "abc",
    }  # fmt: skip
    return list(resource.scope_spans[0].spans)


def test_a_run_is_a_tree_with_the_words_of_the_conventions() -> None:
    found = {span.name: span for span in spans(turn())}
    root, chat, tool = found["invoke_agent main"], found["chat gpt-5"], found["execute_tool web_fetch"]
    assert root.parent_span_id == b""
    assert chat.parent_span_id == tool.parent_span_id == root.span_id
    assert found["first token"].parent_span_id == chat.span_id
    assert {span.trace_id for span in found.values()} == {trace_id("run-1")}
    assert len({span.span_id for span in found.values()}) == len(found)
    told = facts(chat.attributes)
    assert told["gen_ai.operation.name"] == "chat"
    assert (told["gen_ai.system"], told["gen_ai.provider.name"], told["gen_ai.request.model"]) == (
        "openai", "openai", "gpt-5",
    )  # fmt: skip
    assert (told["gen_ai.usage.input_tokens"], told["gen_ai.usage.output_tokens"]) == (112, 5)
    assert told["clawd.cost.usd"] == 0.25
    assert chat.kind == Span.SpanKind.SPAN_KIND_CLIENT
    assert chat.end_time_unix_nano - chat.start_time_unix_nano == pytest.approx(0.8e9)
    whole = facts(root.attributes)
    assert whole["gen_ai.conversation.id"] == "session-1"
    assert whole["gen_ai.usage.input_tokens"] == 112
    assert root.start_time_unix_nano == 1_760_000_000_000 * 10**6
    assert tool.status.code == Status.StatusCode.STATUS_CODE_ERROR
    assert tool.status.message == "The tool failed."
    assert facts(tool.attributes)["gen_ai.tool.name"] == "web_fetch"
    assert chat.status.code == Status.StatusCode.STATUS_CODE_UNSET


def test_the_same_run_has_the_same_ids_and_another_has_others() -> None:
    one, two = spans(turn()), spans(turn())
    assert [span.span_id for span in one] == [span.span_id for span in two]
    assert trace_id("run-1") != trace_id("run-2")
    assert len(trace_id("\ud800")) == 16


def metrics(values: dict[str, float]) -> dict[str, Metric]:
    told = ExportMetricsServiceRequest.FromString(metrics_request(SENDER, values, 5, 9))
    return {each.name: each for each in told.resource_metrics[0].scope_metrics[0].metrics}


def test_counters_are_sums_since_the_start_and_others_gauges() -> None:
    found = metrics({"process.memory": 7.0, "model.tokens{p/a}": 10.0, "model.tokens{p/b}": 20.0})
    memory, tokens = found["clawd.process.memory"], found["clawd.model.tokens"]
    assert (memory.unit, memory.gauge.data_points[0].as_double) == ("By", 7.0)
    assert memory.gauge.data_points[0].time_unix_nano == 9
    assert tokens.sum.is_monotonic
    assert tokens.sum.aggregation_temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
    points = {str(facts(point.attributes)["model"]): point for point in tokens.sum.data_points}
    assert {name: point.as_double for name, point in points.items()} == {"p/a": 10.0, "p/b": 20.0}
    assert points["p/a"].start_time_unix_nano == 5
    assert tokens.unit == "{token}"


def test_lines_keep_level_time_and_subsystem() -> None:
    lines = [Line(7, logging.WARNING, "gateway", "it is late"), Line(8, 5, "agent", "detail")]
    told = ExportLogsServiceRequest.FromString(logs_request(SENDER, lines))
    first, second = told.resource_logs[0].scope_logs[0].log_records
    assert (first.severity_text, first.severity_number, first.time_unix_nano) == ("WARN", 13, 7)
    assert first.body.string_value == "it is late"
    assert facts(first.attributes) == {"log.subsystem": "gateway"}
    assert second.severity_text == "DEBUG"
