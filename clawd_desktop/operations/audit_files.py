"""Keeps the audit ledger's files: one a month, cut when large, each kept for more than a year. Blocks: for a thread."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clawd_desktop.core.errors import ClawdError, NotFound
from clawd_desktop.core.safeio import AppendFile, explained, make_folder, read_file, remove, write_file
from clawd_desktop.operations.audit_chain import (
    AuditEntry,
    Head,
    Link,
    faults,
    hash_of,
    head_bytes,
    head_of,
    line_of,
    link_of,
)

_NAME = re.compile(r"audit-(\d{4})-(\d\d)(?:\.(\d+))?\.jsonl")
_HEAD = "head.json"
_MONTH = "%Y-%m"


@dataclass(frozen=True, slots=True)
class Extent:
    """How long and how much is kept: a file for at least `days`, unless all together pass `most_bytes`."""

    days: int = 400
    piece_bytes: int = 8 * 1024 * 1024
    most_bytes: int = 64 * 1024 * 1024


class AuditFiles:
    """One writer. Files are read anew for each question, so that what was changed from outside is seen."""

    def __init__(self, folder: Path, extent: Extent | None = None) -> None:
        self.folder = folder
        self._extent = extent or Extent()
        self._head = Head()
        self._file: AppendFile | None = None

    def open(self) -> None:
        """Find where the chain ends. Raises StorageFault; nothing can be added then."""
        make_folder(self.folder)
        noted, last = self._noted() or Head(), self._last()
        self._head = noted
        if last is not None and last.entry is not None:
            # After the higher of both: what was removed at the end leaves a gap that stays visible.
            self._head = Head(min(noted.first, last.entry.seq), max(noted.last, last.entry.seq), last.hash)

    def append(self, entries: Sequence[AuditEntry]) -> None:
        """Add entries durably; their numbers are given here. Raises StorageFault: none of them was added then."""
        if self._file is None and self._head.last == 0:
            self.open()
        seq, previous, lines = self._head.last, self._head.hash, []
        for entry in entries:
            seq += 1
            line = line_of(replace(entry, seq=seq), previous)
            previous = hash_of(line)
            lines.append(line)
        try:
            self._opened(entries[-1].at_ms).append(b"".join(lines))
        except ClawdError:
            self.close()
            raise
        self._head = Head(self._head.first, seq, previous)
        write_file(self.folder / _HEAD, head_bytes(self._head))

    def newest(self, limit: int, before: int | None) -> tuple[AuditEntry, ...]:
        """At most `limit` entries below number `before` (None: from the end), the newest first."""
        found: list[AuditEntry] = []
        for path in reversed(self.files()):
            for link in reversed(list(self._links(path))):
                if link.entry is not None and (before is None or link.entry.seq < before):
                    found.append(link.entry)
                    if len(found) == limit:
                        return tuple(found)
        return tuple(found)

    def verify(self) -> tuple[str, ...]:
        """What is missing or was changed, as sentences."""
        links = (link for path in self.files() for link in self._links(path))
        return tuple(faults(links, self._noted()))

    def files(self) -> list[Path]:
        """The files of the ledger, the oldest first."""
        if not self.folder.is_dir():
            return []
        with explained(self.folder, "look into"):
            found = [(match, path) for path in self.folder.iterdir() if (match := _NAME.fullmatch(path.name))]
        return [path for match, path in sorted(found, key=lambda one: (one[0][1], one[0][2], int(one[0][3] or 1)))]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self, at_ms: int) -> AppendFile:
        month = time.strftime(_MONTH, time.gmtime(at_ms / 1000))
        files = self.files()
        newest = files[-1] if files else None
        # A clock that was set back does not open an old file again: the chain goes on in the newest one.
        if newest is not None and _month_of(newest) >= month and self._has_room(newest):
            path = newest
        else:
            path = self._next(newest, month)
        if self._file is None or self._file.path != path or not self._file.stands():
            self.close()
            make_folder(self.folder)
            self._file = AppendFile(path)
            self._prune(at_ms)
        return self._file

    def _has_room(self, path: Path) -> bool:
        """Whether lines may be added: it is not full, and its last line is whole."""
        with explained(path, "read"), path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - 1))
            return size < self._extent.piece_bytes and file.read(1) in (b"\n", b"")

    def _next(self, newest: Path | None, month: str) -> Path:
        if newest is None or _month_of(newest) < month:
            return self.folder / f"audit-{month}.jsonl"
        match = _NAME.fullmatch(newest.name)
        number = int(match[3] or 1) + 1 if match else 2
        return self.folder / f"audit-{_month_of(newest)}.{number}.jsonl"

    def _prune(self, now_ms: int) -> None:
        """Remove the oldest files that are too old or too much; the newest two stay whatever the clock says."""
        files = self.files()
        sizes = {path: path.stat().st_size for path in files}
        oldest = time.strftime(_MONTH, time.gmtime(now_ms / 1000 - self._extent.days * 86_400))
        total = sum(sizes.values())
        for path in files[:-2]:
            if total <= self._extent.most_bytes and _month_of(path) >= oldest:
                return
            last = next((link.entry.seq for link in reversed(list(self._links(path))) if link.entry), 0)
            self._head = replace(self._head, first=max(self._head.first, last + 1))
            # Noted first: a crash in between leaves more than is noted, which is no fault.
            write_file(self.folder / _HEAD, head_bytes(self._head))
            remove(path)
            total -= sizes[path]

    def _links(self, path: Path) -> Iterator[Link]:
        try:
            data = read_file(path)
        except NotFound:
            return
        for number, line in enumerate(data.split(b"\n"), 1):
            if line:
                yield link_of(line, f"Line {number} of {path.name}")

    def _last(self) -> Link | None:
        for path in reversed(self.files()):
            for link in reversed(list(self._links(path))):
                if link.entry is not None:
                    return link
        return None

    def _noted(self) -> Head | None:
        try:
            return head_of(read_file(self.folder / _HEAD))
        except NotFound:
            return None


def _month_of(path: Path) -> str:
    match = _NAME.fullmatch(path.name)
    return f"{match[1]}-{match[2]}" if match else ""
