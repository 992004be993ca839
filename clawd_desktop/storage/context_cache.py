"""Keeps what models see of the conversations used last, so that the next turn need not read the transcript again."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core.messages import Message

# All kept conversations together, by the size of their transcripts' read part: Python needs about three times that.
MOST_BYTES = 16 * 1024 * 1024
_LARGEST_FILE = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What a transcript looked like: whoever writes into it, this program or another, changes it."""

    size: int
    changed_ns: int
    inode: int


class ContextCache:
    """Contexts by transcript; at most `most` of them. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Path, tuple[_Stamp, tuple[Message, ...]]] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, path: Path, read: Callable[[Path], tuple[Message, ...]]) -> tuple[Message, ...]:
        """What was read of the transcript, read again when it has changed. Raises what `read` raises."""
        stamp = _stamp(path)
        with self._lock:
            known = self._kept.get(path)
            if known is not None and known[0] == stamp:
                self._kept.move_to_end(path)
                return known[1]
        messages = read(path)
        # What was written while it was read makes another stamp next time.
        if stamp is not None and stamp.size <= _LARGEST_FILE:
            with self._lock:
                self._forget(path)
                self._kept[path] = (stamp, messages)
                self._bytes += stamp.size
                self._make_room()
        return messages

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

    def _make_room(self) -> None:
        while self._kept and (len(self._kept) > self._most or self._bytes > MOST_BYTES):
            self._forget(next(iter(self._kept)))

    def _forget(self, path: Path) -> None:
        known = self._kept.pop(path, None)
        if known is not None:
            self._bytes -= known[0].size


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return _Stamp(found.st_size, found.st_mtime_ns, found.st_ino)
