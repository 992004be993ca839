"""Makes one portable file of any backup, locked as it is wanted, and reads it back before it counts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from clawd_desktop.backup import archive_reader, sealing
from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.progress import Halt, Progress, Watch, go_on, never, unwatched
from clawd_desktop.backup.remote_backup import RemoteBackup
from clawd_desktop.backup.sealing import Lock
from clawd_desktop.backup.staging import Backup
from clawd_desktop.backup.store_backup import StoreBackup
from clawd_desktop.backup.store_carrying import Portable
from clawd_desktop.backup.store_documents import broken
from clawd_desktop.backup.taking import free_path, host_name, to_check
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, Refused, Unreadable
from clawd_desktop.core.new_file import NewFile

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was made and read back; `size` in bytes."""

    path: Path
    manifest: Manifest
    size: int
    sealed: bool


def export(
    backup: Backup, target: Path, lock: Lock | None, progress: Watch = unwatched, stopped: Halt = never
) -> Exported:
    """Make the file at `target`, or in it when that is a folder; `lock` closes it (None: as the backup is).

    Raises BadInput when something is there already, or when what was locked would come into the open; Refused for an
    archive of others, and what reading the backup raises. Nothing is left then.
    """
    if isinstance(backup, RemoteBackup):
        backup = ArchiveBackup(*backup.fetched(progress, stopped))
    if isinstance(backup, ArchiveBackup):
        manifest = backup.verify(progress, stopped)
        sealed = lock is not None or backup.keys is not None
    elif isinstance(backup, StoreBackup):
        manifest, sealed = backup.listed(), lock is not None
        if not sealed and backup.locked:
            raise BadInput("The backup is locked, and its file would not be.", hint="Give it a passphrase.")
    else:
        raise Refused(f"{backup.name} is no backup of this program.", hint="It is one portable file already.")
    path = _free(target, manifest, sealed=sealed)
    lock, keys = to_check(lock)
    if isinstance(backup, StoreBackup):
        backup.export(Portable(path, lock, keys), progress, stopped)
    else:
        _copy(backup, Portable(path, lock, keys or backup.keys), manifest, (progress, stopped))
    with safeio.explained(path, "look at"):
        return Exported(path, manifest, path.stat().st_size, sealed)


def _free(target: Path, manifest: Manifest, *, sealed: bool) -> Path:
    if target.is_dir():
        return free_path(target, manifest.created_ms, host_name(manifest.host), sealed=sealed)
    if target.exists() or target.is_symlink():
        raise BadInput(f"There is something at {target} already.", hint="Choose another name.")
    if not target.parent.is_dir():
        raise BadInput(f"There is no folder {target.parent}.", hint="Make it, or choose another.")
    return target


def _copy(source: ArchiveBackup, made: Portable, manifest: Manifest, watched: tuple[Watch, Halt]) -> None:
    """The same packed bytes under another lock, or as they are."""
    progress, stopped = watched
    with (
        NewFile(made.path) as file,
        archive_reader.read_back(file, made.path, made.keys, progress, stopped) as read_back,
    ):
        with broken(source.path), safeio.explained(source.path, "read"), safeio.open_regular(source.path) as raw:
            total = raw.seek(0, 2)
            raw.seek(0)
            if made.lock is None:
                _pour(raw, file, total, watched)
            else:
                inner = sealing.opening(raw, source.keys) if source.keys else raw
                with sealing.closing(file, made.lock) as sealed:
                    _pour(inner, sealed, total, watched)
        if read_back.result() != manifest:
            raise Unreadable(f"{made.path} is not what was written.", path=str(made.path), hint="Check its disk.")
        file.keep()


def _pour(source: BinaryIO, target: BinaryIO, total: int, watched: tuple[Watch, Halt]) -> None:
    progress, stopped = watched
    done = 0
    while piece := source.read(_PIECE):
        go_on(stopped)
        target.write(piece)
        done += len(piece)
        progress(Progress("export", done, total))
