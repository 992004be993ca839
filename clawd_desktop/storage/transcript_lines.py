"""The lines of a transcript: how one is written, read and linked to the line before.

Source: pi session files, version 3, as Clawdbot 2026.1.24 writes them: a `session` header, then entries with `type`,
`id` (8 hex digits), `parentId` and an ISO `timestamp`.
"""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime

import orjson

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonObject, JsonValue, as_object, as_text

VERSION = 3
KEY_ENTRY = "clawd-desktop.session"
_ID = re.compile(r"[0-9a-f]{8}")


def parse(line: bytes) -> JsonObject | None:
    """The JSON object of a line, or None when it is none.

    Node writes half of a surrogate pair as an escape, which strict readers refuse: it becomes "?" here.
    """
    try:
        value: JsonValue = orjson.loads(line)
    except orjson.JSONDecodeError:
        value = _parse_leniently(line)
    return value if isinstance(value, dict) else None


def _parse_leniently(line: bytes) -> JsonValue:
    try:
        loose = json.loads(line, parse_constant=lambda _: None)
        strict: JsonValue = orjson.loads(json.dumps(loose, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return strict


def encode(value: JsonObject) -> bytes:
    """The object as compact JSON without a line end. Raises BadInput when it cannot be written as JSON."""
    try:
        return orjson.dumps(value)
    except TypeError:
        pass
    try:
        # Escapes half surrogate pairs, as Node does; orjson refuses them.
        return json.dumps(value, separators=(",", ":")).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        raise BadInput("The message cannot be written as JSON.") from error


def iso(ms: int) -> str:
    """Milliseconds since the epoch as `2026-01-31T10:00:00.000Z`."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp(ms: int) -> str:
    """The time as part of a file name: ISO with "-" for ":"."""
    return iso(ms).replace(":", "-")


def from_iso(text: str) -> int:
    """Milliseconds since the epoch of an ISO time, 0 when the text is none."""
    try:
        moment = datetime.fromisoformat(text)
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0


def header(session_id: str, cwd: str, now_ms: int) -> JsonObject:
    """The first line of a transcript."""
    return {"type": "session", "version": VERSION, "id": session_id, "timestamp": iso(now_ms), "cwd": cwd}


def entry(kind: str, parent: str | None, now_ms: int, fields: JsonObject) -> JsonObject:
    """A line after the one with id `parent`, with a new id."""
    return {"type": kind, "id": following_id(parent), "parentId": parent, "timestamp": iso(now_ms), **fields}


def following_id(previous: str | None) -> str:
    """An entry id that does not return within 2^32 steps.

    Random ones would meet once in 100,000 lines, and readers that look parents up by id would then run in circles.
    """
    if previous is None or not _ID.fullmatch(previous):
        return os.urandom(4).hex()
    return f"{(int(previous, 16) * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF:08x}"


def key_fields(session_key: str, writer: str, *, retired: bool = False) -> JsonObject:
    """The fields of a `custom` entry that names the conversation, so that a lost index can be rebuilt exactly.

    `retired` says that a reset has put a new transcript in this one's place.
    """
    data: JsonObject = {"sessionKey": session_key, "writer": writer}
    return {"customType": KEY_ENTRY, "data": data | {"retired": True} if retired else data}


def key_data(line: JsonObject) -> JsonObject:
    """What `key_fields` wrote, or nothing when the line is another."""
    return as_object(line.get("data")) if line.get("customType") == KEY_ENTRY else {}


def entry_id(line: JsonObject) -> str:
    """The id of an entry, "" for the header and for lines without one."""
    return "" if line.get("type") == "session" else as_text(line.get("id"))
