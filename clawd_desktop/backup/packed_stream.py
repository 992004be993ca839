"""Packs a stream with zstd and ends it with a checksum of every packed byte; reads it back within fixed memory."""

from __future__ import annotations

import hashlib
import os
import struct
import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO

from clawd_desktop.backup.ahead import Ahead
from clawd_desktop.backup.manifest import Damaged

if sys.version_info >= (3, 14):
    from compression.zstd import (
        CompressionParameter,
        DecompressionParameter,
        ZstdCompressor,
        ZstdDecompressor,
        ZstdError,
    )
else:
    from backports.zstd import (
        CompressionParameter,
        DecompressionParameter,
        ZstdCompressor,
        ZstdDecompressor,
        ZstdError,
    )

PIECE = 256 * 1024
# Distances that are looked back, and with it the memory that reading takes: 8 MiB at most, 2 MiB as written.
_LONGEST_WINDOW, _WINDOW = 23, 21
# Each worker starts with a whole window of the job before, else small jobs cost five percent in size.
_JOB, _OVERLAP = 1 << 21, 8
# Each takes 6 MB.
_MOST_WORKERS = 3
# A skippable frame, which zstd passes over: its mark, the size of what follows, and the SHA-256 of all before it.
# Source: RFC 8878, 3.1.2. Needed because many changes of a bit unpack to the same bytes, and to a right checksum.
_TRAILER = struct.Struct("<II32s")
_SKIPPABLE = 0x184D2A5C


class Packer:
    """Writes what it is given to `file`, packed; `close` ends the stream and leaves the file open.

    `level` is zstd's, 1 (fast) to 19 (small).
    """

    def __init__(self, file: BinaryIO, level: int) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._zstd = _compressor(level)
        self._gathered: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Add the bytes at the end."""
        self._gathered.append(data)
        self._size += len(data)
        # Small files come with many small pieces.
        if self._size >= PIECE:
            self._flush()

    def close(self) -> None:
        """Write what is not written yet, and the checksum."""
        self._flush()
        self._emit(self._zstd.flush())
        self._put(_TRAILER.pack(_SKIPPABLE, _TRAILER.size - 8, self._digest.digest()))

    def _flush(self) -> None:
        self._emit(self._zstd.compress(b"".join(self._gathered)))
        self._gathered.clear()
        self._size = 0

    def _emit(self, packed: bytes) -> None:
        if packed:
            self._digest.update(packed)
            self._put(packed)

    def _put(self, data: bytes) -> None:
        # A file without a buffer may take a part only.
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]


class Unpacker:
    """Reads what a Packer wrote, unpacking in a thread of its own; `close` must be called.

    All methods raise Damaged when it is not whole. `step` is called again and again with the number of packed bytes
    read so far, and may raise to stop it. Without `whole` its own checksum is not made, and `end` not called: for what
    was read whole before.
    """

    def __init__(self, file: BinaryIO, step: Callable[[int], None], *, whole: bool = True) -> None:
        self._file = file
        self._step = step
        self._zstd = _decompressor()
        self._whole = whole
        self._digest = hashlib.sha256()
        self._held = b""
        self._packed = 0
        self._ahead = Ahead(self._unpacked)
        self._ready = memoryview(b"")
        self.position = 0

    def read(self, size: int) -> bytes:
        """Exactly so many bytes."""
        if size > len(self._ready):
            return b"".join(self.pieces(size))
        piece, self._ready = self._ready[:size], self._ready[size:]
        self.position += size
        return bytes(piece)

    def pieces(self, size: int) -> Iterator[memoryview]:
        """Exactly so many bytes, piece by piece; they must be used up before anything else is read."""
        while size:
            self._ready = self._ready or memoryview(self._more())
            if not self._ready:
                raise Damaged("it ends too early")
            piece, self._ready = self._ready[:size], self._ready[size:]
            size -= len(piece)
            self.position += len(piece)
            yield piece

    def end(self) -> None:
        """Raises Damaged unless all was read and the checksum of the packed bytes is right."""
        if self._ready or self._more():
            raise Damaged("its end is followed by something")
        if self._zstd.unused_data or self._input():
            raise Damaged("its end is followed by something")
        if self._held != _TRAILER.pack(_SKIPPABLE, _TRAILER.size - 8, self._digest.digest()):
            raise Damaged("the checksum at its end is wrong or missing")

    def close(self) -> None:
        """Leave the file alone from now on."""
        self._ahead.close()

    def _more(self) -> bytes:
        data = self._ahead.take()
        self._step(self._packed)
        return data

    # What follows is called by `Ahead` alone, until it has ended.

    def _unpacked(self) -> bytes:
        while not self._zstd.eof:
            packed = self._input() if (hungry := self._zstd.needs_input) else b""
            if hungry and not packed:
                raise Damaged("it ends too early")
            try:
                data = self._zstd.decompress(packed, PIECE)
            except ZstdError as error:
                raise Damaged(f"it cannot be unpacked ({error})") from error
            if data:
                return data
        return b""

    def _input(self) -> bytes:
        """The next packed bytes, b"" at the end. The last ones are held back: they are the checksum."""
        while chunk := self._file.read(PIECE):
            self._packed += len(chunk)
            self._held += chunk
            if len(self._held) > _TRAILER.size:
                packed, self._held = self._held[: -_TRAILER.size], self._held[-_TRAILER.size :]
                if self._whole:
                    self._digest.update(packed)
                return packed
        return b""


def _compressor(level: int) -> ZstdCompressor:
    return ZstdCompressor(
        options={
            CompressionParameter.compression_level: level,
            CompressionParameter.window_log: _WINDOW,
            CompressionParameter.checksum_flag: 1,
            CompressionParameter.nb_workers: min(os.cpu_count() or 1, _MOST_WORKERS),
            CompressionParameter.job_size: _JOB,
            CompressionParameter.overlap_log: _OVERLAP,
        }
    )


def _decompressor() -> ZstdDecompressor:
    return ZstdDecompressor(options={DecompressionParameter.window_log_max: _LONGEST_WINDOW})
