"""Reads a backup file: checks every byte of it, and takes out of it what is wanted."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from clawd_desktop.backup import tar_stream
from clawd_desktop.backup.archive_form import LIST_NAME, Roll, entry_of, list_member, listed_as, longest_list, member_of
from clawd_desktop.backup.extractor import Extractor, misfit, probe_disk, staging
from clawd_desktop.backup.manifest import Damaged, Entry, Manifest, TooNew, decode
from clawd_desktop.backup.member_names import Disk
from clawd_desktop.backup.progress import Halt, Progress, Watch, go_on, never, unwatched
from clawd_desktop.backup.read_back import ReadBack
from clawd_desktop.backup.tar_stream import Member
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, Refused, StorageFault, Unreadable

if TYPE_CHECKING:
    from clawd_desktop.backup.packed_stream import Unpacker
    from clawd_desktop.backup.sealing import Keys
    from clawd_desktop.core.new_file import NewFile

__all__ = [
    "Source", "extract", "extract_listed", "probe_disk", "read_back", "read_listed", "read_manifest", "verify",
    "verify_file",
]  # fmt: skip
_HEAD = 64
# What a file, folder or link takes on a disk besides its data.
_EACH = 4096


@dataclass(frozen=True, slots=True)
class Source:
    """A backup file that `verify` has read: its path, what opens it (None when it is not sealed), and its list."""

    path: Path
    keys: Keys | None
    manifest: Manifest


def verify(path: Path, keys: Keys | None = None, progress: Watch = unwatched, stopped: Halt = never) -> Manifest:
    """Read and check all of a backup; returns its list.

    Raises Unreadable, which names the place, for the smallest damage and for anything unsafe in it; BadInput for a
    wrong or missing passphrase or key; NotFound, StorageFault, Stopped.
    """
    with safeio.open_regular(path) as file:
        return verify_file(file, path, keys, progress, stopped)


def verify_file(
    file: BinaryIO, path: Path, keys: Keys | None = None, progress: Watch = unwatched, stopped: Halt = never
) -> Manifest:
    """The same for one that is open; `path` is what it is called. Raises as `verify`."""
    roll = Roll()
    with _unpacking(file, path, keys, _Look("verify", progress, stopped), whole=True) as archive:
        for member in archive.members():
            entry = entry_of(member)
            roll.add(entry, archive.checksum(member) if entry.kind == "file" else "")
        manifest = archive.manifest(len(roll))
        if difference := roll.difference(manifest.entries):
            raise Damaged(difference)
    return manifest


def read_back(
    file: NewFile, path: Path, keys: Keys | None, progress: Watch = unwatched, stopped: Halt = never
) -> ReadBack[Manifest]:
    """Verifies a backup while it is written to `file`, which is to come to stand at `path`; its list is the result."""

    def check(reader: BinaryIO) -> Manifest:
        return verify_file(reader, path, keys, reading.late(progress), stopped)

    reading = ReadBack(file, check)
    return reading


def read_manifest(path: Path, keys: Keys | None = None, progress: Watch = unwatched, stopped: Halt = never) -> Manifest:
    """The list of a backup. It is the last thing in it, so that this reads and checks all, as `verify` does."""
    return verify(path, keys, progress, stopped)


def extract(
    path: Path,
    keys: Keys | None,
    wanted: Callable[[Entry], bool],
    staging: Path,
    disk: Disk,
    progress: Watch = unwatched,
    stopped: Halt = never,
) -> Manifest:
    """Check all of a backup, then write what is wanted of it below `staging/<area>/`; returns its list.

    The folder must not be there or be empty, and is that again when it fails. Raises what `verify` and
    `extract_listed` raise.
    """
    manifest = verify(path, keys, progress, stopped)
    extract_listed(Source(path, keys, manifest), wanted, staging, disk, progress, stopped)
    return manifest


def extract_listed(
    source: Source,
    wanted: Callable[[Entry], bool],
    folder: Path,
    disk: Disk,
    progress: Watch = unwatched,
    stopped: Halt = never,
) -> None:
    """`extract` for a backup that was verified a moment ago: it is read once more, and what is written checked again.

    Raises Unreadable when it is not what was verified; Refused, before anything is written, when `disk` cannot keep
    what is wanted; StorageFault when there is no room, or something else is in the folder; BadInput, NotFound, Stopped.
    """
    entries = source.manifest.entries
    chosen = bytes(wanted(entry) for entry in entries)
    picked = [entry for entry, take in zip(entries, chosen, strict=True) if take]
    if why := misfit(picked, disk):
        raise Refused(f"Nothing was restored: {why}.", hint="Restore to another disk, or leave one of them out.")
    _check_room(picked, folder)
    with staging(folder) as extractor:
        with _opened(source.path, source.keys, _Look("extract", progress, stopped)) as archive:
            _take(archive, entries, chosen, extractor)
        go_on(stopped)
        extractor.finish()


def read_listed(source: Source, entry: Entry, stopped: Halt = never) -> bytes:
    """What one file of a verified backup holds, without writing it anywhere; for small ones.

    Raises Unreadable when the backup is not what was verified or has no such file, BadInput, NotFound, Stopped.
    """
    with _opened(source.path, source.keys, _Look("read", unwatched, stopped)) as archive:
        for member in archive.members():
            if entry.kind == "file" and listed_as(entry_of(member), entry):
                data = b"".join(bytes(piece) for piece in archive.data(member))
                if hashlib.sha256(data).hexdigest() != entry.sha256:
                    raise Damaged("its checksum is not the one of the list")
                return data
            archive.skip(member)
        raise Damaged("it is not what was there when it was checked")


def _take(archive: _Archive, entries: Sequence[Entry], chosen: bytes, extractor: Extractor) -> None:
    # What comes after the last one that is wanted is of no use.
    for number in range(chosen.rfind(1) + 1):
        member = archive.expect(entries[number])
        if chosen[number]:
            extractor.put(entries[number], archive.data(member))
        else:
            archive.skip(member)


def _check_room(entries: Sequence[Entry], folder: Path) -> None:
    above = next(parent for parent in folder.absolute().parents if parent.exists())
    needed = sum(entry.size + _EACH for entry in entries)
    with safeio.explained(above, "look at"):
        free = shutil.disk_usage(above).free
    if needed > free:
        raise StorageFault(
            f"There is no room for {needed:,} bytes in {above}; {free:,} are free.",
            hint="Free some space, or restore to another disk.",
        )


@dataclass(slots=True)
class _Look:
    """Tells how far reading has come, in bytes of the packed file, and ends it when somebody stops it."""

    stage: str
    progress: Watch
    stopped: Halt
    size: Callable[[], int] = lambda: 0
    file: str = ""

    def step(self, done: int) -> None:
        go_on(self.stopped)
        size = self.size()
        self.progress(Progress(self.stage, min(done, size), size, self.file))


class _Archive:
    def __init__(self, stream: Unpacker, look: _Look) -> None:
        self._stream = stream
        self._look = look
        self._list: Member | None = None

    def members(self) -> Iterator[Member]:
        """All members before the list; the data of each must be read before the next."""
        while member := tar_stream.read_member(self._stream.read):
            self._look.file = member.name
            if member.name == LIST_NAME:
                self._list = member
                return
            yield member
            self._look.file = ""
        raise Damaged("it has no list")

    def expect(self, entry: Entry) -> Member:
        """The next member, which is that of the entry: it has one form only, so that nothing need be understood."""
        member = member_of(entry)
        self._look.file = member.name
        head = tar_stream.header(member)
        if self._stream.read(len(head)) != head:
            raise Damaged("it is not what was there when it was checked")
        return member

    def data(self, member: Member) -> Iterator[memoryview]:
        """What a file holds, piece by piece."""
        yield from self._stream.pieces(member.size)
        if self._stream.read(tar_stream.padding(member.size)).strip(b"\0"):
            raise Damaged("its data is followed by something")

    def checksum(self, member: Member) -> str:
        """The SHA-256 of what a file holds, in hex."""
        digest = hashlib.sha256()
        for piece in self.data(member):
            digest.update(piece)
        return digest.hexdigest()

    def skip(self, member: Member) -> None:
        """Pass over what a file holds; nobody uses it."""
        for _ in self.data(member):
            pass

    def manifest(self, members: int) -> Manifest:
        """The list, which is the end of the archive, after so many members."""
        member = self._list
        if member is None or member.size > longest_list(members):
            raise Damaged("it is too long for what it lists")
        manifest = decode(b"".join(self.data(member)))
        if member != list_member(manifest, member.size):
            raise Damaged("it has a header that no backup of this program has")
        if tar_stream.read_member(self._stream.read) is not None:
            raise Damaged("it is followed by something")
        self._look.file = ""
        self._stream.end()
        return manifest

    def place(self) -> str:
        """Where reading is, for a person."""
        return f"{self._look.file or 'the archive'} (byte {self._stream.position:,})"


@contextlib.contextmanager
def _opened(path: Path, keys: Keys | None, look: _Look) -> Iterator[_Archive]:
    with safeio.open_regular(path) as file, _unpacking(file, path, keys, look) as archive:
        yield archive


@contextlib.contextmanager
def _unpacking(
    file: BinaryIO, path: Path, keys: Keys | None, look: _Look, *, whole: bool = False
) -> Iterator[_Archive]:
    # Not every start of the program needs the library of this.
    from clawd_desktop.backup.packed_stream import Unpacker

    with contextlib.ExitStack() as stack:
        stack.enter_context(safeio.explained(path, "read"))
        look.size = lambda: os.fstat(file.fileno()).st_size
        archive: _Archive | None = None
        try:
            opened = _unsealed(file, keys, path)
            stack.callback(opened.close)
            stream = Unpacker(opened, look.step, whole=whole)
            stack.callback(stream.close)
            archive = _Archive(stream, look)
            yield archive
        except TooNew as error:
            raise Unreadable(
                f"{path} cannot be read: {error}.", path=str(path), hint="Update this program, then try again."
            ) from error
        except Damaged as error:
            place = archive.place() if archive is not None else "its beginning"
            raise Unreadable(
                f"{path}: archive damaged at {place}: {error}.",
                path=str(path),
                hint="Use another backup; this one is left as it is.",
            ) from error


def _unsealed(file: BinaryIO, keys: Keys | None, path: Path) -> BinaryIO:
    from clawd_desktop.backup import sealing

    head = file.read(_HEAD)
    file.seek(0)
    if not sealing.is_sealed(head):
        return file
    if keys is None:
        raise BadInput(f"{path} is sealed.", hint="Give its passphrase or its key.")
    return sealing.opening(file, keys)
