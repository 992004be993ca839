"""Counts what a transcript holds in one pass over its lines, in little memory however long it is."""

from __future__ import annotations

import heapq
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from clawd_desktop.core.messages import Message, Usage, from_wire
from clawd_desktop.core.safeio import explained, open_regular
from clawd_desktop.core.values import JsonObject, as_object, as_text
from clawd_desktop.models.tokens import estimate_message
from clawd_desktop.storage.transcript_lines import entry_id, from_iso, parse

LARGEST_SHOWN = 5
OPEN_CALLS_SHOWN = 20
TORN_SHOWN = 10
LONGEST_LINE = 16 * 1024 * 1024
_BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True, order=True)
class Large:
    """One of the largest messages: its bytes in the file, estimated tokens, role, entry id and time (ms)."""

    size: int
    tokens: int
    role: str
    entry_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A wish to run a tool that no result followed."""

    call_id: str
    tool: str
    entry_id: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a transcript holds. Tokens are estimates, `usage` is what the models reported, times milliseconds.

    `torn` are the byte offsets of the first lines that cannot be read; `unfinished` says that the last line has no end.
    """

    size: int
    lines: int = 0
    roles: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    models: dict[str, int] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    usage: Usage = Usage()
    first_ms: int = 0
    last_ms: int = 0
    largest: tuple[Large, ...] = ()
    open_calls: tuple[OpenCall, ...] = ()
    open_count: int = 0
    stray_results: int = 0
    errors: int = 0
    aborted: int = 0
    compactions: int = 0
    torn: tuple[int, ...] = ()
    torn_count: int = 0
    unfinished: bool = False
    version: int | None = None
    session_id: str = ""

    @property
    def messages(self) -> int:
        """How many messages of any role."""
        return sum(self.roles.values())


def scan(path: Path) -> Scan:
    """What the file holds; does disk work. Raises NotFound, Unreadable or StorageFault."""
    with open_regular(path) as file, explained(path, "read"):
        size = os.fstat(file.fileno()).st_size
        counting = _Counting()
        for start, line, ended in _lines(file):
            counting.take(start, line, ended)
        return counting.result(size)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None, bool]]:
    """Each line with its offset and whether it has an end; None stands for one that is too long to be read."""
    start, pieces, held = 0, [b""], 0
    while block := file.read(_BLOCK):
        *ended, rest = block.split(b"\n")
        for piece in ended:
            long = held + len(piece) > LONGEST_LINE
            yield start, None if long else b"".join([*pieces, piece]), True
            start += held + len(piece) + 1
            pieces, held = [], 0
        held += len(rest)
        pieces = [*pieces, rest] if held <= LONGEST_LINE else []
    if held:
        yield start, b"".join(pieces) if held <= LONGEST_LINE else None, False


class _Counting:
    """The counts so far."""

    def __init__(self) -> None:
        self._lines = self._stray = self._errors = self._aborted = self._torn_count = 0
        self._roles: Counter[str] = Counter()
        self._tokens: Counter[str] = Counter()
        self._models: Counter[str] = Counter()
        self._others: Counter[str] = Counter()
        self._usage = Usage()
        self._times: list[int] = []
        self._largest: list[Large] = []
        self._open: dict[str, OpenCall] = {}
        self._torn: list[int] = []
        self._unfinished = False
        self._header: JsonObject = {}

    def take(self, start: int, line: bytes | None, ended: bool) -> None:
        """The next line."""
        if line is not None and not line.strip():
            return
        self._lines += 1
        self._unfinished = not ended
        entry = parse(line) if line is not None else None
        if entry is None or line is None:
            self._torn_count += 1
            self._torn = [*self._torn, start][:TORN_SHOWN]
            return
        message = from_wire(as_object(entry.get("message"))) if entry.get("type") == "message" else None
        if message is not None:
            self._message(entry, message, len(line))
        elif entry.get("type") == "session" and not self._header:
            self._header = entry
        else:
            self._others[as_text(entry.get("type"), "?")[:40]] += 1

    def result(self, size: int) -> Scan:
        """Everything that was counted."""
        version = self._header.get("version")
        return Scan(
            size=size,
            lines=self._lines,
            roles=dict(self._roles),
            tokens=dict(self._tokens),
            models=dict(self._models.most_common(20)),
            others=dict(self._others.most_common(20)),
            usage=self._usage,
            first_ms=self._times[0] if self._times else 0,
            last_ms=self._times[1] if self._times else 0,
            largest=tuple(sorted(self._largest, reverse=True)),
            open_calls=tuple(self._open.values())[-OPEN_CALLS_SHOWN:],
            open_count=len(self._open),
            stray_results=self._stray,
            errors=self._errors,
            aborted=self._aborted,
            compactions=self._others["compaction"],
            torn=tuple(self._torn),
            torn_count=self._torn_count,
            unfinished=self._unfinished,
            version=version if isinstance(version, int) else None,
            session_id=as_text(self._header.get("id")),
        )

    def _message(self, entry: JsonObject, message: Message, size: int) -> None:
        tokens, at_ms = estimate_message(message), message.timestamp or from_iso(as_text(entry.get("timestamp")))
        self._roles[message.role] += 1
        self._tokens[message.role] += tokens
        if at_ms:
            self._times = [self._times[0] if self._times else at_ms, at_ms]
        large = Large(size, tokens, message.role, entry_id(entry), at_ms)
        if len(self._largest) < LARGEST_SHOWN:
            heapq.heappush(self._largest, large)
        else:
            heapq.heappushpop(self._largest, large)
        if message.role == "assistant":
            self._assistant(entry, message)
        elif message.role == "toolResult" and self._open.pop(message.tool_call_id, None) is None:
            self._stray += 1

    def _assistant(self, entry: JsonObject, message: Message) -> None:
        if message.model:
            self._models[f"{message.provider}/{message.model}"] += 1
        if message.usage is not None:
            self._usage += message.usage
        self._errors += message.stop_reason == "error"
        self._aborted += message.stop_reason == "aborted"
        for call in message.tool_calls:
            self._open[call.id] = OpenCall(call.id, call.name, entry_id(entry))
