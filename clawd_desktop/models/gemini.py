"""Google Gemini: generateContent as a stream.

Source: ai.google.dev/api/generate-content, /gemini-api/docs/function-calling, /thinking and /thought-signatures.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from clawd_desktop.core.messages import Content, Image, Message, StopReason, Text, Thinking, ToolCall, ToolSpec, Usage
from clawd_desktop.core.ports import ModelDone, ModelEvent, ModelRequest, TextDelta, ThinkingDelta, ToolCallReady
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_object, as_text
from clawd_desktop.models.faults import from_report
from clawd_desktop.models.history import acceptable
from clawd_desktop.models.pricing import priced
from clawd_desktop.models.protocol import (
    Endpoint,
    Outgoing,
    WireProtocol,
    bad_answer,
    filtered,
    joined,
    parse_object,
)
from clawd_desktop.models.sse import ServerEvent
from clawd_desktop.models.tokens import estimate, estimate_request

# Tokens of reasoning for each level (Gemini 2.5), and the words that Gemini 3 takes in their place.
_BUDGETS = {"off": 0, "minimal": 1_024, "low": 4_096, "medium": 10_240, "high": 20_480, "xhigh": 24_576}
_LEVELS = {"off": "low", "minimal": "low", "low": "low", "medium": "high", "high": "high", "xhigh": "high"}
_BROKEN = ("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "OTHER", "MALFORMED_RESPONSE")
_GOOD: dict[str, StopReason] = {"STOP": "stop", "MAX_TOKENS": "length"}
# Google documents this value for calls that carry no signature because another model made them.
_NO_SIGNATURE = "skip_thought_signature_validator"


def build(request: ModelRequest, endpoint: Endpoint) -> Outgoing:
    """The request as HTTP POST; the key goes into a header, never into the URL."""
    body: JsonObject = {"contents": _contents(request, endpoint)}
    if request.system:
        body["systemInstruction"] = {"parts": [{"text": request.system}]}
    if request.tools:
        body["tools"] = [{"functionDeclarations": [_tool(tool) for tool in request.tools]}]
    generation: JsonObject = {"maxOutputTokens": request.max_tokens} if request.max_tokens else {}
    if endpoint.row.reasoning:
        generation["thinkingConfig"] = _thinking(request.thinking, endpoint.row.id)
    if generation:
        body["generationConfig"] = generation
    authorization = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.bearer else {"x-goog-api-key": endpoint.key}
    headers = {**(authorization if endpoint.key else {}), **endpoint.headers}
    path = f"models/{quote(endpoint.row.id, safe='-._/')}:streamGenerateContent?alt=sse"
    return Outgoing(joined(endpoint.provider.base_url, path), body, headers)


def _thinking(level: str, model: str) -> JsonObject:
    shown: JsonObject = {"includeThoughts": True} if level not in ("off", "") else {}
    if model.startswith("gemini-3"):
        return shown | {"thinkingLevel": _LEVELS.get(level, "low")}
    # 2.5 Pro cannot be told not to think; 128 is its least.
    least = 128 if "pro" in model else 0
    return shown | {"thinkingBudget": max(least, _BUDGETS.get(level, 0))}


def _tool(tool: ToolSpec) -> JsonObject:
    declaration: JsonObject = {"name": tool.name, "description": tool.description}
    return declaration | ({"parametersJsonSchema": tool.parameters} if tool.parameters else {})


def _contents(request: ModelRequest, endpoint: Endpoint) -> list[JsonValue]:
    turns: list[tuple[str, list[JsonValue]]] = []
    for message in acceptable(request.messages, endpoint.row):
        role = "model" if message.role == "assistant" else "user"
        told = _result(message) if message.role == "toolResult" else _parts(message.content, endpoint.row.id)
        parts: list[JsonValue] = [*told]
        if turns and turns[-1][0] == role:
            turns[-1][1].extend(parts)
        elif parts:
            turns.append((role, parts))
    return [{"role": role, "parts": parts} for role, parts in turns]


def _parts(content: Iterable[Content], model: str) -> Iterator[JsonObject]:
    signature = ""
    for part in content:
        if isinstance(part, Thinking):
            signature = part.signature
        elif isinstance(part, Text):
            yield {"text": part.text}
        elif isinstance(part, Image):
            yield _picture(part)
        elif isinstance(part, ToolCall):
            call: JsonObject = {"functionCall": {"name": part.name, "args": part.arguments}}
            if not signature and model.startswith("gemini-3"):
                signature = _NO_SIGNATURE
            yield call | ({"thoughtSignature": signature} if signature else {})
            signature = ""


def _picture(part: Image) -> JsonObject:
    return {"inlineData": {"mimeType": part.mime_type, "data": part.data}}


def _result(message: Message) -> Iterator[JsonObject]:
    outcome: JsonObject = {"error" if message.is_error else "output": message.text}
    yield {"functionResponse": {"name": message.tool_name, "response": outcome}}
    yield from (_picture(part) for part in message.content if isinstance(part, Image))


class GeminiDecoder:
    """Turns streamed GenerateContentResponse objects into our events."""

    def __init__(self, request: ModelRequest, endpoint: Endpoint) -> None:
        self._request = request
        self._endpoint = endpoint
        self._usage: Usage | None = None
        self._said = 0
        self._finish = ""
        self._called = False

    @property
    def ended(self) -> bool:
        """Never sure: counts may follow the finish reason; the connection's end decides."""
        return False

    def feed(self, event: ServerEvent) -> Iterable[ModelEvent]:
        """What the response says. Raises ModelFault when it reports an error or a block."""
        wire = parse_object(event.data, self._endpoint)
        if wire.get("error"):
            raise from_report(as_object(wire["error"]), self._endpoint)
        blocked = as_text(as_object(wire.get("promptFeedback")).get("blockReason"))
        if blocked:
            raise filtered(self._endpoint, blocked)
        self._count(as_object(wire.get("usageMetadata")))
        candidate = as_object(next(iter(as_list(wire.get("candidates"))), None))
        for part in as_list(as_object(candidate.get("content")).get("parts")):
            yield from self._part(as_object(part))
        self._judge(as_text(candidate.get("finishReason")))

    def finish(self) -> ModelDone | None:
        """The end of the answer, or None when no finish reason came."""
        if not self._finish:
            return None
        stop: StopReason = "toolUse" if self._called else _GOOD.get(self._finish, "stop")
        usage = self._usage or Usage(input=estimate_request(self._request), output=self._said)
        return ModelDone(stop, priced(usage, self._endpoint.row.cost))

    def _part(self, part: JsonObject) -> Iterator[ModelEvent]:
        text = as_text(part.get("text"))
        signature = as_text(part.get("thoughtSignature"))
        call = as_object(part.get("functionCall"))
        self._said += estimate(text)
        if part.get("thought") is True:
            yield ThinkingDelta(text, signature)
            return
        if text:
            yield TextDelta(text)
        if call:
            # The signature belongs to the call: as reasoning directly before it, it finds its way back there.
            if signature:
                yield ThinkingDelta("", signature)
            self._called = True
            id = as_text(call.get("id")) or f"call_{uuid.uuid4().hex[:16]}"
            yield ToolCallReady(ToolCall(id, as_text(call.get("name")), as_object(call.get("args"))))

    def _judge(self, reason: str) -> None:
        if not reason or reason == "FINISH_REASON_UNSPECIFIED":
            return
        if reason in _BROKEN:
            raise bad_answer(self._endpoint, f"stopped with {reason}")
        if reason not in _GOOD:
            raise filtered(self._endpoint, reason)
        self._finish = reason

    def _count(self, wire: JsonObject) -> None:
        if not wire:
            return
        cached = as_int(wire.get("cachedContentTokenCount"))
        self._usage = Usage(
            input=max(0, as_int(wire.get("promptTokenCount")) - cached),
            output=as_int(wire.get("candidatesTokenCount")) + as_int(wire.get("thoughtsTokenCount")),
            cache_read=cached,
        )


PROTOCOL = WireProtocol("google-generative-ai", build, GeminiDecoder)
