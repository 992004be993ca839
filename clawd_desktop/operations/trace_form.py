"""The forms of a trace: its file, what clients are told, and the Chrome trace format that Perfetto opens; pure."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson

from clawd_desktop.core.messages import Usage
from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text
from clawd_desktop.operations.trace_tree import Mark, Span, Sums, Trace, sums, tree
from clawd_desktop.storage.transcript_lines import encode as encode_line
from clawd_desktop.storage.transcript_lines import parse

VERSION = 1
_MICRO = 1_000_000
LATEST_MS = 32_503_680_000_000  # The year 3000.
LONGEST_S = 366 * 86_400.0


def encode(trace: Trace) -> bytes:
    """The trace as the bytes of its file."""
    return encode_line(
        {
            "version": VERSION,
            "runId": trace.run_id,
            "sessionKey": trace.session_key,
            "sessionId": trace.session_id,
            "startedMs": trace.started_ms,
            "cut": trace.cut,
            "marks": [[round(mark.at, 6), mark.kind, mark.facts] for mark in trace.marks],
        }
    )


def decode(data: bytes) -> Trace:
    """The trace in a file. Raises ValueError when it is none."""
    whole = as_object(parse(data))
    if whole.get("version") != VERSION:
        raise ValueError(f"it is no trace of version {VERSION}")
    run_id, key = as_text(whole.get("runId")), as_text(whole.get("sessionKey"))
    if not run_id or not key:
        raise ValueError("it names no run or no session")
    marks = tuple(_mark(row) for row in as_list(whole.get("marks")))
    cut, started_ms = whole.get("cut") is True, as_int(whole.get("startedMs"))
    if not 0 <= started_ms <= LATEST_MS:
        raise ValueError("it began at no possible time")
    trace = Trace(run_id, key, as_text(whole.get("sessionId")), started_ms, marks, cut)
    try:
        # One number that no client can be told would take the whole list away from all of them.
        orjson.dumps([whole, performance(sums(trace))])
    except orjson.JSONEncodeError as error:
        raise ValueError(f"what is in it cannot be told: {error}") from error
    return trace


def _mark(row: JsonValue) -> Mark:
    match row:
        case [at, str(kind), dict(facts)] if 0 <= as_float(at) <= LONGEST_S:
            return Mark(as_float(at), kind, facts)
    raise ValueError("a mark in it is none")


def iso(ms: float) -> str:
    """Milliseconds since the epoch as an ISO time."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def result(trace: Trace) -> JsonObject:
    """The trace as clients are told: sessionId, runId, startTime, events, performance (milliseconds), and the spans."""
    added, root = sums(trace), tree(trace)
    return {
        "sessionId": trace.session_id or trace.session_key,
        "sessionKey": trace.session_key,
        "runId": trace.run_id,
        "startTime": iso(trace.started_ms),
        "state": added.state,
        **({"error": added.error} if added.error else {}),
        "cut": trace.cut,
        "events": [
            {"timestamp": iso(trace.started_ms + mark.at * 1000), "type": mark.kind, "data": mark.facts}
            for mark in trace.marks
        ],
        "performance": performance(added),
        "spans": span_rows(root),
    }


def performance(added: Sums) -> JsonObject:
    """What a run took, in milliseconds, and used; `firstToken` is absent when nothing was said."""
    return {
        "totalDuration": _ms(added.total_s),
        "waitTime": _ms(added.wait_s),
        "modelCallTime": _ms(added.model_s),
        "toolExecutionTime": _ms(added.tool_s),
        **({} if added.first_token_s is None else {"firstToken": _ms(added.first_token_s)}),
        "modelCalls": added.calls,
        "toolCalls": added.tools,
        "failovers": added.failovers,
        "tokenUsage": usage_form(added.usage),
    }


def usage_form(usage: Usage) -> JsonObject:
    """Tokens and US dollars."""
    return {
        "input": usage.input,
        "output": usage.output,
        "cacheRead": usage.cache_read,
        "cacheWrite": usage.cache_write,
        "total": usage.total,
        "cost": usage.cost,
    }


def span_rows(root: Span) -> list[JsonValue]:
    """The tree as a flat list in the order of beginning, each with its depth; times in milliseconds."""
    return [
        {
            "depth": depth,
            "name": span.name,
            "start": _ms(span.start),
            "duration": _ms(span.seconds),
            "facts": span.facts,
            **({"error": span.error} if span.error else {}),
        }
        for depth, span in root.walk()
    ]


def chrome(trace: Trace) -> JsonObject:
    """The trace in Chrome's trace-event format: complete events ("X") of one thread, nested by their times.

    Source: Trace Event Format, https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
    """
    named: list[JsonValue] = [
        {"name": "process_name", "ph": "M", "pid": 1, "tid": 1, "args": {"name": f"session {trace.session_key}"}},
        {"name": "thread_name", "ph": "M", "pid": 1, "tid": 1, "args": {"name": f"run {trace.run_id}"}},
    ]
    return {
        "traceEvents": named + [_chrome_event(span) for _, span in tree(trace).walk()],
        "displayTimeUnit": "ms",
        "otherData": {"runId": trace.run_id, "sessionKey": trace.session_key, "startTime": iso(trace.started_ms)},
    }


def _chrome_event(span: Span) -> JsonObject:
    return {
        "name": title(span),
        "cat": span.name,
        "ph": "X",
        "ts": round(span.start * _MICRO),
        "dur": round(span.seconds * _MICRO),
        "pid": 1,
        "tid": 1,
        "args": {**span.facts, **({"error": span.error} if span.error else {})},
    }


def title(span: Span) -> str:
    """What a span is called where people read it."""
    facts = span.facts
    if span.name == "model":
        return f"model {as_text(facts.get('provider'))}/{as_text(facts.get('model'))}"
    if span.name == "tool":
        return f"tool {as_text(facts.get('name'))}"
    if span.name == "store":
        return f"store {as_text(facts.get('role'))}"
    return span.name


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
