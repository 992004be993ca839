"""Fits a conversation into the small window of the embedded model: the newest is kept, the oldest goes first."""

from __future__ import annotations

from collections.abc import Iterator

from clawd_desktop.core.messages import Message
from clawd_desktop.core.ports import ModelRequest
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.models.tokens import estimate

# A model of this size loses itself in a long prompt and needs seconds to read it.
LEAN_SYSTEM = "You are a helpful AI assistant named Clawd."
LONGEST_SYSTEM = 60
_PER_MESSAGE = 8
_CUT = "\n[...]\n"


def chat_body(request: ModelRequest, *, budget: int, longest_answer: int) -> JsonObject:
    """The request as chat completion: at most about `budget` tokens of prompt, `longest_answer` tokens of answer.

    A system prompt of more than LONGEST_SYSTEM tokens is replaced by a lean one. Pictures, reasoning and tools are
    left out: the model knows none of them.
    """
    system = request.system if request.system and estimate(request.system) <= LONGEST_SYSTEM else LEAN_SYSTEM
    left = budget - estimate(system) - _PER_MESSAGE
    messages: list[JsonValue] = [{"role": "system", "content": system}, *fitting(request.messages, left)]
    return {
        "messages": messages,
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": min(request.max_tokens or longest_answer, longest_answer),
        # The likeliest words, and a penalty on repeating whole phrases: anything else makes so small a model ramble.
        "temperature": 0,
        "dry_multiplier": 0.8,
    }


def fitting(messages: tuple[Message, ...], budget: int) -> list[JsonObject]:
    """The newest messages that fit, oldest first, beginning with a person's; the last is cut when it is too long."""
    kept: list[JsonObject] = []
    for role, text in _spoken(messages):
        cost = estimate(text) + _PER_MESSAGE
        if cost > budget and not kept:
            kept.append({"role": role, "content": shortened(text, budget - _PER_MESSAGE)})
        if cost > budget:
            break
        budget -= cost
        kept.append({"role": role, "content": text})
    while len(kept) > 1 and kept[-1]["role"] != "user":
        kept.pop()
    return kept[::-1]


def shortened(text: str, budget: int) -> str:
    """Beginning and end of the text, together about `budget` tokens: questions stand first or last."""
    half = max(16, budget // 2)
    # At least a character to a token, so a slice of as many characters can only be too short.
    size = max(half, round(half * len(text) / max(1, estimate(text))))
    return text if 2 * size >= len(text) else text[:size] + _CUT + text[-size:]


def _spoken(messages: tuple[Message, ...]) -> Iterator[tuple[str, str]]:
    """Who said what, newest first. What a tool gave is told as if the person had said it."""
    for message in reversed(messages):
        text = message.text.strip()
        if text:
            yield ("assistant" if message.role == "assistant" else "user"), text
