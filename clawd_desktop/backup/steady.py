"""Reads a file that may be written to meanwhile: what is taken is the file of one moment, or is warned about."""

from __future__ import annotations

import errno
import io
import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from clawd_desktop.backup.tree import Opener

if TYPE_CHECKING:
    from typing_extensions import Buffer

SMALL = 4 * 1024 * 1024
_ROUNDS = 6
# Within one tick of the file system's clock a second change shows in no time: before that has passed nobody knows
# whether a file rests. A tick is 1 to 10 ms.
_TICK_NS = 20_000_000
_BLOCK = 1 << 20
_HEAD = 16
_LINE_BLOCK = 64 * 1024
MOVED = "It was written to all the time while it was read, so its parts may be of different moments."
SHRANK = "It became shorter while it was read; its end is empty in the backup."


@dataclass(slots=True)
class Reading:
    """What was read: `data` is all of it, or a stream of `size` bytes. `facts` are those of the moment of reading."""

    data: bytes | Stream
    facts: os.stat_result
    warning: str = ""

    @property
    def head(self) -> bytes:
        """How it begins, 16 bytes."""
        return self.data[:_HEAD] if isinstance(self.data, bytes) else self.data.head

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.data) if isinstance(self.data, bytes) else self.data.size

    def close(self) -> str:
        """Close the file; answers what there is to warn of, "" for nothing."""
        if not isinstance(self.data, bytes):
            self.data.close()
            return self.warning or self.data.warning
        return self.warning


class Stream(io.RawIOBase):
    """The first `size` bytes of a file; where it ends before, or cannot be read, `filler` stands for the rest.

    `watch` hears how many bytes were read each time; what it raises ends the reading.
    """

    def __init__(self, descriptor: int, size: int, filler: bytes) -> None:
        super().__init__()
        self.size = size
        self.warning = ""
        self.watch: Callable[[int], None] = lambda count: None
        self._file = os.fdopen(descriptor, "rb", buffering=0)
        self.head = self._file.read(_HEAD) or b""
        self._file.seek(0)
        self._left = size
        self._filler = filler
        # What only grows may grow.
        self._before = stamp(os.fstat(descriptor)) if filler == b"\0" else None

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """At most as many bytes as the buffer has; 0 at the end."""
        view = memoryview(buffer).cast("B")[: self._left]
        if not view:
            return 0
        count = 0 if self.warning else self._read_some(view)
        if not count:
            self.warning = self.warning or SHRANK
            count = len(view)
            view[:] = self._filler * count
        self._left -= count
        self.watch(count)
        return count

    def _read_some(self, view: memoryview) -> int:
        try:
            return self._file.readinto(view) or 0
        except OSError as error:
            self.warning = f"It could not be read to its end: {error.strerror}; its end is empty in the backup."
            return 0

    def close(self) -> None:
        """Close the file."""
        if not self._file.closed:
            if self._before is not None and not self.warning and stamp(os.fstat(self._file.fileno())) != self._before:
                self.warning = MOVED
            self._file.close()
        super().close()


def stamp(facts: os.stat_result) -> tuple[int, int, int, int]:
    """What differs once a file was written to or replaced."""
    return facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def steady(opener: Opener, path: str, *, lines: bool = False) -> Reading:
    """The file below the opener's root; the reading must be closed.

    With `lines` it is one that only grows, line by line: it is taken up to its last whole line. A small one (4 MiB) is
    read again when it changed meanwhile; what changes all the time, and a larger one that changed, is warned about.
    Raises OSError, also when it is no regular file (EINVAL).
    """
    for _ in range(_ROUNDS):
        descriptor = _regular(opener, path)
        facts = os.fstat(descriptor)
        if facts.st_size > SMALL:
            return _large(descriptor, facts, lines=lines)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            if not lines:
                facts = _after_a_tick(file, facts)
            data = _read(file, facts.st_size)
            if lines and len(data) == facts.st_size:
                return Reading(_whole_lines(data), facts)
            if _rested(file, facts) and _stands(opener, path, facts):
                return Reading(data, facts)
    # One that is replaced time and again is whole each time; only one that is written in place is not.
    with os.fdopen(_regular(opener, path), "rb", buffering=0) as file:
        facts = _after_a_tick(file, os.fstat(file.fileno()))
        data = _read(file, facts.st_size)
        return Reading(data, facts, "" if _rested(file, facts) else MOVED)


def _regular(opener: Opener, path: str) -> int:
    descriptor = opener.open(path)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no longer a file")
    return descriptor


def _read(file: io.FileIO, size: int) -> bytes:
    pieces = []
    while size > 0 and (piece := file.read(min(size, _BLOCK))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _after_a_tick(file: io.FileIO, facts: os.stat_result) -> os.stat_result:
    """The facts of a file that was just written to, a moment later."""
    since = time.time_ns() - facts.st_mtime_ns
    if abs(since) > _TICK_NS:
        return facts
    time.sleep((_TICK_NS - max(0, since)) / 1e9)
    return os.fstat(file.fileno())


def _rested(file: io.FileIO, before: os.stat_result) -> bool:
    """Whether nobody wrote to it shortly before or since, as far as the file system's clock can tell."""
    now = os.fstat(file.fileno())
    if now.st_nlink != before.st_nlink:  # it was replaced or removed, which changes the time of that and nothing in it
        same = (now.st_size, now.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    else:
        same = stamp(now) == stamp(before)
    return same and abs(time.time_ns() - now.st_mtime_ns) > _TICK_NS


def _stands(opener: Opener, path: str, facts: os.stat_result) -> bool:
    """Whether the path still leads to this file: what replaced it is newer."""
    try:
        return os.path.samestat(opener.facts(path), facts)
    except OSError:
        return True  # it was removed: what was read is the last that it was


def _large(descriptor: int, facts: os.stat_result, *, lines: bool) -> Reading:
    size = _line_end(descriptor, facts.st_size) if lines else facts.st_size
    return Reading(Stream(descriptor, size, b"\n" if lines else b"\0"), facts)


def _whole_lines(data: bytes) -> bytes:
    """The data without a last line that is half written."""
    end = data.rfind(b"\n") + 1
    return data if _is_line(data[end:]) else data[:end]


def _is_line(tail: bytes) -> bool:
    """Whether the end is whole though no line feed follows: half an object is never JSON."""
    if not tail:
        return True
    try:
        return isinstance(orjson.loads(tail), dict)
    except orjson.JSONDecodeError:
        return False


def _line_end(descriptor: int, size: int) -> int:
    """Where the last whole line ends; the descriptor stands at the beginning again."""
    at = size
    with os.fdopen(os.dup(descriptor), "rb", buffering=0) as file:
        while at > 0:
            start = max(0, at - _LINE_BLOCK)
            file.seek(start)
            found = _read(file, at - start).rfind(b"\n")
            if found >= 0:
                at = start + found + 1
                break
            at = start
        file.seek(at)
        tail = _read(file, size - at) if size - at <= SMALL else b""
        file.seek(0)
    return size if tail and _is_line(tail) else at
