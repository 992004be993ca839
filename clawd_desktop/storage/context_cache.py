"""Keeps what models see of the conversations used last, so that the next turn reads only what was written since."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core.messages import Message
from clawd_desktop.storage.model_context import followed, living, tied
from clawd_desktop.storage.transcript_lines import entry_id
from clawd_desktop.storage.transcript_reader import CONTEXT_LINES, read_after, read_tail

# All kept conversations together, by the size of their transcripts' read part: one that fills a large model's window,
# or a dozen usual ones. Python needs about twice that.
MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What a transcript looked like: whoever writes into it, this program or another, changes it."""

    size: int
    changed_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of a transcript: its messages, the id of its last line, and how many bytes that took."""

    stamp: _Stamp
    messages: tuple[Message, ...]
    last: str
    size: int


class ContextCache:
    """Contexts by transcript; at most `most` of them. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Path, _Known] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, path: Path) -> tuple[Message, ...]:
        """What a model should see of the transcript now. Raises StorageFault or Unreadable."""
        # What is written while it is read makes another stamp next time.
        stamp = _stamp(path)
        if stamp is None:
            return tied(living([line.entry for line in read_tail(path)]))
        with self._lock:
            known = self._kept.get(path)
        if known is None or known.stamp != stamp:
            known = (known and _continued(known, path, stamp)) or _read(path, stamp)
        self._keep(path, known)
        return tied(known.messages)

    def resize(self, most: int) -> None:
        """Keep at most `most` conversations from now on."""
        with self._lock:
            self._most = most
            self._make_room()

    def clear(self) -> int:
        """Forget all; returns about how many bytes that frees."""
        with self._lock:
            freed, self._bytes = self._bytes, 0
            self._kept.clear()
            return freed

    def _keep(self, path: Path, known: _Known) -> None:
        with self._lock:
            self._forget(path)
            if known.size <= MOST_BYTES:
                self._kept[path] = known
                self._bytes += known.size
                self._make_room()

    def _make_room(self) -> None:
        while self._kept and (len(self._kept) > self._most or self._bytes > MOST_BYTES):
            self._forget(next(iter(self._kept)))

    def _forget(self, path: Path) -> None:
        known = self._kept.pop(path, None)
        if known is not None:
            self._bytes -= known.size


def _continued(known: _Known, path: Path, stamp: _Stamp) -> _Known | None:
    """The same with what was appended since; None when something else was done to the file."""
    if stamp.inode != known.stamp.inode or stamp.size <= known.stamp.size:
        return None
    entries = read_after(path, known.stamp.size, known.last)
    if not entries:
        return None
    more = followed(known.last, entries)
    if more is None or len(known.messages) + len(more) > CONTEXT_LINES:
        return None
    size = known.size + stamp.size - known.stamp.size
    return _Known(stamp, (*known.messages, *more), entry_id(entries[-1]), size)


def _read(path: Path, stamp: _Stamp) -> _Known:
    lines = read_tail(path)
    messages = tuple(living([line.entry for line in lines]))
    last = entry_id(lines[-1].entry) if lines else ""
    return _Known(stamp, messages, last, stamp.size - lines[0].start if lines else 0)


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return _Stamp(found.st_size, found.st_mtime_ns, found.st_ino)
