"""What a tool is: its name, what it takes, and what it gives back to whoever called it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import orjson

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.messages import ToolSpec
from clawd_desktop.core.values import JsonObject, as_list


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom a tool works: the canonical key of a session and its agent. With `dry_run` it changes nothing."""

    session_key: str
    agent_id: str
    dry_run: bool = False


class Tool(Protocol):
    """Something that can be asked for by name."""

    spec: ToolSpec

    async def run(self, args: JsonObject, asker: Asker) -> JsonObject:
        """The result as {content, details}. Raises ClawdError when it cannot be done."""


def json_result(details: JsonObject) -> JsonObject:
    """A result whose text is its details as JSON, for those who read only the text."""
    text = orjson.dumps(details, option=orjson.OPT_INDENT_2).decode()
    return {"content": [{"type": "text", "text": text}], "details": details}


def text_result(text: str, details: JsonObject) -> JsonObject:
    """A result with a text of its own."""
    return {"content": [{"type": "text", "text": text}], "details": details}


def text_of(args: JsonObject, name: str) -> str:
    """The trimmed text of an argument, "" when it is absent. Raises BadInput when it is something else."""
    value = args.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput(f"{name} must be a string")
    return value.strip()


def number_of(args: JsonObject, name: str, *, least: int, most: int) -> int | None:
    """A whole number cut to the bounds, None when it is absent. Raises BadInput when it is something else."""
    value = args.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) == float("inf"):
        raise BadInput(f"{name} must be a number")
    return max(least, min(most, int(value)))


def names_of(args: JsonObject, name: str) -> tuple[str, ...]:
    """The texts of an array, trimmed and in lower case; one text counts as an array of one."""
    value = args.get(name)
    rows = [value] if isinstance(value, str) else as_list(value)
    return tuple(text for row in rows if isinstance(row, str) and (text := row.strip().lower()))
