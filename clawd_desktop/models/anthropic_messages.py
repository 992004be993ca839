"""Anthropic messages: Claude's own protocol, also offered by others.

Source: docs.claude.com/en/api/messages-streaming, /build-with-claude/extended-thinking and /prompt-caching.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from clawd_desktop.core.messages import Content, Image, Message, StopReason, Text, Thinking, ToolCall, ToolSpec, Usage
from clawd_desktop.core.ports import ModelDone, ModelEvent, ModelRequest, TextDelta, ThinkingDelta, ToolCallReady
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_object, as_text
from clawd_desktop.models.faults import from_report
from clawd_desktop.models.history import acceptable
from clawd_desktop.models.pricing import priced
from clawd_desktop.models.protocol import (
    Endpoint,
    Outgoing,
    WireProtocol,
    filtered,
    joined,
    parse_arguments,
    parse_object,
)
from clawd_desktop.models.sse import ServerEvent
from clawd_desktop.models.tokens import estimate, estimate_request

_VERSION = "2023-06-01"
_CACHE: JsonObject = {"type": "ephemeral"}
_STOPS: dict[str, StopReason] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "toolUse",
}
# Tokens of reasoning for each level, for models that take a budget; at least 1,024 is the provider's own rule.
_BUDGETS = {"minimal": 1_024, "low": 4_096, "medium": 10_240, "high": 20_480, "xhigh": 32_768}
_EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "max"}
_ANSWER_ROOM = 4_096
_REDACTED = "redacted:"


def build(request: ModelRequest, endpoint: Endpoint) -> Outgoing:
    """The request as HTTP POST, with cache breakpoints after tools, system prompt and the last two turns."""
    body: JsonObject = {
        "model": endpoint.row.id,
        "messages": _with_breakpoints(_messages(request, endpoint)),
        "stream": True,
        "max_tokens": request.max_tokens or endpoint.row.max_tokens,
    }
    if request.system:
        body["system"] = [{"type": "text", "text": request.system, "cache_control": _CACHE}]
    if request.tools:
        tools = [_tool(tool) for tool in request.tools]
        body["tools"] = [*tools[:-1], tools[-1] | {"cache_control": _CACHE}]
    if endpoint.row.reasoning and request.thinking in _BUDGETS:
        body |= _thinking(request, endpoint)
    base = endpoint.provider.base_url.rstrip("/").removesuffix("/v1")
    headers = {"anthropic-version": _VERSION, **_authorization(endpoint), **endpoint.headers}
    return Outgoing(joined(base, "v1/messages"), body, headers)


def _authorization(endpoint: Endpoint) -> dict[str, str]:
    if not endpoint.key:
        return {}
    # A subscription's token ("sk-ant-oat...") is a bearer token behind a beta header, not an API key.
    if endpoint.key.startswith("sk-ant-oat"):
        return {"Authorization": f"Bearer {endpoint.key}", "anthropic-beta": "oauth-2025-04-20"}
    return {"Authorization": f"Bearer {endpoint.key}"} if endpoint.bearer else {"x-api-key": endpoint.key}


def _thinking(request: ModelRequest, endpoint: Endpoint) -> JsonObject:
    if _adapts(endpoint.row.id):
        return {"thinking": {"type": "adaptive"}, "output_config": {"effort": _EFFORTS[request.thinking]}}
    asked = request.max_tokens or endpoint.row.max_tokens
    longest = max(asked, endpoint.row.max_tokens)
    budget = max(1_024, min(_BUDGETS[request.thinking], longest - _ANSWER_ROOM))
    return {
        "thinking": {"type": "enabled", "budget_tokens": budget},
        "max_tokens": max(asked, budget + _ANSWER_ROOM),
    }


def _adapts(model: str) -> bool:
    """Whether the model decides itself how long to think: from version 4.6 on."""
    found = re.search(r"claude-[a-z]+-(\d+)(?:[-.](\d{1,2}))?(?!\d)", model)
    return found is not None and (int(found[1]), int(found[2] or 0)) >= (4, 6)


def _tool(tool: ToolSpec) -> JsonObject:
    schema = tool.parameters or {"type": "object", "properties": {}}
    return {"name": tool.name, "description": tool.description, "input_schema": schema}


def _messages(request: ModelRequest, endpoint: Endpoint) -> list[tuple[str, list[JsonObject]]]:
    """Turns of alternating roles; results of tools belong to the user's side and open their turn."""
    turns: list[tuple[str, list[JsonObject]]] = []
    for message in acceptable(request.messages, endpoint.row):
        role = "assistant" if message.role == "assistant" else "user"
        blocks = [_result(message)] if message.role == "toolResult" else list(_blocks(message.content))
        if turns and turns[-1][0] == role:
            turns[-1][1].extend(blocks)
        elif blocks and (turns or role == "user"):
            turns.append((role, blocks))
    return turns


def _with_breakpoints(turns: list[tuple[str, list[JsonObject]]]) -> list[JsonValue]:
    """The turns as JSON; the last block of the last two user turns is marked, so that the next question reads them."""
    marked = [index for index, (role, _) in enumerate(turns) if role == "user"][-2:]
    wire: list[JsonValue] = []
    for index, (role, blocks) in enumerate(turns):
        if index in marked:
            blocks = [*blocks[:-1], blocks[-1] | {"cache_control": _CACHE}]
        wire.append({"role": role, "content": [*blocks]})
    return wire


def _result(message: Message) -> JsonObject:
    result: JsonObject = {
        "type": "tool_result",
        "tool_use_id": _call_id(message.tool_call_id),
        "content": [*_blocks(message.content)],
    }
    return result | {"is_error": True} if message.is_error else result


def _blocks(content: Iterable[Content]) -> Iterator[JsonObject]:
    for part in content:
        if isinstance(part, Text):
            yield {"type": "text", "text": part.text}
        elif isinstance(part, Image):
            source: JsonObject = {"type": "base64", "media_type": part.mime_type, "data": part.data}
            yield {"type": "image", "source": source}
        elif isinstance(part, ToolCall):
            yield {"type": "tool_use", "id": _call_id(part.id), "name": part.name, "input": part.arguments}
        elif part.signature:
            yield _thought(part)


def _thought(part: Thinking) -> JsonObject:
    if part.signature.startswith(_REDACTED):
        return {"type": "redacted_thinking", "data": part.signature.removeprefix(_REDACTED)}
    return {"type": "thinking", "thinking": part.text, "signature": part.signature}


def _call_id(id: str) -> str:
    """Other providers' ids may hold characters that Anthropic refuses."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", id) or "call"


@dataclass(slots=True)
class _Block:
    kind: str
    id: str = ""
    name: str = ""
    arguments: str = ""
    signature: str = ""


class MessagesDecoder:
    """Turns message stream events into ours."""

    def __init__(self, request: ModelRequest, endpoint: Endpoint) -> None:
        self._request = request
        self._endpoint = endpoint
        self._blocks: dict[int, _Block] = {}
        self._calls: list[_Block] = []
        self._usage = Usage()
        self._counted = False
        self._said = 0
        self._stop = ""
        self._ended = False
        self._table = {
            "message_start": self._started,
            "content_block_start": self._opened,
            "content_block_delta": self._grew,
            "content_block_stop": self._closed,
            "message_delta": self._changed,
            "message_stop": self._stopped,
            "error": self._failed,
        }

    @property
    def ended(self) -> bool:
        """Whether nothing can follow."""
        return self._ended

    def feed(self, event: ServerEvent) -> Iterable[ModelEvent]:
        """What the event says. Raises ModelFault when it reports an error or cannot be understood."""
        wire = parse_object(event.data, self._endpoint)
        handle = self._table.get(as_text(wire.get("type")) or event.name)
        return list(handle(wire)) if handle else ()

    def finish(self) -> ModelDone | None:
        """The end of the answer, or None when message_stop (or at least a stop reason) never came."""
        if not self._ended and not self._stop:
            return None
        usage = self._usage if self._counted else Usage(input=estimate_request(self._request), output=self._said)
        return ModelDone(_STOPS.get(self._stop, "stop"), priced(usage, self._endpoint.row.cost))

    def _started(self, wire: JsonObject) -> Iterable[ModelEvent]:
        self._count(as_object(as_object(wire.get("message")).get("usage")))
        return ()

    def _opened(self, wire: JsonObject) -> Iterable[ModelEvent]:
        block = as_object(wire.get("content_block"))
        kind = as_text(block.get("type"))
        opened = _Block(kind, as_text(block.get("id")), as_text(block.get("name")))
        self._blocks[as_int(wire.get("index"))] = opened
        if kind == "redacted_thinking":
            opened.signature = _REDACTED + as_text(block.get("data"))
        if kind == "text" and as_text(block.get("text")):
            yield TextDelta(as_text(block.get("text")))

    def _grew(self, wire: JsonObject) -> Iterable[ModelEvent]:
        delta = as_object(wire.get("delta"))
        block = self._blocks.setdefault(as_int(wire.get("index")), _Block("text"))
        block.arguments += as_text(delta.get("partial_json"))
        block.signature += as_text(delta.get("signature"))
        for text, made in ((as_text(delta.get("text")), TextDelta), (as_text(delta.get("thinking")), ThinkingDelta)):
            if text:
                self._said += estimate(text)
                yield made(text)

    def _closed(self, wire: JsonObject) -> Iterable[ModelEvent]:
        block = self._blocks.pop(as_int(wire.get("index")), _Block(""))
        if block.signature:
            yield ThinkingDelta("", block.signature)
        if block.kind == "tool_use":
            self._said += estimate(block.arguments)
            self._calls.append(block)

    def _changed(self, wire: JsonObject) -> Iterable[ModelEvent]:
        self._count(as_object(wire.get("usage")))
        self._stop = as_text(as_object(wire.get("delta")).get("stop_reason")) or self._stop
        if self._stop == "refusal":
            raise filtered(self._endpoint, self._stop)
        return self._flush_calls()

    def _stopped(self, wire: JsonObject) -> Iterable[ModelEvent]:
        self._ended = True
        return self._flush_calls()

    def _flush_calls(self) -> Iterable[ModelEvent]:
        """The calls, once it is known why the answer stopped: arguments that hit the limit are cut off and dropped."""
        calls, self._calls = self._calls, []
        if self._stop == "max_tokens":
            return ()
        return [
            ToolCallReady(ToolCall(call.id, call.name, parse_arguments(call.arguments, call.name, self._endpoint)))
            for call in calls
        ]

    def _failed(self, wire: JsonObject) -> Iterable[ModelEvent]:
        raise from_report(as_object(wire.get("error")), self._endpoint)

    def _count(self, wire: JsonObject) -> None:
        if not wire:
            return
        self._counted = True
        old = self._usage
        self._usage = replace(
            old,
            input=as_int(wire.get("input_tokens"), old.input),
            output=as_int(wire.get("output_tokens"), old.output),
            cache_read=as_int(wire.get("cache_read_input_tokens"), old.cache_read),
            cache_write=as_int(wire.get("cache_creation_input_tokens"), old.cache_write),
        )


PROTOCOL = WireProtocol("anthropic-messages", build, MessagesDecoder)
