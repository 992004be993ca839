"""Writes one backup file: members, then their list, packed and if wanted sealed, so that `tar` and `zstd` open it."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from clawd_desktop.backup import tar_stream
from clawd_desktop.backup.archive_form import Roll, check_paths, list_member, member_of
from clawd_desktop.backup.manifest import Entry, Manifest, check, encode

if TYPE_CHECKING:
    from clawd_desktop.backup.sealed_file import SealedFile
    from clawd_desktop.backup.sealing import Lock

PIECE = 256 * 1024
# zstd's, 1 (fast) to 19 (small): 3 makes of a home six percent less, and takes twice the time.
LEVEL = 1
# Files up to this size are read whole before their header is written, so that their size is what was read.
_AT_ONCE = 1 << 20
# The list holds times of the years 1823 to 2116.
_MOST_TIME = 1 << 62


class ArchiveWriter:
    """Writes a backup to `file`, which stays open: `add` for each entry, `close` with the list of all of them.

    To be used by `with`; without `close` what was written is no backup. Errors of `file` and of what is added go
    through; after one in the middle of a member nothing more can be added. `level` is zstd's, 1 (fast) to 19 (small).
    `shrunk` are the paths of files that became shorter while they were read, with the area in front.
    """

    def __init__(self, file: BinaryIO, lock: Lock | None = None, *, level: int = LEVEL) -> None:
        # Not every start of the program needs the library of this.
        from clawd_desktop.backup.packed_stream import Packer

        self._sealed = _sealed(file, lock) if lock is not None else None
        self._packer = Packer(self._sealed or file, level)
        self._roll = Roll()
        self._torn = False
        self.shrunk: list[str] = []

    def add(self, entry: Entry, data: BinaryIO | bytes | None) -> Entry:
        """Write one member; returns the entry with the rights, time, size and checksum of what was written.

        `data` is what a file holds, None for folders and links. A file that grows while it is read is cut at the size
        that it had at first; one that shrinks is filled with zeros up to it, and its path is put into `shrunk`.
        Raises Damaged, before anything is written, for a path or a link that no backup may hold.
        """
        check_paths(entry)
        if data is None:
            if entry.kind == "file":
                raise ValueError(f"{entry.path} has no data.")
            written = _fitted(entry, 0)
            with self._member():
                self._packer.write(tar_stream.header(member_of(written)))
        elif isinstance(data, bytes):
            written = self._add_file(_fitted(entry, len(data)), data, None)
        else:
            start = _read(data, entry.size)
            long = len(start) > _AT_ONCE
            size = _size(data, len(start), entry.size) if long else len(start)
            written = self._add_file(_fitted(entry, size), start, data if long else None)
        self._roll.add(written, written.sha256)
        return written

    def close(self, manifest: Manifest) -> None:
        """Write the list and end the file.

        Raises ValueError (Damaged) when its entries are not those that `add` returned, in their order, or not safe.
        """
        check(manifest)
        if difference := self._roll.difference(manifest.entries):
            raise ValueError(f"The list of the backup is not what is in it: {difference}.")
        data = encode(manifest)
        with self._member():
            self._packer.write(tar_stream.header(list_member(manifest, len(data))))
            for start in range(0, len(data), PIECE):
                self._packer.write(data[start : start + PIECE])
            self._packer.write(bytes(tar_stream.padding(len(data))) + tar_stream.END)
            self._packer.close()
            if self._sealed is not None:
                self._sealed.close()
        self._torn = True

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sealed is not None:
            self._sealed.abandon()

    @contextlib.contextmanager
    def _member(self) -> Iterator[None]:
        if self._torn:
            raise ValueError("This backup is closed or torn; nothing can be added.")
        self._torn = True
        yield
        self._torn = False

    def _add_file(self, entry: Entry, start: bytes, rest: BinaryIO | None) -> Entry:
        digest = hashlib.sha256()
        with self._member():
            self._packer.write(tar_stream.header(member_of(entry)))
            for piece in self._pieces(entry, start, rest):
                digest.update(piece)
                self._packer.write(piece)
            self._packer.write(bytes(tar_stream.padding(entry.size)))
        return _fitted(entry, entry.size, digest.hexdigest())

    def _pieces(self, entry: Entry, start: bytes, rest: BinaryIO | None) -> Iterator[bytes]:
        yield start[: entry.size]
        left = entry.size - len(start)
        while rest is not None and left > 0:
            piece = rest.read(min(PIECE, left))
            if not piece:
                self.shrunk.append(f"{entry.area}/{entry.path}")
                break
            left -= len(piece)
            yield piece
        while left > 0:
            yield bytes(min(PIECE, left))
            left -= PIECE


def _sealed(file: BinaryIO, lock: Lock) -> SealedFile:
    from clawd_desktop.backup import sealing

    return sealing.closing(file, lock)


def _fitted(entry: Entry, size: int, sha256: str = "") -> Entry:
    """The entry with another size and checksum, and with rights and a time that the list can hold."""
    # For each file, and `dataclasses.replace` takes some times as long.
    mtime_ns = min(max(entry.mtime_ns, -_MOST_TIME), _MOST_TIME)
    return Entry(entry.area, entry.path, entry.kind, entry.mode & 0o777, mtime_ns, size, sha256, entry.target)


def _read(data: BinaryIO, expected: int) -> bytes:
    """All bytes of a file that is not long, of a long one the first. Reading without a buffer may give less at once."""
    left = _AT_ONCE + 1
    # Room is made for what is asked for, so that asking small files for a megabyte each would cost.
    pieces = [data.read(min(max(expected, 0) + 1, left))]
    while pieces[-1] and (left := left - len(pieces[-1])):
        pieces.append(data.read(min(PIECE, left)))
    return b"".join(pieces)


def _size(data: BinaryIO, done: int, expected: int) -> int:
    """How many bytes a long file has now; of what cannot be asked, as many as were expected."""
    try:
        here = data.tell()
        end = data.seek(0, io.SEEK_END)
        data.seek(here)
    except (OSError, ValueError):
        return max(expected, done)
    return done + max(end - here, 0)
