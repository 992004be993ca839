"""The bytes of one cache entry on the disk: checked as a whole, so that a flipped bit is a miss and never an answer."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

_HEAD = struct.Struct("<4sBqqI")
_MAGIC = b"CDC1"
VALUE, MISSING = 1, 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A value, or the sentence that says what does not exist (`exists` is False). Times in wall-clock milliseconds."""

    value: bytes
    stored_ms: int
    expires_ms: int
    exists: bool = True


def packed(entry: Entry, key: str) -> bytes:
    """The entry as bytes; they are good for this key only."""
    kind = VALUE if entry.exists else MISSING
    head = _HEAD.pack(_MAGIC, kind, entry.stored_ms, entry.expires_ms, 0)
    return _HEAD.pack(_MAGIC, kind, entry.stored_ms, entry.expires_ms, _sum(head, entry.value, key)) + entry.value


def unpacked(data: bytes, key: str) -> Entry | None:
    """The entry, None when these bytes are not what was stored under this key."""
    if len(data) < _HEAD.size:
        return None
    magic, kind, stored_ms, expires_ms, checked = _HEAD.unpack_from(data)
    value = data[_HEAD.size :]
    head = _HEAD.pack(magic, kind, stored_ms, expires_ms, 0)
    if magic != _MAGIC or kind not in (VALUE, MISSING) or checked != _sum(head, value, key):
        return None
    return Entry(value, stored_ms, expires_ms, kind == VALUE)


def _sum(head: bytes, value: bytes, key: str) -> int:
    return zlib.crc32(value, zlib.crc32(key.encode(), zlib.crc32(head)))
