"""Where backups are kept: a folder, a removable disk or a network share, which may be absent or full."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import orjson

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, StorageFault, Unavailable
from clawd_desktop.core.new_file import NewFile
from clawd_desktop.core.values import as_object, as_text

# Lies in the folder itself: an empty mount point, or another disk at its place, has it not.
MARKER = ".clawd-backup-destination.json"
# Source: Microsoft, "File System Functionality Comparison": FAT and FAT32 hold files of 4 GiB less one byte.
FAT_MOST_BYTES = (4 << 30) - 1
_FAT = frozenset({"fat", "fat12", "fat16", "fat32", "msdos", "umsdos", "vfat"})
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.rclone", "davfs", "9p", "afpfs", "webdav"}
)


class Presence(StrEnum):
    """Whether a destination can be used now."""

    READY = "ready"
    ABSENT = "absent"
    OTHER = "other"
    READ_ONLY = "read_only"


@dataclass(frozen=True, slots=True)
class DestinationState:
    """How a destination is now. Bytes are 0 when nobody knows them; `why` is a sentence, "" when it is ready.

    `most_file_bytes` is 0 when a file may have any size; `network` is true of a share.
    """

    presence: Presence
    why: str = ""
    free_bytes: int = 0
    total_bytes: int = 0
    file_system: str = ""
    most_file_bytes: int = 0
    network: bool = False


class Destination(Protocol):
    """A place for backups. Its methods block."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    def state(self) -> DestinationState:
        """How it is now; never raises."""

    def ready(self) -> DestinationState:
        """The same when it can be used. Raises Unavailable with the reason when it cannot: then it is not touched."""


@dataclass(frozen=True, slots=True)
class Volume:
    """A mounted file system: where, and of which kind ("vfat")."""

    mount_point: str
    file_system: str


@dataclass(frozen=True, slots=True)
class FolderDestination:
    """A folder on any disk. `marker` is what `adopt` returned for it; it is never written to where that is not seen."""

    name: str
    folder: Path
    marker: str

    def state(self) -> DestinationState:
        """How the folder is now; never raises."""
        try:
            found = read_marker(self.folder)
        except NotFound:
            called = "" if self.name == str(self.folder) else f"{self.name} is not connected: "
            return DestinationState(Presence.ABSENT, f"{called}{self.folder} is not there or is empty.")
        except ClawdError as error:
            return DestinationState(Presence.ABSENT, error.message)
        if found != self.marker:
            return DestinationState(Presence.OTHER, f"Another disk than {self.name} is at {self.folder}.")
        return self.measured()

    def ready(self) -> DestinationState:
        """The state of a folder that can be written to. Raises Unavailable when it cannot."""
        state = self.state()
        if state.presence is not Presence.READY:
            raise Unavailable(
                state.why,
                hint="Connect the disk or the share; it goes on by itself. If it is another one now, say so once: "
                f"clawd-desktop backup create --to {self.folder}",
            )
        return state

    def measured(self) -> DestinationState:
        """What its disk is and how much is free, whatever marker it has; never raises."""
        try:
            usage = shutil.disk_usage(self.folder)
        except OSError as error:
            return DestinationState(Presence.ABSENT, safeio.storage_fault(error, self.folder, "look at").message)
        volume = volume_of(self.folder, volumes())
        kind = volume.file_system if volume else ""
        writable = os.access(self.folder, os.W_OK) and not _mounted_read_only(self.folder)
        return DestinationState(
            Presence.READY if writable else Presence.READ_ONLY,
            "" if writable else f"{self.name} cannot be written to: {self.folder} is read-only.",
            usage.free,
            usage.total,
            kind,
            FAT_MOST_BYTES if kind.lower() in _FAT else 0,
            kind.lower() in _NETWORK,
        )


def adopt(folder: Path, inside: Iterable[Path] = ()) -> str:
    """Make the folder a destination and return its marker; one that it has already stays.

    `inside` are the folders that are backed up: a destination must not lie in one of them. Raises BadInput, NotFound
    when there is no such folder, StorageFault, Unreadable for a marker that is none.
    """
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.", hint="Connect the disk, or make the folder.")
    real = folder.resolve()
    for source in inside:
        if real == source.resolve() or source.resolve() in real.parents:
            raise BadInput(f"{folder} lies in {source}, which is backed up.", hint="Choose a folder outside of it.")
    try:
        return read_marker(folder)
    except NotFound:
        marker = os.urandom(16).hex()
        # Never through a link that somebody left there.
        with NewFile(folder / MARKER) as file:
            file.write(orjson.dumps({"clawdBackupDestination": marker}))
            file.keep()
        return marker


def read_marker(folder: Path) -> str:
    """The marker of a destination. Raises NotFound when it has none, StorageFault, BadInput for one that is none."""
    path = folder / MARKER
    try:
        marker = as_text(as_object(orjson.loads(safeio.read_file(path, limit=4096))).get("clawdBackupDestination"))
    except orjson.JSONDecodeError as error:
        raise BadInput(f"{path} cannot be understood.", hint="Remove it and choose the folder again.") from error
    if not marker:
        raise BadInput(f"{path} names no destination.", hint="Remove it and choose the folder again.")
    return marker


def need_room(folder: Path, needed_bytes: int) -> None:
    """Raises StorageFault when so many bytes do not fit on the disk of a folder, which need not be there yet."""
    there = next(above for above in (folder.absolute(), *folder.absolute().parents) if above.exists())
    with safeio.explained(there, "look at"):
        free = shutil.disk_usage(there).free
    if needed_bytes > free:
        raise StorageFault(
            f"There is no room for {needed_bytes:,} bytes in {folder}; {free:,} are free.",
            hint="Free some space, remove old backups, or use another disk.",
        )


def volumes() -> list[Volume]:
    """All mounted file systems."""
    import psutil

    return [Volume(part.mountpoint, part.fstype) for part in psutil.disk_partitions(all=True)]


def volume_of(folder: Path, mounted: Iterable[Volume]) -> Volume | None:
    """The file system on which the folder lies: that of the deepest mount point above it, of two there the later."""
    real = folder.resolve()
    found: Volume | None = None
    for volume in mounted:
        point = Path(volume.mount_point)
        above = point == real or point in real.parents
        if above and (found is None or len(point.parts) >= len(Path(found.mount_point).parts)):
            found = volume
    return found


def _mounted_read_only(folder: Path) -> bool:
    if not hasattr(os, "statvfs"):
        return False
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return True
