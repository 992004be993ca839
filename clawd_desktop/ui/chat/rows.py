"""The rows of a transcript as plain data, and how stored messages become rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from clawd_desktop.core.messages import Image, Message, Text, ToolCall
from clawd_desktop.core.values import JsonValue
from clawd_desktop.ui.chat.visible import visible

_uids = count(1)
# More of one message is shown on request: laying out a megabyte would stop the window.
SHOWN_AT_FIRST = 24_000
_LONGEST_TOOL_TEXT = 8_000


class RowKind(StrEnum):
    """Who or what a row is from."""

    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"
    NOTE = "note"
    ERROR = "error"


class Mark(StrEnum):
    """What is special about a message."""

    NONE = ""
    SENDING = "sending"
    QUEUED = "queued"
    LIVE = "live"
    STOPPED = "stopped"
    BROKEN = "broken"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class ToolUse:
    """One tool call of the assistant: arguments and result as readable text; times in milliseconds since the epoch."""

    call_id: str
    name: str
    arguments: str = ""
    result: str = ""
    running: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `uid` stays the same while its content changes; `text` is safe to show (see `visible`).

    `day` says that a date stands above it, `lead` that an answer begins here. `shown` is how many characters of a long
    text are laid out. `thumbnails` are small encoded pictures. `detail` is the model of an answer, or what the button
    "Copy details" of an error gives.
    """

    uid: int
    kind: RowKind
    text: str
    time_ms: int
    message_id: str = ""
    run_id: str = ""
    detail: str = ""
    mark: Mark = Mark.NONE
    tool: ToolUse | None = None
    thumbnails: tuple[bytes, ...] = ()
    pictures: int = 0
    expanded: bool = False
    day: bool = False
    lead: bool = False
    shown: int = SHOWN_AT_FIRST


def new_uid() -> int:
    """A number that no other row has."""
    return next(_uids)


def images_of(message: Message) -> tuple[Image, ...]:
    """The pictures of a message."""
    return tuple(part for part in message.content if isinstance(part, Image))


def rows_of(message: Message, message_id: str, thumbnails: Sequence[bytes] = (), run_id: str = "") -> list[Row]:
    """The rows that show a stored message: its text, its tool calls, its failure. Results join their calls later."""
    if message.role == "toolResult":
        return []
    rows: list[Row] = []
    text = visible("\n\n".join(part.text for part in message.content if isinstance(part, Text)))
    pictures = len(images_of(message))
    if text.strip() or pictures:
        rows.append(
            Row(
                uid=new_uid(),
                kind=RowKind.USER if message.role == "user" else RowKind.ASSISTANT,
                text=text,
                time_ms=message.timestamp,
                message_id=message_id,
                run_id=run_id,
                detail=visible(message.model),
                mark={"aborted": Mark.STOPPED, "length": Mark.CUT}.get(message.stop_reason or "", Mark.NONE),
                thumbnails=tuple(thumbnails),
                pictures=pictures,
            )
        )
    rows.extend(_tool_row(call, message, message_id, run_id) for call in message.tool_calls)
    if message.stop_reason == "error":
        rows.append(error_row(message.error, "", message.timestamp, run_id, message_id))
    return rows


def error_row(sentence: str, details: str, time_ms: int, run_id: str, message_id: str = "") -> Row:
    """The card that says why there is no answer; `details` is what is copied for a report."""
    text = visible(sentence)
    return Row(new_uid(), RowKind.ERROR, text, time_ms, message_id, run_id, detail=visible(details) or text)


def note_row(text: str, time_ms: int, run_id: str = "") -> Row:
    """A small remark between messages."""
    return Row(new_uid(), RowKind.NOTE, visible(text), time_ms, run_id=run_id)


def _tool_row(call: ToolCall, message: Message, message_id: str, run_id: str) -> Row:
    tool = ToolUse(call.id, visible(call.name), readable(call.arguments))
    return Row(new_uid(), RowKind.TOOL, tool.name, message.timestamp, message_id, run_id, tool=tool)


def readable(value: JsonValue) -> str:
    """Arguments or a result as text for a person, cut to 8,000 characters."""
    if isinstance(value, str):
        text = value
    elif value is None or value == {} or value == []:
        return ""
    else:
        text = json.dumps(value, ensure_ascii=False, indent=2)
    shown = visible(text[:_LONGEST_TOOL_TEXT])
    return shown if len(text) <= _LONGEST_TOOL_TEXT else shown + "\n…"
