"""Makes a conversation acceptable to a provider: tool calls have results, pictures go only to models that see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from clawd_desktop.core.messages import Content, Image, Message, Text, Thinking, tool_result
from clawd_desktop.models.pricing import ModelRow

_UNSEEN = Text("[a picture that this model cannot see]")
_NOT_RUN = "This tool call was not run."


def acceptable(messages: Sequence[Message], row: ModelRow) -> tuple[Message, ...]:
    """The conversation as `row`'s model may see it.

    Reasoning of another model is left out (its signature is worthless elsewhere); answers without content are left
    out; every tool call is followed by exactly one result, and results without a call are left out.
    """
    fitting = (_fitting(message, row) for message in messages)
    return tuple(_paired([message for message in fitting if message.content or message.role == "toolResult"]))


def _fitting(message: Message, row: ModelRow) -> Message:
    same = message.provider == row.provider and message.model == row.id
    sees = "image" in row.input
    parts = tuple(_UNSEEN if isinstance(part, Image) and not sees else part for part in _told(message.content, same))
    return message if parts == message.content else replace(message, content=parts)


def _told(parts: Iterable[Content], same_model: bool) -> Iterator[Content]:
    for part in parts:
        if isinstance(part, Thinking) and not same_model:
            continue
        if isinstance(part, Text) and not part.text.strip():
            continue
        yield part


def _paired(messages: Sequence[Message]) -> Iterator[Message]:
    position = 0
    while position < len(messages):
        message = messages[position]
        position += 1
        if message.role == "toolResult":
            continue
        yield message
        if message.tool_calls:
            results = _results_after(messages, position)
            for call in message.tool_calls:
                yield results.get(call.id) or tool_result(call, _NOT_RUN, now_ms=message.timestamp, is_error=True)


def _results_after(messages: Sequence[Message], position: int) -> dict[str, Message]:
    """The results that follow, up to the next answer of the model: a person may have spoken in between."""
    results: dict[str, Message] = {}
    for message in messages[position:]:
        if message.role == "assistant":
            break
        if message.role == "toolResult":
            results.setdefault(message.tool_call_id, message)
    return results
