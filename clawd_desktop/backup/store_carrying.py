"""Carries a backup out of a store: into a folder through the extractor, or into one file that can be taken anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from clawd_desktop.backup import archive_reader, destinations, extractor
from clawd_desktop.backup.archive_writer import ArchiveWriter
from clawd_desktop.backup.extractor import Extractor
from clawd_desktop.backup.manifest import Damaged, Entry, Manifest
from clawd_desktop.backup.member_names import Disk
from clawd_desktop.backup.packs import CHUNK
from clawd_desktop.backup.progress import Halt, Watch, go_on
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.store_documents import broken
from clawd_desktop.backup.store_reading import watched
from clawd_desktop.core.errors import BadInput, Refused
from clawd_desktop.core.new_file import NewFile

# Each content is compared with its checksum by whoever gives it, and ends with Unreadable when it is another.
Contents = Callable[[Sequence[Entry]], Iterator[tuple[Entry, BinaryIO]]]


def extract(
    entries: Sequence[Entry], contents: Contents, staging: Path, disk: Disk, progress: Watch, stopped: Halt
) -> None:
    """Write the entries below `<staging>/<area>/`, a folder that is empty or not there; nothing is left by an error.

    Raises Refused, before anything is written, when the disk cannot keep them; Unreadable, StorageFault, Stopped.
    """
    if why := extractor.misfit(entries, disk):
        raise Refused(f"Nothing was restored: {why}.", hint="Restore to another disk, or leave one of them out.")
    destinations.need_room(staging, sum(entry.size for entry in entries))
    with extractor.staging(staging) as writer:
        for entry in entries:
            if entry.kind != "file":
                writer.put(entry, ())
        for entry, data in watched("extract", entries, contents(entries), progress, stopped):
            _put(writer, entry, data, staging)
        go_on(stopped)
        writer.finish()


@dataclass(frozen=True, slots=True)
class Portable:
    """A file to be made: `lock` seals it (None: it is open), `keys` are what reads it back."""

    path: Path
    lock: Lock | None = None
    keys: Keys | None = None


def export(manifest: Manifest, contents: Contents, made: Portable, progress: Watch, stopped: Halt) -> None:
    """Write the backup as one portable file, read it back, and give it its name. Files stand in the order of the packs.

    Raises BadInput when something is at the path or the keys do not open it, Unreadable, StorageFault, Stopped;
    nothing is left then.
    """
    path, lock = made.path, made.lock
    keys = made.keys or (Keys(passphrase=lock.passphrase) if lock else None)
    if path.exists() or path.is_symlink():
        raise BadInput(f"There is something at {path} already.", hint="Choose another name.")
    with NewFile(path) as file, archive_reader.read_back(file, path, keys, progress, stopped) as read_back:
        with ArchiveWriter(file, lock) as writer:
            written = [writer.add(entry, None) for entry in manifest.entries if entry.kind == "folder"]
            given = watched("export", manifest.entries, contents(manifest.entries), progress, stopped)
            written += [_same(entry, writer.add(entry, data), path) for entry, data in given]
            written += [writer.add(entry, None) for entry in manifest.entries if entry.kind == "link"]
            writer.close(replace(manifest, entries=tuple(written)))
        read_back.result()
        file.keep()


def _same(entry: Entry, written: Entry, path: Path) -> Entry:
    with broken(path):
        if (entry.size, entry.sha256) != (written.size, written.sha256):
            raise Damaged(f"{entry.area}/{entry.path} is not what was stored")
    return written


def _put(writer: Extractor, entry: Entry, data: BinaryIO, staging: Path) -> None:
    with broken(staging / entry.area / entry.path):
        writer.put(entry, (memoryview(piece) for piece in iter(lambda: data.read(CHUNK), b"")), checked=True)
