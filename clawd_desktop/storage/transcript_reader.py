"""Reads transcripts from their end, so that the newest messages of a huge one cost milliseconds and little memory."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from clawd_desktop.core.errors import NotFound
from clawd_desktop.core.safeio import explained, open_regular
from clawd_desktop.core.values import JsonObject, as_object, as_text
from clawd_desktop.storage.model_context import has_message
from clawd_desktop.storage.transcript_lines import entry_id, parse

_BLOCK = 64 * 1024
_LONGEST_LINE = 64 * 1024 * 1024
_STRETCH_BYTES = 16 * 1024 * 1024
CONTEXT_LINES = 2_000
_CONTEXT_BYTES = 8 * 1024 * 1024
_log = logging.getLogger("clawd.storage")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some messages in the order they were said, each with its entry id ("" when it has none).

    `before` is the position (a byte offset) to ask for the stretch before this one, None when there is none.
    """

    messages: list[tuple[str, JsonObject]]
    before: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A readable line; `start` and `end` are the offsets of its first byte and of its line end."""

    start: int
    end: int
    entry: JsonObject


def read_stretch(path: Path, limit: int, before: int | None = None) -> Stretch:
    """At most `limit` messages that end before position `before` (None: the newest); fewer when they are huge.

    A transcript that is not there has no messages. Raises StorageFault or Unreadable.
    """
    found: list[Line] = []
    size = 0
    for line in newest_first(path, before):
        if not has_message(line.entry):
            continue
        size += line.end - line.start
        if len(found) >= limit or (found and size > _STRETCH_BYTES):
            return Stretch(_messages(found), found[-1].start if found else before)
        found.append(line)
    return Stretch(_messages(found), None)


def _messages(newest: list[Line]) -> list[tuple[str, JsonObject]]:
    return [(entry_id(line.entry), as_object(line.entry["message"])) for line in reversed(newest)]


def read_tail(path: Path) -> list[Line]:
    """The lines that a model may need to see, oldest first: back to what the last compaction kept, or to a bound."""
    newest: list[Line] = []
    size = 0
    kept_from = ""
    for line in newest_first(path):
        size += line.end - line.start
        if newest and (len(newest) >= CONTEXT_LINES or size > _CONTEXT_BYTES):
            break
        newest.append(line)
        if kept_from and entry_id(line.entry) == kept_from:
            break
        if line.entry.get("type") == "compaction" and not kept_from:
            kept_from = as_text(line.entry.get("firstKeptEntryId"))
    return newest[::-1]


def read_after(path: Path, position: int, last: str) -> list[JsonObject] | None:
    """The entries after byte `position`, oldest first; None when the line before it is another than `last`, or longer.

    Then the file is no longer the one that was read up to there.
    """
    newest: list[JsonObject] = []
    for line in newest_first(path):
        if line.start < position:
            return newest[::-1] if line.end <= position and entry_id(line.entry) == last else None
        newest.append(line.entry)
    return None


def newest_first(path: Path, before: int | None = None) -> Iterator[Line]:
    """The readable lines of a transcript that end before `before`, newest first; unreadable ones are passed over.

    No lines when there is no such file. Raises StorageFault or Unreadable.
    """
    try:
        file = open_regular(path)
    except NotFound:
        return
    with file, explained(path, "read"):
        size = os.fstat(file.fileno()).st_size
        end = size if before is None else max(0, min(before, size))
        for start, text in _backwards(file, end):
            entry = parse(text)
            if entry is not None:
                yield Line(start, start + len(text), entry)
            elif start + len(text) < end:
                _warn(path, start)


@lru_cache(maxsize=1024)
def _warn(path: Path, start: int) -> None:
    """Once per line, however often the history is asked for."""
    _log.warning("%s: the line at byte %d cannot be read; it is kept and passed over", path, start)


def _backwards(file: BinaryIO, end: int) -> Iterator[tuple[int, bytes]]:
    """Non-empty lines before `end` from the last to the first, each with the offset of its first byte."""
    rest = _Rest()
    while end > 0:
        begin = max(0, end - _BLOCK)
        file.seek(begin)
        block = _read_exactly(file, end - begin)
        stop = len(block)
        while (cut := block.rfind(b"\n", 0, stop)) >= 0:
            line = rest.complete(block[cut + 1 : stop])
            if line:
                yield begin + cut + 1, line
            stop = cut
        rest.add(block[:stop])
        end = begin
    line = rest.complete(b"")
    if line:
        yield 0, line


def _read_exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    while len(data) < size:
        more = file.read(size - len(data))
        if not more:
            break
        data += more
    return data


class _Rest:
    """The end of a line whose beginning lies in blocks that are not read yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size > _LONGEST_LINE:
            # Keeps the memory bounded; what is left of such a line is no JSON and so is passed over.
            self._pieces, self._size = [b"\0"], 1

    def complete(self, beginning: bytes) -> bytes:
        if not self._pieces:
            return beginning
        line = b"".join([beginning, *reversed(self._pieces)])
        self._pieces, self._size = [], 0
        return line
