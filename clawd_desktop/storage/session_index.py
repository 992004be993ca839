"""Reads and writes `sessions.json`, Clawdbot's index of sessions: tolerant in, atomic out, nothing thrown away.

Source: the session store of Clawdbot 2026.1.24 (a JSON object, key to entry; JSON5 is read).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonObject, JsonValue, as_text
from clawd_desktop.storage.session_entry import SessionEntry, entry_of
from clawd_desktop.storage.session_keys import canonical
from clawd_desktop.storage.transcript_lines import encode, parse

NAME = "sessions.json"
_TEXT = r'("(?:\\.|[^"\\])*")'
_COMMENT = re.compile(_TEXT + r"|//[^\n]*|/\*.*?\*/", re.DOTALL)
_TRAILING_COMMA = re.compile(_TEXT + r"|,(?=\s*[}\]])", re.DOTALL)
_ROW = re.compile(r'("(?:\\.|[^"\\\n])*")\s*:\s*(?=\{)')


@dataclass(frozen=True, slots=True)
class ParsedIndex:
    """What an index file says. `whole` is False when some of it could not be read."""

    rows: JsonObject
    whole: bool


@dataclass(slots=True)
class AgentIndex:
    """The sessions of one agent: entries by canonical key, what else stood in the file, and what was set apart.

    `apart` are older entries of a key that was found twice, with a transcript of their own.
    """

    entries: dict[str, SessionEntry] = field(default_factory=dict)
    foreign: dict[str, JsonValue] = field(default_factory=dict)
    apart: list[SessionEntry] = field(default_factory=list)
    rewritten: bool = False


def parse_index(data: bytes) -> ParsedIndex:
    """The rows of an index file; of a damaged one, all that can still be read."""
    text = data.removeprefix(b"\xef\xbb\xbf")
    rows = parse(text)
    if rows is None:
        rows = parse(_strict(text).encode("utf-8", "replace"))
    return ParsedIndex(_salvaged(text), False) if rows is None else ParsedIndex(rows, True)


def _strict(data: bytes) -> str:
    """The text without comments and trailing commas, which people leave when they edit it by hand."""
    text = data.decode("utf-8", "replace")
    for what in (_COMMENT, _TRAILING_COMMA):
        text = what.sub(lambda found: found.group(1) or "", text)
    return text


def _salvaged(data: bytes) -> JsonObject:
    text = data.decode("utf-8", "replace")
    decoder = json.JSONDecoder()
    rows: JsonObject = {}
    position = 0
    while found := _ROW.search(text, position):
        try:
            name: JsonValue = decoder.decode(found.group(1))
            value, position = decoder.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            position = found.end()
            continue
        if isinstance(value, dict) and as_text(value.get("sessionId")):
            rows[as_text(name)] = value
    return rows


def agent_index(rows: JsonObject, agent_id: str, main_key: str) -> AgentIndex:
    """The rows as entries: keys in their one spelling, two spellings of one key merged, the newer one winning."""
    index = AgentIndex()
    for name, value in rows.items():
        if not isinstance(value, dict):
            index.foreign[name] = value
            continue
        entry = entry_of(_key(name, agent_id, main_key), agent_id, value)
        index.rewritten |= entry.key != name
        _add(index, entry)
    return index


def _key(name: str, agent_id: str, main_key: str) -> str:
    try:
        return canonical(name, agent_id, main_key)
    except BadInput:
        return name


def _add(index: AgentIndex, entry: SessionEntry) -> None:
    twin = index.entries.get(entry.key)
    if twin is None:
        index.entries[entry.key] = entry
        return
    older, newer = sorted((twin, entry), key=lambda one: one.updated_at)
    own_file = {"sessionId", "sessionFile"} if older.session_id != newer.session_id and newer.session_id else set()
    filled: JsonObject = {name: value for name, value in older.raw.items() if name not in own_file} | newer.raw
    index.entries[entry.key] = entry_of(entry.key, entry.agent_id, filled)
    if own_file and older.session_id:
        index.apart.append(older)


def encode_index(entries: Iterable[SessionEntry], foreign: dict[str, JsonValue]) -> bytes:
    """The index file: one entry a line, so that a damaged file loses as little as possible."""
    rows = [encode({name: value})[1:-1] for name, value in foreign.items()]
    rows += [encode({entry.key: None}).removesuffix(b"null}")[1:] + entry.encoded for entry in entries]
    return b"{\n" + b",\n".join(rows) + b"\n}\n"
