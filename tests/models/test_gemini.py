"""Gemini: requests with the key in a header, recorded streams as our events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.core.messages import Image, Message, Text, Thinking, ToolCall, ToolSpec, Usage, user_message
from clawd_desktop.core.ports import ModelDone, ModelEvent, ModelRequest, TextDelta, ThinkingDelta, ToolCallReady
from clawd_desktop.models.gemini import GeminiDecoder, build
from clawd_desktop.models.protocol import Endpoint
from clawd_desktop.models.sse import SseParser

MakeEndpoint = Callable[..., Endpoint]


def sse(*parts: dict, finish: str = "", usage: dict | None = None, **more: object) -> bytes:
    candidate: dict = {"content": {"parts": list(parts), "role": "model"}, "index": 0}
    candidate |= {"finishReason": finish} if finish else {}
    wire = {"candidates": [candidate], "modelVersion": "gemini-2.5-flash", "responseId": "r1"} | more
    return b"data: " + orjson.dumps(wire | ({"usageMetadata": usage} if usage else {})) + b"\r\n\r\n"


USAGE = {
    "promptTokenCount": 100, "cachedContentTokenCount": 60, "candidatesTokenCount": 8, "thoughtsTokenCount": 20,
    "totalTokenCount": 128,
}  # fmt: skip
CALL = {"name": "read", "args": {"path": "a.txt"}}
STREAM = (
    sse({"text": "**Adding**", "thought": True})
    + sse({"text": "4 "}, usage={"promptTokenCount": 100, "totalTokenCount": 100})
    + sse({"text": "— 四"})
    + sse({"functionCall": CALL, "thoughtSignature": "CtcB"}, finish="STOP", usage=USAGE)
)


def decode(stream: bytes, endpoint: Endpoint, request: ModelRequest, size: int = 10**9) -> list[ModelEvent]:
    parser, decoder = SseParser(), GeminiDecoder(request, endpoint)
    pieces = (stream[at : at + size] for at in range(0, len(stream), size))
    events = [made for piece in pieces for event in parser.feed(piece) for made in decoder.feed(event)]
    done = decoder.finish()
    return [*events, *([done] if done else [])]


@pytest.mark.parametrize("size", [1, 3, 10**9])
def test_thoughts_text_and_calls(size: int, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    events = decode(STREAM, endpoint("google"), question, size)
    assert events[:4] == [ThinkingDelta("**Adding**"), TextDelta("4 "), TextDelta("— 四"), ThinkingDelta("", "CtcB")]
    assert isinstance(events[4], ToolCallReady)
    assert (events[4].call.name, events[4].call.arguments) == ("read", {"path": "a.txt"})
    assert events[5] == ModelDone("toolUse", Usage(40, 28, 60, 0, pytest.approx(102e-6)))


def test_a_cut_stream_has_no_end(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    assert decode(sse({"text": "Hal"}), endpoint("google"), question) == [TextDelta("Hal")]


@pytest.mark.parametrize(("finish", "stop"), [("STOP", "stop"), ("MAX_TOKENS", "length")])
def test_stop_reasons(finish: str, stop: str, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    done = decode(sse({"text": "x"}, finish=finish), endpoint("google"), question)[-1]
    assert isinstance(done, ModelDone)
    assert (done.stop_reason, done.usage.output) == (stop, 0)


@pytest.mark.parametrize(
    ("stream", "kind"),
    [
        (sse(finish="SAFETY"), ModelFaultKind.FILTERED),
        (sse(finish="RECITATION"), ModelFaultKind.FILTERED),
        (sse(finish="MALFORMED_FUNCTION_CALL"), ModelFaultKind.BAD_ANSWER),
        (b'data: {"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}\n\n', ModelFaultKind.FILTERED),
        (b'data: {"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}\n\n', ModelFaultKind.OVERLOADED),
        (b"data: [1]\n\n", ModelFaultKind.BAD_ANSWER),
    ],
)
def test_streams_that_end_as_faults(
    stream: bytes, kind: ModelFaultKind, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    with pytest.raises(ModelFault) as caught:
        decode(stream, endpoint("google"), question)
    assert caught.value.kind is kind


def test_a_request(endpoint: MakeEndpoint, canary: str) -> None:
    thought = (Thinking("", "CtcB"), ToolCall("c1", "read", {"path": "a"}), ToolCall("c2", "now", {}))
    request = ModelRequest(
        "You are Clawd.",
        (
            user_message("look", now_ms=1, images=(Image("QUJD", "image/png"),)),
            Message("assistant", thought, 2, provider="google", model="gemini-3-pro"),
            Message("toolResult", (Text("text"),), 3, tool_call_id="c1", tool_name="read"),
            Message("toolResult", (Text("bad"),), 3, tool_call_id="c2", tool_name="now", is_error=True),
        ),
        (ToolSpec("read", "Reads", {"type": "object"}), ToolSpec("now", "Time")),
        max_tokens=99,
    )
    outgoing = build(request, endpoint("google", model="gemini-3-pro"))
    body = orjson.loads(orjson.dumps(outgoing.body))
    base = "https://generativelanguage.googleapis.com/v1beta"
    assert outgoing.url == f"{base}/models/gemini-3-pro:streamGenerateContent?alt=sse"
    assert outgoing.headers == {"x-goog-api-key": canary}
    assert body["systemInstruction"] == {"parts": [{"text": "You are Clawd."}]}
    look, asked, told = body["contents"]
    assert look["parts"][1] == {"inlineData": {"mimeType": "image/png", "data": "QUJD"}}
    assert asked["role"] == "model"
    assert [part["thoughtSignature"] for part in asked["parts"]] == ["CtcB", "skip_thought_signature_validator"]
    assert [part["functionResponse"]["response"] for part in told["parts"]] == [{"output": "text"}, {"error": "bad"}]
    first, second = body["tools"][0]["functionDeclarations"]
    assert first["parametersJsonSchema"] == {"type": "object"}
    assert "parametersJsonSchema" not in second
    assert body["generationConfig"] == {"maxOutputTokens": 99}


@pytest.mark.parametrize(
    ("model", "level", "thinking"),
    [
        ("gemini-2.5-flash", "off", {"thinkingBudget": 0}),
        ("gemini-2.5-pro", "off", {"thinkingBudget": 128}),
        ("gemini-2.5-pro", "low", {"includeThoughts": True, "thinkingBudget": 4_096}),
        ("gemini-3-pro-preview", "xhigh", {"includeThoughts": True, "thinkingLevel": "high"}),
    ],
)
def test_levels_of_thinking(
    model: str, level: str, thinking: dict, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    body = build(replace(question, thinking=level), endpoint("google", model=model, reasoning=True)).body
    assert body["generationConfig"]["thinkingConfig"] == thinking


def test_a_bearer_key_goes_into_authorization(endpoint: MakeEndpoint, question: ModelRequest, canary: str) -> None:
    assert build(question, replace(endpoint("google"), bearer=True)).headers == {"Authorization": f"Bearer {canary}"}
