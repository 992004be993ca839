"""One message of a conversation, as every room sees it, and its form in a Clawdbot transcript.

Source of the wire form: the `message` objects of pi session files, version 3, as Clawdbot 2026.1.24 writes them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text

Role: TypeAlias = Literal["user", "assistant", "toolResult"]
StopReason: TypeAlias = Literal["stop", "length", "toolUse", "error", "aborted", "injected"]


@dataclass(frozen=True, slots=True)
class Text:
    """Plain or Markdown text."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture; `data` is base64 without a data-URL prefix."""

    data: str
    mime_type: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """A model's own reasoning; `signature` is opaque and goes back to the provider unchanged."""

    text: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to run a tool."""

    id: str
    name: str
    arguments: JsonObject


Content: TypeAlias = Text | Image | Thinking | ToolCall


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one model call; `cost` in US dollars, 0 when the price is unknown or nothing."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cost: float = 0.0

    @property
    def total(self) -> int:
        """All tokens that were counted."""
        return self.input + self.output + self.cache_read + self.cache_write

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
            self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a conversation. `timestamp` is milliseconds since the epoch."""

    role: Role
    content: tuple[Content, ...]
    timestamp: int
    provider: str = ""
    model: str = ""
    api: str = ""
    usage: Usage | None = None
    stop_reason: StopReason | None = None
    error: str = ""
    tool_call_id: str = ""
    tool_name: str = ""
    is_error: bool = False

    @property
    def text(self) -> str:
        """All text parts, joined."""
        return "".join(part.text for part in self.content if isinstance(part, Text))

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The tools that the message asks for."""
        return tuple(part for part in self.content if isinstance(part, ToolCall))


def user_message(text: str, *, now_ms: int, images: tuple[Image, ...] = ()) -> Message:
    """What a person said."""
    return Message(role="user", content=(*((Text(text),) if text else ()), *images), timestamp=now_ms)


def tool_result(call: ToolCall, text: str, *, now_ms: int, is_error: bool = False) -> Message:
    """What a tool call came to."""
    return Message("toolResult", (Text(text),), now_ms, tool_call_id=call.id, tool_name=call.name, is_error=is_error)


def to_wire(message: Message) -> JsonObject:
    """The message as the JSON object of a transcript line; absent facts have no key."""
    wire: JsonObject = {"role": message.role, "content": [_content_to_wire(part) for part in message.content]}
    if message.role == "toolResult":
        wire |= {"toolCallId": message.tool_call_id, "toolName": message.tool_name, "isError": message.is_error}
    for key, value in (("api", message.api), ("provider", message.provider), ("model", message.model)):
        if value:
            wire[key] = value
    if message.usage is not None:
        wire["usage"] = usage_to_wire(message.usage)
    if message.stop_reason is not None:
        wire["stopReason"] = message.stop_reason
    if message.error:
        wire["errorMessage"] = message.error
    wire["timestamp"] = message.timestamp
    return wire


def usage_to_wire(usage: Usage) -> JsonObject:
    """Usage with Clawdbot's key names."""
    return {
        "input": usage.input,
        "output": usage.output,
        "cacheRead": usage.cache_read,
        "cacheWrite": usage.cache_write,
        "totalTokens": usage.total,
        "cost": {"total": usage.cost},
    }


def from_wire(wire: JsonObject) -> Message | None:
    """The message of a transcript line; None when the object is no message of a known role."""
    role = wire.get("role")
    if role not in ("user", "assistant", "toolResult"):
        return None
    usage = wire.get("usage")
    stop = wire.get("stopReason")
    return Message(
        role=sys.intern(role),  # type: ignore[arg-type]
        content=_contents_from_wire(wire.get("content")),
        timestamp=as_int(wire.get("timestamp")),
        # Thousands of messages in memory share their few names.
        provider=sys.intern(as_text(wire.get("provider"))),
        model=sys.intern(as_text(wire.get("model"))),
        api=sys.intern(as_text(wire.get("api"))),
        usage=_usage_from_wire(as_object(usage)) if isinstance(usage, dict) else None,
        stop_reason=stop if stop in ("stop", "length", "toolUse", "error", "aborted", "injected") else None,  # type: ignore[arg-type]
        error=as_text(wire.get("errorMessage")),
        tool_call_id=as_text(wire.get("toolCallId")),
        tool_name=sys.intern(as_text(wire.get("toolName"))),
        is_error=wire.get("isError") is True,
    )


def _content_to_wire(part: Content) -> JsonObject:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    if isinstance(part, Image):
        return {"type": "image", "data": part.data, "mimeType": part.mime_type}
    if isinstance(part, Thinking):
        wire: JsonObject = {"type": "thinking", "thinking": part.text}
        return wire | {"thinkingSignature": part.signature} if part.signature else wire
    return {"type": "toolCall", "id": part.id, "name": part.name, "arguments": part.arguments}


def _contents_from_wire(value: JsonValue) -> tuple[Content, ...]:
    if isinstance(value, str):
        return (Text(value),)
    parts = (_content_from_wire(as_object(item)) for item in as_list(value))
    return tuple(part for part in parts if part is not None)


def _content_from_wire(wire: JsonObject) -> Content | None:
    kind = wire.get("type")
    if kind == "text":
        return Text(as_text(wire.get("text")))
    if kind == "image":
        return Image(as_text(wire.get("data")), as_text(wire.get("mimeType")))
    if kind == "thinking":
        return Thinking(as_text(wire.get("thinking")), as_text(wire.get("thinkingSignature")))
    if kind == "toolCall":
        return ToolCall(as_text(wire.get("id")), as_text(wire.get("name")), as_object(wire.get("arguments")))
    return None


def _usage_from_wire(wire: JsonObject) -> Usage:
    return Usage(
        input=as_int(wire.get("input")),
        output=as_int(wire.get("output")),
        cache_read=as_int(wire.get("cacheRead")),
        cache_write=as_int(wire.get("cacheWrite")),
        cost=as_float(as_object(wire.get("cost")).get("total")),
    )


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """What a model is told about a tool; `parameters` is a JSON Schema object."""

    name: str
    description: str
    parameters: JsonObject = field(default_factory=dict)
