"""Decides what a model sees of a conversation: the living branch since the last compaction, with no loose ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clawd_desktop.core.messages import Message, ToolCall, from_wire, tool_result, user_message
from clawd_desktop.core.values import JsonObject, as_object, as_text
from clawd_desktop.storage.transcript_lines import entry_id, from_iso

INTERRUPTED = "interrupted: the application stopped before this tool finished; it is not known what it did."
_SUMMARY = "Summary of the conversation before this point:\n\n{}"


def branch(entries: Sequence[JsonObject]) -> list[JsonObject]:
    """The entries from the root to the last one, oldest first, along `parentId`.

    An entry without a parent, or whose parent is not there (cut off, unreadable), follows the line before it.
    """
    parents: list[int] = []
    seen: dict[str, int] = {}
    for position, line in enumerate(entries):
        parents.append(_parent(line, position, seen))
        seen[entry_id(line)] = position
    path = []
    position = len(entries) - 1
    while position >= 0:
        path.append(entries[position])
        position = parents[position]
    return path[::-1]


def _parent(line: JsonObject, position: int, seen: dict[str, int]) -> int:
    named = line.get("parentId", "")
    return -1 if named is None else seen.get(as_text(named) or "\0", position - 1)


def living(entries: Sequence[JsonObject]) -> list[Message]:
    """The messages of the living branch: summary, what the compaction kept, and all that followed."""
    path = branch([line for line in entries if line.get("type") != "session"])
    compactions = [position for position, line in enumerate(path) if line.get("type") == "compaction"]
    if not compactions:
        return _messages(path)
    last = compactions[-1]
    kept_from = path[last].get("firstKeptEntryId")
    # When the first kept entry lies before what was read, everything before the compaction was kept.
    first = next((at for at, line in enumerate(path[:last]) if entry_id(line) == kept_from), 0 if kept_from else last)
    return _messages([path[last], *path[first:last], *path[last + 1 :]])


def followed(last: str, entries: Sequence[JsonObject]) -> list[Message] | None:
    """The messages of lines that only go on after the line `last`; None when one branches off, compacts or begins."""
    for line in entries:
        parent = line.get("parentId", "")
        if parent is None or as_text(parent) not in ("", last) or line.get("type") in ("session", "compaction"):
            return None
        last = entry_id(line)
    return _messages(entries)


def _messages(path: Iterable[JsonObject]) -> list[Message]:
    found = (_message(line) for line in path)
    return [message for message in found if message is not None]


def _message(line: JsonObject) -> Message | None:
    kind = line.get("type")
    if kind in ("compaction", "branch_summary"):
        text = _SUMMARY.format(as_text(line.get("summary")))
        return user_message(text, now_ms=from_iso(as_text(line.get("timestamp"))))
    if kind == "custom_message":
        return from_wire({"role": "user", "content": line.get("content")})
    return from_wire(as_object(line.get("message")))


@dataclass(slots=True)
class _Open:
    """Tool calls of the last assistant message that have no result yet."""

    calls: dict[str, ToolCall]
    timestamp: int

    def close(self) -> list[Message]:
        """A result for each call that never got one."""
        results = [interrupted_result(call, self.timestamp) for call in self.calls.values()]
        self.calls = {}
        return results


def tied(messages: Iterable[Message]) -> tuple[Message, ...]:
    """The messages with a result after each tool call and no result without its call: providers refuse both."""
    whole: list[Message] = []
    loose = _Open({}, 0)
    for message in messages:
        if message.role == "toolResult":
            if loose.calls.pop(message.tool_call_id, None) is not None:
                whole.append(message)
            continue
        whole += loose.close()
        whole.append(message)
        loose = _Open({call.id: call for call in message.tool_calls}, message.timestamp)
    return (*whole, *loose.close())


def interrupted_calls(entries: Sequence[JsonObject]) -> tuple[ToolCall, ...]:
    """The tool calls at the end of the living branch that were never answered."""
    answered: set[str] = set()
    for line in reversed(branch(entries)):
        message = from_wire(as_object(line.get("message")))
        if message is None:
            continue
        if message.role != "toolResult":
            return tuple(call for call in message.tool_calls if call.id not in answered)
        answered.add(message.tool_call_id)
    return ()


def interrupted_result(call: ToolCall, now_ms: int) -> Message:
    """The result of a call that was cut off, so that the conversation can go on."""
    return tool_result(call, INTERRUPTED, now_ms=now_ms, is_error=True)


def has_message(line: JsonObject) -> bool:
    """Whether the line is part of the visible history: Clawdbot takes every line with a `message` object."""
    return isinstance(line.get("message"), dict)
