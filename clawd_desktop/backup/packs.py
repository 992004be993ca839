"""Writes packs: many contents in one tar.zst (or tar.zst.age) that is named by its own checksum."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from clawd_desktop.backup import pack_header, pack_reader, sealing
from clawd_desktop.backup.archive_writer import LEVEL
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.read_back import ReadBack
from clawd_desktop.backup.store_documents import Seal, broken
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import ClawdError, StorageFault
from clawd_desktop.core.new_file import NewFile

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

SUFFIX = ".pack"
# A pack is closed when it has grown to this, packed or not; one content may be larger.
FULL_BYTES = 64 << 20
FULL_RAW_BYTES = 256 << 20
CHUNK = 1 << 20
_WORKERS = 2
# Small jobs, each with all of the window before it: a third of the memory, and no larger.
_WINDOW, _WHOLE_WINDOW = 21, 8


class ContentChanged(Exception):
    """What was to be packed is not what its checksum was made of: it was written to meanwhile."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that stands: the SHA-256 of its file, the bytes of its file, and checksum -> size of what it holds."""

    name: str
    size: int
    contents: dict[str, int]


class PackWriter:
    """One pack being written. After ContentChanged it can only be discarded."""

    def __init__(self, folder: Path, seal: Seal, most_bytes: int = 0) -> None:
        from backports import zstd

        self._folder = folder
        self._seal = seal
        self._target = _Target(folder, most_bytes)
        with contextlib.ExitStack() as failing:
            failing.callback(self._target.discard)
            beside = self._target.file.beside
            self._read_back = ReadBack(self._target.file, lambda file: pack_reader.read_whole(beside, seal, file))
            failing.callback(self._read_back.close)
            self._plain = plain = io.BufferedWriter(self._target, CHUNK)
            self._out: BinaryIO = sealing.closing(plain, seal.lock) if seal.lock else plain
            failing.pop_all()
        parameter = zstd.CompressionParameter
        self._zstd = zstd.ZstdCompressor(
            options={
                parameter.compression_level: LEVEL, parameter.checksum_flag: 1, parameter.nb_workers: _WORKERS,
                parameter.window_log: _WINDOW, parameter.job_size: 1 << _WINDOW, parameter.overlap_log: _WHOLE_WINDOW,
            }
        )  # fmt: skip
        self._contents: dict[str, int] = {}
        self._raw = 0

    def __contains__(self, digest: str) -> bool:
        return digest in self._contents

    @property
    def full(self) -> bool:
        """Whether it is time for the next one."""
        return self._target.size >= FULL_BYTES or self._raw >= FULL_RAW_BYTES

    def add(self, digest: str, size: int, data: Iterable[bytes]) -> None:
        """Add a content in pieces. Raises ContentChanged when they are not `size` bytes with that SHA-256."""
        self._write(pack_header.header(digest, size))
        hasher, left = hashlib.sha256(), size
        for piece in data:
            left -= len(piece)
            hasher.update(piece)
            self._write(piece)
        if left or hasher.hexdigest() != digest:
            raise ContentChanged(digest)
        self._write(bytes(pack_header.padding(size)))
        self._contents[digest] = size

    def add_bytes(self, digest: str, data: bytes) -> None:
        """Add a content that is in memory, whose SHA-256 the caller has just made."""
        self._write(pack_header.header(digest, len(data)) + data + bytes(pack_header.padding(len(data))))
        self._contents[digest] = len(data)

    def finish(self) -> Pack:
        """Sync it, read it back from the disk, and give it its name. Raises StorageFault, Unreadable."""
        self._write(pack_header.END)
        self._out.write(self._zstd.flush())
        self._out.close()
        self._plain.close()
        name = self._target.hasher.hexdigest()
        if self._read_back.result() != (name, self._contents):
            with broken(self._target.file.beside):
                raise Damaged("it reads back differently")
        self._target.keep(self._folder / f"{name}{SUFFIX}")
        return Pack(name, self._target.size, self._contents)

    def discard(self) -> None:
        """Take away what was written, as far as the disk lets."""
        self._target.gone = True
        with contextlib.suppress(ClawdError, OSError, ValueError):
            self._out.close()
            self._plain.close()
        self._read_back.close()
        self._target.discard()

    def _write(self, data: bytes) -> None:
        self._raw += len(data)
        if packed := self._zstd.compress(data):
            self._out.write(packed)


def pieces(file: BinaryIO, most: int = -1) -> Iterator[bytes]:
    """The file in pieces, at most `most` bytes of it (-1: all)."""
    while most and (piece := file.read(CHUNK if most < 0 else min(CHUNK, most))):
        most -= len(piece) if most > 0 else 0
        yield piece


class _Target(io.RawIOBase):
    """The file of a pack: counts and hashes what is written to the disk. Closing it leaves the file open."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._open = contextlib.ExitStack()
        self.file = self._open.enter_context(NewFile(folder / f"pack{SUFFIX}"))
        self.hasher = hashlib.sha256()
        self.size = 0
        self.gone = False
        self._most_bytes = most_bytes

    def keep(self, path: Path) -> None:
        """Give it its name, which nobody knew before; a damaged pack of that name makes room for what it was."""
        if path.exists():
            safeio.remove(path)
        self.file.path = path
        with self._open:
            self.file.keep()

    def discard(self) -> None:
        """Take it away, as far as the disk lets; does nothing after `keep`."""
        self._open.close()

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        piece = bytes(data)
        if self.gone:
            return len(piece)
        self.size += len(piece)
        if self._most_bytes and self.size > self._most_bytes:
            raise StorageFault(
                f"{self.file.path.parent} lies on a disk that holds no file of more than {self._most_bytes:,} bytes.",
                hint="Leave the large file out, or use a disk with another file system (exFAT, NTFS, ext4).",
            )
        self.file.write(piece)
        self.hasher.update(piece)
        return len(piece)
