"""Makes one backup file: whole and read back, or none at all."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from clawd_desktop import __version__
from clawd_desktop.backup import archive_reader
from clawd_desktop.backup.archive_writer import LEVEL, ArchiveWriter
from clawd_desktop.backup.areas import CONFIG, SECRETS
from clawd_desktop.backup.collect import Collected, area_names, collect
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.intake import Intake
from clawd_desktop.backup.manifest import Cause, Entry, Manifest, Root, readable
from clawd_desktop.backup.progress import Halt, Watch, go_on, never, unwatched
from clawd_desktop.backup.sealing import Keys, Lock, new_identity
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, Refused, Unreadable
from clawd_desktop.core.new_file import NewFile

PREFIX = "clawd-backup-"
PLAIN, SEALED = ".tar.zst", ".tar.zst.age"
_LONGEST_HOST = 40
_SCRATCH = "backup"
_HALF = re.compile(
    r"\.clawd-backup-(?P<host>.+)-\d{8}T\d{6}Z-[0-9a-f]{4}\.tar\.zst(\.age)?\.(?P<pid>\d+)\.[0-9a-f]{8}\.new"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What backup is wanted: in which folder, why, of which areas (none named: all), closed by which lock.

    `keyring` is what the keyring holds, by name (see secrets_out.keyring_items): with it secrets come along, which
    takes a lock. Without they stay out. `level` is zstd's; `partial` is told of the backup, see Manifest.
    """

    folder: Path
    cause: Cause = "person"
    areas: tuple[str, ...] = ()
    lock: Lock | None = None
    keyring: dict[str, str] | None = field(default=None, repr=False)
    note: str = ""
    level: int = LEVEL
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was written, read back and found whole. `size` is what it takes there, in bytes."""

    path: Path
    manifest: Manifest
    size: int


def take(ground: Ground, wish: Wish, progress: Watch = unwatched, stopped: Halt = never) -> Taken:
    """Make the backup; for a worker thread. Nothing is left of one that fails or is stopped.

    Raises BadInput for an impossible wish, Refused when the folder is itself part of what is backed up, NotFound when
    there is nothing to back up, StorageFault when the disk refuses, Unreadable when what was written is not what is
    read back, Stopped.
    """
    check(ground, wish)
    sweep(wish.folder, ground)
    collected = collect(ground, wish.areas, secrets=wish.keyring is not None)
    if not collected.found and not wish.keyring:
        raise NotFound("There is nothing to back up.", hint=f"Is {ground.paths.state} the right folder?")
    return _write(ground, wish, collected, progress, stopped)


def check(ground: Ground, wish: Wish) -> None:
    """Raises BadInput, Refused or StorageFault when the wish cannot be fulfilled; nothing is written."""
    if wish.keyring is not None and wish.lock is None:
        raise BadInput("Secrets come along only in a sealed backup.", hint="Give a passphrase or a key.")
    if SECRETS in wish.areas and wish.keyring is None:
        raise BadInput("The area of secrets can only be sealed in.", hint="Choose to take secrets, with a passphrase.")
    with safeio.explained(wish.folder, "write to"):
        if not stat.S_ISDIR(os.stat(wish.folder).st_mode):
            raise BadInput(f"{wish.folder} is not a folder.", hint="Choose a folder.")
    folder = Path(os.path.realpath(wish.folder))
    scratch = ground.paths.cache / _SCRATCH
    if any(folder.is_relative_to(os.path.realpath(own)) for own in (*ground.backup_folders, scratch)):
        return
    for name in area_names(ground):
        root = Path(os.path.realpath(ground.root(name)))
        # Of the configuration's folder only its own files are taken.
        if name != CONFIG and folder.is_relative_to(root):
            raise Refused(
                f"{wish.folder} lies in {root}, which is backed up itself: what happens to that happens to the backup.",
                hint="Choose a folder elsewhere, best on another disk.",
            )


def _write(ground: Ground, wish: Wish, collected: Collected, progress: Watch, stopped: Halt) -> Taken:
    created = ground.clock.wall_ms()
    path = free_path(wish.folder, created, host_name(), sealed=wish.lock is not None)
    lock, keys = to_check(wish.lock)
    with (
        scratch_of(ground) as scratch,
        NewFile(path) as file,
        archive_reader.read_back(file, path, keys, progress, stopped) as read_back,
        ArchiveWriter(file, lock, level=wish.level) as writer,
    ):
        intake = Intake(ground, collected, scratch, keyring_of(wish), progress, stopped)
        entries = [writer.add(piece.entry, piece.data) for piece in intake.pieces()]
        manifest = manifest_of(ground, wish, created, entries, intake)
        writer.close(manifest)
        go_on(stopped)
        size = file.tell()
        if read_back.result() != manifest:
            raise Unreadable(f"{path} is not what was written.", path=str(path), hint="Check its disk.")
        go_on(stopped)
        file.keep()
    return Taken(path, manifest, size)


def manifest_of(ground: Ground, wish: Wish, created: int, entries: Sequence[Entry], intake: Intake) -> Manifest:
    """What is written last, when all of the intake was read; `created` is when it began, in ms since the epoch."""
    collected = intake.collected
    made = Manifest(
        id=os.urandom(16).hex(),
        created_ms=created,
        cause=wish.cause,
        version=__version__,
        host=platform.node(),
        system=f"{platform.system()} {platform.release()}",
        secrets="out" if wish.keyring is None else "sealed",
        roots=roots_of(ground, entries),
        entries=tuple(entries),
        left_out=(*collected.left_out, *intake.left_out),
        note=wish.note,
        warnings=(*collected.warnings, *intake.warnings),
        partial=wish.partial,
    )
    return readable(made)


def roots_of(ground: Ground, entries: Sequence[Entry]) -> tuple[Root, ...]:
    """Where the areas lie of which there are entries."""
    filled = {entry.area for entry in entries}
    return tuple(Root(name, str(ground.root(name))) for name in area_names(ground) if name in filled)


def keyring_of(wish: Wish) -> dict[str, str] | None:
    """What of the keyring comes along."""
    return wish.keyring if not wish.areas or SECRETS in wish.areas else None


def to_check(lock: Lock | None) -> tuple[Lock | None, Keys | None]:
    """The lock, and keys that open it for the reading back.

    Whoever closes with somebody's public key cannot open; so one more key that nobody keeps is among them.
    """
    if lock is None or not lock.recipients:
        return lock, Keys(lock.passphrase) if lock else None
    passing = new_identity()
    return replace(lock, recipients=(*lock.recipients, passing.recipient)), Keys(identities=(passing.secret,))


def host_name(node: str = "") -> str:
    """The name of a computer, without one of this, as it stands in the names of files."""
    return re.sub(r"[^A-Za-z0-9]+", "-", node or platform.node()).strip("-")[:_LONGEST_HOST].strip("-") or "computer"


def free_path(folder: Path, created_ms: int, host: str, *, sealed: bool) -> Path:
    """Where a backup file can come to lie; nothing is there yet. `host` is as `host_name` gives it."""
    path = folder / _name(created_ms, host, sealed=sealed)
    while os.path.lexists(path):
        path = folder / _name(created_ms, host, sealed=sealed)
    return path


def _name(created_ms: int, host: str, *, sealed: bool) -> str:
    when = datetime.fromtimestamp(created_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{PREFIX}{host}-{when}-{os.urandom(2).hex()}{SEALED if sealed else PLAIN}"


@contextlib.contextmanager
def scratch_of(ground: Ground) -> Iterator[Path]:
    """A private folder of this process for copies and the like, which is gone at the end."""
    folder = ground.paths.cache / _SCRATCH / f"{os.getpid()}-{os.urandom(4).hex()}"
    safeio.make_folder(folder)
    try:
        yield folder
    finally:
        with contextlib.suppress(ClawdError):
            safeio.remove_folder(folder)


def sweep(folder: Path, ground: Ground) -> None:
    """Remove what processes of this computer that were killed left behind."""
    with contextlib.suppress(OSError, ClawdError):
        for name in os.listdir(folder):
            half = _HALF.fullmatch(name)
            if half and half["host"] == host_name() and not _lives(int(half["pid"])):
                safeio.remove(folder / name)
    with contextlib.suppress(OSError, ClawdError):
        for name in os.listdir(ground.paths.cache / _SCRATCH):
            pid = name.partition("-")[0]
            if pid.isdecimal() and not _lives(int(pid)):
                safeio.remove_folder(ground.paths.cache / _SCRATCH / name)


def _lives(pid: int) -> bool:
    import psutil

    return psutil.pid_exists(pid)
