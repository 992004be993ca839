"""Remembers the checksums of files that were read, so that unchanged ones are not read again; forgets when in doubt."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from clawd_desktop.backup import store_documents
from clawd_desktop.backup.store_documents import Seal
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_text

_KIND = "seen"
# A week after everything was read, everything is read again.
FULL_READ_MS = 7 * 86_400_000
# Within this a file may change again and keep its times: FAT counts in 2 seconds.
_DOUBT_NS = 3_000_000_000
# Inodes of Windows have up to 128 bits, numbers in JSON 63.
_MOST_INODE = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a file on this computer is known to be unchanged; times are since the epoch.

    `rules` stands for what was to be taken out of it, see Collected.
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    rules: str = ""


def stamp_of(path: Path | str, found: os.stat_result, rules: str = "") -> Stamp:
    """The stamp of a file, of which `found` must have been taken before it is opened."""
    inode = found.st_ino & _MOST_INODE
    return Stamp(os.fspath(path), found.st_size, found.st_mtime_ns, found.st_ctime_ns, inode, rules)


def rests(stamp: Stamp, now_ns: int) -> bool:
    """Whether the file is the same as long as it has this stamp; one that was just written to may not be."""
    return now_ns - max(stamp.mtime_ns, stamp.ctime_ns) >= _DOUBT_NS


@dataclass(slots=True)
class SeenFiles:
    """The files of one round. `full` says that this round must read everything."""

    full: bool
    full_read_ms: int
    before: dict[Stamp, str] = field(default_factory=dict)
    now: dict[Stamp, str] = field(default_factory=dict)

    def look_up(self, stamp: Stamp | None) -> str:
        """The checksum of an unchanged file, "" when it must be read."""
        return "" if stamp is None or self.full else self.before.get(stamp, "")

    def note(self, stamp: Stamp | None, digest: str, size: int, read_ns: int) -> None:
        """Remember a checksum, unless the file may have changed while it was read at `read_ns` (since the epoch)."""
        if stamp is not None and stamp.size == size and rests(stamp, read_ns):
            self.now[stamp] = digest

    def keep(self, stamp: Stamp, digest: str) -> None:
        """Go on remembering a file that was not read in this round."""
        self.now[stamp] = digest


def load(path: Path, now_ms: int) -> SeenFiles:
    """What was remembered at `path`; nothing when it is a week old, from the future, gone or damaged."""
    try:
        body = store_documents.read(path, _KIND, Seal())
    except ClawdError:
        return SeenFiles(True, now_ms)
    read_ms = as_int(body.get("fullReadMs"))
    if not 0 <= now_ms - read_ms < FULL_READ_MS:
        return SeenFiles(True, now_ms)
    rows = (as_list(row) for row in as_list(body.get("files")))
    return SeenFiles(False, read_ms, dict(_rows(rows)))


def save(path: Path, seen: SeenFiles) -> None:
    """Remember for the next round. Raises StorageFault."""
    rows: list[JsonValue] = [
        [_bytes(stamp.path), stamp.size, stamp.mtime_ns, stamp.ctime_ns, stamp.inode, stamp.rules, digest]
        for stamp, digest in seen.now.items()
    ]
    body: JsonObject = {"fullReadMs": seen.full_read_ms, "files": rows}
    safeio.make_folder(path.parent)
    safeio.write_file(path, store_documents.encode(_KIND, body))


def _rows(listed: Iterable[list[JsonValue]]) -> Iterator[tuple[Stamp, str]]:
    """What rows of the right form say."""
    for row in listed:
        # There is one for each file of a home, so that one look at all numbers has to do.
        if len(row) == 7 and set(map(type, row[1:5])) == {int}:
            path, size, mtime, ctime, inode, rules, digest = row
            numbers = cast("tuple[int, int, int, int]", (size, mtime, ctime, inode))
            yield Stamp(_text(as_text(path)), *numbers, as_text(rules)), as_text(digest)


# JSON has no lone surrogates: a name is written as its bytes, one letter each.


def _bytes(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def _text(text: str) -> str:
    return text if text.isascii() else text.encode("latin-1", "replace").decode("utf-8", "surrogateescape")
