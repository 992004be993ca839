"""OpenAI chat completions, the protocol that most providers and local servers speak.

Source: platform.openai.com/docs/api-reference/chat, and the deviations that OpenRouter, DeepSeek, Qwen, Moonshot, Groq,
Mistral, xAI, Ollama, LM Studio and vLLM document.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from clawd_desktop.core.messages import Image, Message, StopReason, Text, Thinking, ToolCall, ToolSpec, Usage
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
    parse_arguments,
    parse_object,
)
from clawd_desktop.models.sse import ServerEvent
from clawd_desktop.models.tokens import estimate, estimate_request

DONE = "[DONE]"
_STOPS: dict[str, StopReason] = {"length": "length", "tool_calls": "toolUse", "function_call": "toolUse"}
_REFUSALS = ("content_filter", "sensitive")
_MAX_CALLS = 64
_EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "high"}
_REASONING: dict[str, Callable[[str], JsonObject]] = {
    "reasoning_effort": lambda level: {"reasoning_effort": _EFFORTS[level]} if level in _EFFORTS else {},
    "reasoning": lambda level: {"reasoning": {"effort": _EFFORTS[level]}} if level in _EFFORTS else {},
    "enable_thinking": lambda level: {"enable_thinking": level in _EFFORTS},
}


def build(request: ModelRequest, endpoint: Endpoint) -> Outgoing:
    """The request as HTTP POST."""
    body: JsonObject = {
        "model": endpoint.row.id,
        "messages": list(_messages(request, endpoint)),
        "stream": True,
    }
    if endpoint.provider.counts_when_asked:
        body["stream_options"] = {"include_usage": True}
    if request.max_tokens:
        body[endpoint.provider.max_tokens_field] = request.max_tokens
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if endpoint.row.reasoning and endpoint.provider.reasoning_field:
        body |= _REASONING[endpoint.provider.reasoning_field](request.thinking)
    headers = {**({"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}), **endpoint.headers}
    return Outgoing(joined(endpoint.provider.base_url, "chat/completions"), body, headers)


def _tool(tool: ToolSpec) -> JsonObject:
    schema = tool.parameters or {"type": "object", "properties": {}}
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": schema},
    }


def _messages(request: ModelRequest, endpoint: Endpoint) -> Iterator[JsonObject]:
    if request.system:
        yield {"role": "system", "content": request.system}
    pictures: list[Image] = []
    for message in acceptable(request.messages, endpoint.row):
        if message.role == "toolResult":
            yield {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.text or "(no output)"}
            pictures += [part for part in message.content if isinstance(part, Image)]
            continue
        # A tool message cannot hold pictures and results must stand together: theirs follow as one more message.
        if pictures:
            yield {"role": "user", "content": [_picture(picture) for picture in pictures]}
            pictures = []
        yield _assistant(message, endpoint) if message.role == "assistant" else _user(message)
    if pictures:
        yield {"role": "user", "content": [_picture(picture) for picture in pictures]}


def _user(message: Message) -> JsonObject:
    if not any(isinstance(part, Image) for part in message.content):
        return {"role": "user", "content": message.text}
    parts: list[JsonValue] = []
    for part in message.content:
        if isinstance(part, Text):
            parts.append({"type": "text", "text": part.text})
        elif isinstance(part, Image):
            parts.append(_picture(part))
    return {"role": "user", "content": parts}


def _picture(part: Image) -> JsonObject:
    return {"type": "image_url", "image_url": {"url": f"data:{part.mime_type};base64,{part.data}"}}


def _assistant(message: Message, endpoint: Endpoint) -> JsonObject:
    wire: JsonObject = {"role": "assistant", "content": message.text or None}
    if message.tool_calls:
        wire["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": orjson.dumps(call.arguments).decode()},
            }
            for call in message.tool_calls
        ]
        if endpoint.provider.replays_reasoning:
            wire["reasoning_content"] = "".join(p.text for p in message.content if isinstance(p, Thinking))
    elif not message.text:
        wire["content"] = ""
    return wire


@dataclass(slots=True)
class _PartialCall:
    id: str = ""
    name: str = ""
    arguments: str = ""


class ChatDecoder:
    """Turns chat completion chunks into our events."""

    def __init__(self, request: ModelRequest, endpoint: Endpoint) -> None:
        self._request = request
        self._endpoint = endpoint
        self._calls: dict[int, _PartialCall] = {}
        self._finish = ""
        self._ended = False
        self._usage: Usage | None = None
        self._said = 0
        self._called = False

    @property
    def ended(self) -> bool:
        """Whether nothing can follow."""
        return self._ended

    def feed(self, event: ServerEvent) -> Iterable[ModelEvent]:
        """What the chunk says. Raises ModelFault when it reports an error or cannot be understood."""
        if event.data.strip() == DONE:
            self._ended = True
            yield from self._flush_calls()
            return
        chunk = parse_object(event.data, self._endpoint)
        if chunk.get("error"):
            error = chunk["error"]
            raise from_report(as_object(error) or {"message": str(error)}, self._endpoint)
        self._count(as_object(chunk.get("usage")))
        choice = as_object(next(iter(as_list(chunk.get("choices"))), None))
        # Moonshot counts inside the last choice.
        self._count(as_object(choice.get("usage")))
        yield from self._delta(as_object(choice.get("delta")))
        yield from self._reason(as_text(choice.get("finish_reason")))

    def finish(self) -> ModelDone | None:
        """The end of the answer, or None when neither a finish reason nor [DONE] came."""
        if not self._finish and not self._ended:
            return None
        stop: StopReason = "toolUse" if self._called else _STOPS.get(self._finish, "stop")
        usage = self._usage or Usage(input=estimate_request(self._request), output=self._said)
        return ModelDone(stop, priced(usage, self._endpoint.row.cost))

    def _delta(self, delta: JsonObject) -> Iterator[ModelEvent]:
        thought = as_text(delta.get("reasoning_content")) or as_text(delta.get("reasoning"))
        yield from self._thought(thought)
        content = delta.get("content")
        # Mistral's reasoning models send a list of parts in place of text.
        for part in as_list(content):
            yield from self._part(as_object(part))
        yield from self._text(as_text(content) or as_text(delta.get("refusal")))
        for position, call in enumerate(as_list(delta.get("tool_calls"))):
            self._collect(as_object(call), position)

    def _part(self, part: JsonObject) -> Iterator[ModelEvent]:
        for thought in as_list(part.get("thinking")):
            yield from self._thought(as_text(as_object(thought).get("text")))
        yield from self._text(as_text(part.get("text")))

    def _text(self, text: str) -> Iterator[ModelEvent]:
        if text:
            self._said += estimate(text)
            yield TextDelta(text)

    def _thought(self, text: str) -> Iterator[ModelEvent]:
        if text:
            self._said += estimate(text)
            yield ThinkingDelta(text)

    def _collect(self, wire: JsonObject, position: int) -> None:
        index = as_int(wire.get("index"), position)
        if index not in self._calls and len(self._calls) >= _MAX_CALLS:
            raise bad_answer(self._endpoint, f"asked for more than {_MAX_CALLS} tools at once")
        call = self._calls.setdefault(index, _PartialCall())
        function = as_object(wire.get("function"))
        call.id = call.id or as_text(wire.get("id"))
        call.name = call.name or as_text(function.get("name"))
        arguments = function.get("arguments")
        call.arguments += orjson.dumps(arguments).decode() if isinstance(arguments, dict) else as_text(arguments)

    def _reason(self, reason: str) -> Sequence[ModelEvent]:
        if not reason:
            return ()
        if reason in _REFUSALS:
            raise filtered(self._endpoint, reason)
        self._finish = reason
        if reason == "length":
            self._calls.clear()  # their arguments were cut off
        return self._flush_calls()

    def _flush_calls(self) -> Sequence[ModelEvent]:
        calls = [self._call(call) for _, call in sorted(self._calls.items()) if call.name]
        self._calls.clear()
        self._called = self._called or bool(calls)
        return calls

    def _call(self, call: _PartialCall) -> ToolCallReady:
        arguments = parse_arguments(call.arguments, call.name, self._endpoint)
        self._said += estimate(call.arguments)
        return ToolCallReady(ToolCall(call.id or f"call_{uuid.uuid4().hex[:16]}", call.name, arguments))

    def _count(self, wire: JsonObject) -> None:
        if not as_int(wire.get("total_tokens")) and not as_int(wire.get("prompt_tokens")):
            return
        details = as_object(wire.get("prompt_tokens_details"))
        cached = (
            as_int(details.get("cached_tokens"))
            or as_int(wire.get("prompt_cache_hit_tokens"))
            or as_int(wire.get("cached_tokens"))
        )
        sent = as_int(wire.get("prompt_tokens"))
        self._usage = Usage(
            input=max(0, sent - cached), output=as_int(wire.get("completion_tokens")), cache_read=cached
        )


PROTOCOL = WireProtocol("openai-completions", build, ChatDecoder)
