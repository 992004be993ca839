"""Anthropic messages: requests with cache breakpoints, recorded streams as our events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.core.messages import Image, Message, Text, Thinking, ToolCall, ToolSpec, Usage, user_message
from clawd_desktop.core.ports import ModelDone, ModelEvent, ModelRequest, TextDelta, ThinkingDelta, ToolCallReady
from clawd_desktop.models.anthropic_messages import MessagesDecoder, build
from clawd_desktop.models.protocol import Endpoint
from clawd_desktop.models.sse import SseParser

MakeEndpoint = Callable[..., Endpoint]


def sse(name: str, **data: object) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps({"type": name} | data) + b"\n\n"


def delta(index: int, kind: str, **fields: str) -> bytes:
    return sse("content_block_delta", index=index, delta={"type": kind} | fields)


START = sse(
    "message_start",
    message={
        "id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "claude-opus-4-5",
        "usage": {
            "input_tokens": 25, "cache_creation_input_tokens": 7, "cache_read_input_tokens": 1000, "output_tokens": 1,
        },
    },
)  # fmt: skip


def ended(reason: str, output: int = 15) -> bytes:
    return sse(
        "message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage={"output_tokens": output}
    ) + sse("message_stop")


THOUGHTFUL = (
    START
    + sse("content_block_start", index=0, content_block={"type": "thinking", "thinking": "", "signature": ""})
    + b'event: ping\ndata: {"type": "ping"}\n\n'
    + delta(0, "thinking_delta", thinking="Let me ")
    + delta(0, "thinking_delta", thinking="see")
    + delta(0, "signature_delta", signature="EqQBCgIYAhIM")
    + sse("content_block_stop", index=0)
    + sse("content_block_start", index=1, content_block={"type": "redacted_thinking", "data": "Emw"})
    + sse("content_block_stop", index=1)
    + sse("content_block_start", index=2, content_block={"type": "text", "text": ""})
    + delta(2, "text_delta", text="4 — 四")
    + sse("content_block_stop", index=2)
    + sse(
        "content_block_start", index=3, content_block={"type": "tool_use", "id": "toolu_1", "name": "read", "input": {}}
    )
    + delta(3, "input_json_delta", partial_json="")
    + delta(3, "input_json_delta", partial_json='{"path": "a')
    + delta(3, "input_json_delta", partial_json='.txt"}')
    + sse("content_block_stop", index=3)
    + ended("tool_use")
)
EVENTS = [
    ThinkingDelta("Let me "),
    ThinkingDelta("see"),
    ThinkingDelta("", "EqQBCgIYAhIM"),
    ThinkingDelta("", "redacted:Emw"),
    TextDelta("4 — 四"),
    ToolCallReady(ToolCall("toolu_1", "read", {"path": "a.txt"})),
]


def decode(stream: bytes, endpoint: Endpoint, request: ModelRequest, size: int = 10**9) -> list[ModelEvent]:
    parser, decoder = SseParser(), MessagesDecoder(request, endpoint)
    pieces = (stream[at : at + size] for at in range(0, len(stream), size))
    events = [made for piece in pieces for event in parser.feed(piece) for made in decoder.feed(event)]
    done = decoder.finish()
    return [*events, *([done] if done else [])]


@pytest.mark.parametrize("size", [1, 2, 11, 10**9])
def test_reasoning_text_and_tools(size: int, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    *events, done = decode(THOUGHTFUL, endpoint("anthropic"), question, size)
    assert events == EVENTS
    assert done == ModelDone("toolUse", Usage(25, 15, 1000, 7, pytest.approx((25 + 30 + 100 + 8.75) / 1e6)))


@pytest.mark.parametrize("cut", range(0, len(THOUGHTFUL), 17))
def test_any_cut_keeps_what_was_said(cut: int, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    events = decode(THOUGHTFUL[:cut], endpoint("anthropic"), question)
    said = [event for event in events if not isinstance(event, ModelDone)]
    assert said == EVENTS[: len(said)]


@pytest.mark.parametrize(
    ("reason", "stop"),
    [("end_turn", "stop"), ("stop_sequence", "stop"), ("max_tokens", "length"), ("pause_turn", "stop"),
     ("model_context_window_exceeded", "length")],
)  # fmt: skip
def test_stop_reasons(reason: str, stop: str, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    done = decode(START + ended(reason), endpoint("anthropic"), question)[-1]
    assert isinstance(done, ModelDone)
    assert done.stop_reason == stop


def test_arguments_that_hit_the_limit_are_dropped(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    block = {"type": "tool_use", "id": "t", "name": "read", "input": {}}
    opened = sse("content_block_start", index=0, content_block=block) + delta(0, "input_json_delta", partial_json='{"p')
    stream = START + opened + sse("content_block_stop", index=0)
    assert len(decode(stream + ended("max_tokens"), endpoint("anthropic"), question)) == 1
    with pytest.raises(ModelFault):
        decode(stream + ended("tool_use"), endpoint("anthropic"), question)


@pytest.mark.parametrize(
    ("stream", "kind"),
    [
        (sse("error", error={"type": "overloaded_error", "message": "Overloaded"}), ModelFaultKind.OVERLOADED),
        (sse("error", error={"type": "api_error", "message": "Internal server error"}), ModelFaultKind.OVERLOADED),
        (sse("error", error={"type": "rate_limit_error", "message": "slow down"}), ModelFaultKind.RATE_LIMITED),
        (START + ended("refusal"), ModelFaultKind.FILTERED),
        (b"event: message_start\ndata: {\n\n", ModelFaultKind.BAD_ANSWER),
    ],
)
def test_streams_that_end_as_faults(
    stream: bytes, kind: ModelFaultKind, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    with pytest.raises(ModelFault) as caught:
        decode(stream, endpoint("anthropic"), question)
    assert caught.value.kind is kind


def test_a_request_with_cache_breakpoints(endpoint: MakeEndpoint, canary: str) -> None:
    cache = {"type": "ephemeral"}
    request = ModelRequest(
        "You are Clawd.",
        (
            user_message("one", now_ms=1),
            Message("assistant", (Text("two"),), 2),
            user_message("three", now_ms=3),
            Message("assistant", (Text("four"),), 4),
            user_message("five", now_ms=5, images=(Image("QUJD", "image/png"),)),
        ),
        (ToolSpec("a", "A", {"type": "object"}), ToolSpec("b", "B")),
    )
    outgoing = build(request, endpoint("anthropic", max_tokens=64_000))
    body = orjson.loads(orjson.dumps(outgoing.body))
    assert outgoing.url == "https://api.anthropic.com/v1/messages"
    assert outgoing.headers == {"anthropic-version": "2023-06-01", "x-api-key": canary}
    assert body["system"] == [{"type": "text", "text": "You are Clawd.", "cache_control": cache}]
    assert [tool.get("cache_control") for tool in body["tools"]] == [None, cache]
    assert [turn["content"][-1].get("cache_control") for turn in body["messages"]] == [None, None, cache, None, cache]
    assert body["messages"][4]["content"][1]["source"] == {
        "type": "base64", "media_type": "image/png", "data": "QUJD"
    }  # fmt: skip
    assert body["max_tokens"] == 64_000
    assert orjson.dumps(outgoing.body).count(b"cache_control") == 4


def test_reasoning_and_results_go_back(endpoint: MakeEndpoint) -> None:
    parts = (Thinking("hm", "sig"), Thinking("", "redacted:Emw"), Thinking("lost"), ToolCall("x:1", "read", {"p": 1}))
    request = ModelRequest(
        "",
        (
            Message("assistant", (Text("greeting"),), 0),
            user_message("go", now_ms=1),
            Message("assistant", parts, 2, provider="anthropic", model="some-model"),
            Message("toolResult", (Text("no"),), 3, tool_call_id="x:1", tool_name="read", is_error=True),
            user_message("and?", now_ms=4),
        ),
    )
    go, asked, told = orjson.loads(orjson.dumps(build(request, endpoint("anthropic")).body["messages"]))
    assert go["role"] == "user"
    assert asked["content"] == [
        {"type": "thinking", "thinking": "hm", "signature": "sig"},
        {"type": "redacted_thinking", "data": "Emw"},
        {"type": "tool_use", "id": "x_1", "name": "read", "input": {"p": 1}},
    ]
    result = {
        "type": "tool_result",
        "tool_use_id": "x_1",
        "content": [{"type": "text", "text": "no"}],
        "is_error": True,
    }
    assert told["content"] == [result, {"type": "text", "text": "and?", "cache_control": {"type": "ephemeral"}}]


@pytest.mark.parametrize(
    ("model", "level", "longest", "thinking"),
    [
        ("claude-opus-4-5", "medium", 64_000, {"type": "enabled", "budget_tokens": 10_240}),
        ("claude-opus-4-5-20251101", "high", 8_192, {"type": "enabled", "budget_tokens": 4_096}),
        ("claude-3-7-sonnet-latest", "minimal", 4_096, {"type": "enabled", "budget_tokens": 1_024}),
        ("claude-opus-4-6", "high", 64_000, {"type": "adaptive"}),
        ("claude-sonnet-5", "low", 64_000, {"type": "adaptive"}),
        ("claude-sonnet-4-20250514", "low", 64_000, {"type": "enabled", "budget_tokens": 4_096}),
        ("claude-opus-4-5", "off", 64_000, None),
    ],
)
def test_levels_of_thinking(
    model: str, level: str, longest: int, thinking: dict | None, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    where = endpoint("anthropic", model=model, reasoning=True, max_tokens=longest)
    body = build(replace(question, thinking=level), where).body
    assert body.get("thinking") == thinking
    assert body["max_tokens"] >= (thinking or {}).get("budget_tokens", 0) + 1_024


@pytest.mark.parametrize(
    ("key", "bearer", "header"),
    [
        ("sk-ant-oat01-x", False, "Authorization"),
        ("token", True, "Authorization"),
        ("sk-ant-api03-x", False, "x-api-key"),
    ],
)
def test_kinds_of_keys(key: str, bearer: bool, header: str, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    assert key in build(question, replace(endpoint("anthropic"), key=key, bearer=bearer)).headers[header]


def test_a_base_url_may_end_with_its_version(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    assert build(question, endpoint("anthropic", url="http://h/v1/")).url == "http://h/v1/messages"
