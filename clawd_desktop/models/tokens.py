"""Estimates how many tokens a text is, for providers that do not count and for fitting a small window."""

from __future__ import annotations

from clawd_desktop.core.messages import Image, Message, Text, Thinking, ToolCall
from clawd_desktop.core.ports import ModelRequest

_MESSAGE_OVERHEAD = 6
_IMAGE_TOKENS = 1_000


def estimate(text: str) -> int:
    """A guess that is rather too high: 3.5 ASCII characters or 1 other character to a token."""
    other = sum(1 for character in text if character > "\x7f") if not text.isascii() else 0
    return round((len(text) - other) / 3.5) + other


def estimate_message(message: Message) -> int:
    """A guess for one message with all its parts."""
    total = _MESSAGE_OVERHEAD
    for part in message.content:
        if isinstance(part, Text | Thinking):
            total += estimate(part.text)
        elif isinstance(part, Image):
            total += _IMAGE_TOKENS
        elif isinstance(part, ToolCall):
            total += estimate(part.name) + estimate(str(part.arguments))
    return total


def estimate_request(request: ModelRequest) -> int:
    """A guess for everything that is sent: system prompt, tools and messages."""
    tools = sum(estimate(tool.description) + estimate(str(tool.parameters)) for tool in request.tools)
    return estimate(request.system) + tools + sum(estimate_message(message) for message in request.messages)
