"""Adds one backup to a store: reads what may have changed, packs what is not there yet, and writes the list last."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from clawd_desktop.backup import store_index
from clawd_desktop.backup.manifest import Entry, LeftOut, holding
from clawd_desktop.backup.pack_reader import SMALL_BYTES
from clawd_desktop.backup.packs import ContentChanged, Pack, PackWriter, pieces
from clawd_desktop.backup.progress import Halt, Progress, Watch, go_on
from clawd_desktop.backup.seen_files import SeenFiles, Stamp
from clawd_desktop.backup.store_documents import Seal
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.backup.store_index import Index
from clawd_desktop.core.errors import ClawdError, NotFound

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Source:
    """Something to back up. `entry` has no checksum yet and of a file the size that was seen; `open` is of files only.

    A file with a `stamp`, taken before, need not be opened when it is unchanged. Each is done with before the next is
    asked for, so that `open` may give what was opened already, and it need not be seekable; it may raise LeftAside.
    `settled`, asked after reading, says what the entry and the stamp really are of what was read.
    """

    entry: Entry
    open: Callable[[], BinaryIO] | None = None
    stamp: Stamp | None = None
    settled: Callable[[], tuple[Entry, Stamp | None]] | None = None


class LeftAside(Exception):
    """It cannot be taken; whoever gives the source says why."""


@dataclass(slots=True)
class Adding:
    """One round of adding, under the lock of the store. After an error `give_up` and `undo` take away what it wrote."""

    place: Layout
    seal: Seal
    index: Index
    seen: SeenFiles
    confirm: Callable[[], None]
    scratch: Path
    most_file_bytes: int = 0
    added: list[Pack] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    _open: PackWriter | None = None
    _before: frozenset[str] = frozenset()

    def add(self, sources: Iterable[Source], total: int, progress: Watch, stopped: Halt) -> tuple[Entry, ...]:
        """Store the contents of all sources and return the entries with what was read; packs stand when it returns.

        A file that is gone, keeps changing or cannot be read (OSError) is in `left_out`. Raises Stopped, StorageFault,
        Unreadable, Busy.
        """
        entries, done = [], 0
        self._before = frozenset(store_index.pack_names(self.place))
        for source in sources:
            go_on(stopped)
            progress(Progress("write", done, total, f"{source.entry.area}/{source.entry.path}"))
            if source.open is None:
                entries.append(source.entry)
                continue
            done += source.entry.size
            try:
                entries.append(self._file(source, source.open, stopped))
            except LeftAside:
                continue
            except ContentChanged:
                self._leave_out(source, "It was written to all the time while it was read.")
            except OSError as error:
                # Of the source: what the store raises is a StorageFault.
                self._leave_out(source, _reason(error))
        self._finish()
        progress(Progress("write", done, total))
        return tuple(entries)

    def give_up(self) -> None:
        """Take away the pack that is not whole, as far as the disk lets."""
        if self._open is not None:
            self._open.discard()
            self._open = None

    def undo(self) -> None:
        """Take away the packs of this round, as far as the disk lets, when nothing needs them."""
        for pack in self.added:
            with contextlib.suppress(ClawdError):
                store_index.remove(self.place, self.seal, pack.name)
            self.index.packs.pop(pack.name, None)

    def _leave_out(self, source: Source, reason: str) -> None:
        self.left_out.append(LeftOut(source.entry.area, source.entry.path, reason))

    def _file(self, source: Source, opener: Callable[[], BinaryIO], stopped: Halt) -> Entry:
        known = self.seen.look_up(source.stamp)
        # A memory that is wrong must not make a wrong backup: the content has to be there, and be as long.
        if source.stamp and known and self.index.has(known) and self.index.size(known) == source.stamp.size:
            self.seen.keep(source.stamp, known)
            return holding(source.entry, source.stamp.size, known)
        read_ns = time.time_ns()
        with _opened(opener) as file:
            digest, size = self._content(file, stopped)
        entry, stamp = source.settled() if source.settled else (source.entry, source.stamp)
        self.seen.note(stamp, digest, size, read_ns)
        return holding(entry, size, digest)

    def _content(self, file: BinaryIO, stopped: Halt) -> tuple[str, int]:
        """Read a content and store it unless it is there; its checksum and size."""
        start = file.read(SMALL_BYTES + 1)
        if len(start) > SMALL_BYTES:
            if file.seekable():
                return self._large(file, stopped)
            with tempfile.TemporaryFile(dir=self.scratch) as copy:
                for piece in chain((start,), pieces(file)):
                    go_on(stopped)
                    copy.write(piece)
                return self._large(copy, stopped)
        digest = hashlib.sha256(start).hexdigest()
        if not self._has(digest):
            self._writer().add_bytes(digest, start)
            self._finish(only_full=True)
        return digest, len(start)

    def _large(self, file: BinaryIO, stopped: Halt) -> tuple[str, int]:
        """A content that is not kept in memory: read for its checksum, and again into a pack of its own."""
        for _ in range(_TRIES):
            hasher, size = hashlib.sha256(), 0
            file.seek(0)
            for piece in pieces(file):
                go_on(stopped)
                hasher.update(piece)
                size += len(piece)
            digest = hasher.hexdigest()
            if self._has(digest):
                return digest, size
            file.seek(0)
            with contextlib.suppress(ContentChanged):
                self._alone(digest, size, pieces(file, size), stopped)
                return digest, size
        raise ContentChanged

    def _alone(self, digest: str, size: int, data: Iterable[bytes], stopped: Halt) -> None:
        self._finish()
        writer = self._writer()
        try:
            writer.add(digest, size, _watched(data, stopped))
        except (ContentChanged, OSError):
            writer.discard()
            self._open = None
            raise
        self._finish()

    def _has(self, digest: str) -> bool:
        return self.index.has(digest) or (self._open is not None and digest in self._open)

    def _writer(self) -> PackWriter:
        if self._open is None:
            self.confirm()
            self._open = PackWriter(self.place.packs, self.seal, self.most_file_bytes)
        return self._open

    def _finish(self, *, only_full: bool = False) -> None:
        if self._open is None or (only_full and not self._open.full):
            return
        pack = self._open.finish()
        self._open = None
        # A damaged pack of before may have been written anew, whole.
        if pack.name not in self._before:
            self.added.append(pack)
        store_index.save(self.place, self.seal, pack)
        store_index.trust(self.place, pack.name)
        self.index.doubted.discard(pack.name)
        self.index.put(pack)


def _opened(opener: Callable[[], BinaryIO]) -> BinaryIO:
    try:
        return opener()
    except NotFound as error:
        # As the system says it: a part of the store that is not found is a fault, a source is not.
        raise FileNotFoundError(errno.ENOENT, error.message) from error


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "It was gone when it was to be read."
    return f"It could not be read: {error.strerror or error}."


def _watched(data: Iterable[bytes], stopped: Halt) -> Iterator[bytes]:
    for piece in data:
        go_on(stopped)
        yield piece
