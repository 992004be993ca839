"""Unpacks gzip piece by piece with a bound on what comes out, so that no small file fills memory or disk."""

from __future__ import annotations

import hashlib
import zlib
from typing import BinaryIO

from clawd_desktop.backup.manifest import Damaged

MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 16
_GZIP = 31  # zlib's word for a header and a trailer of gzip, both checked


class GzipSource:
    """What is packed in `file`, from its start on. Of it at most `limit` bytes are ever unpacked.

    `taken` are the bytes of the file that were read, `digest` is their SHA-256 so far.
    """

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self._left = limit
        self._unpacker = zlib.decompressobj(_GZIP)
        self._raw = b""
        self._ready = bytearray()
        self._ended = False
        self._hash = hashlib.sha256()
        self.taken = 0

    @property
    def digest(self) -> str:
        """The SHA-256 of what was taken from the file, in hex."""
        return self._hash.hexdigest()

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer only at the end. Raises Damaged when the file is not whole, or holds more."""
        while len(self._ready) < size and not self._ended:
            self._fill()
        found = bytes(self._ready[:size])
        del self._ready[:size]
        return found

    def _fill(self) -> None:
        if not self._raw:
            self._raw = self._file.read(_CHUNK)
            self._hash.update(self._raw)
            self.taken += len(self._raw)
        if self._unpacker.eof:
            # Files of gzip may be joined; anything else behind one is none of it.
            if not self._raw:
                self._ended = True
                return
            self._unpacker = zlib.decompressobj(_GZIP)
        elif not self._raw:
            raise Damaged("it ends in the middle")
        try:
            piece = self._unpacker.decompress(self._raw, _CHUNK)
        except zlib.error as error:
            raise Damaged("its compressed data are broken") from error
        self._raw = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail
        self._left -= len(piece)
        if self._left < 0:
            raise Damaged("it unpacks to more than there is room for")
        self._ready += piece
