"""Checks of disks and folders: room, rights, temporary files and what crashes have left."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.findings import Finding, Level, Mended
from clawd_desktop.operations import folder_rights
from clawd_desktop.operations.diagnostics import keeping
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.facts import existing
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.operations.units import Unit, told

CATEGORY = "storage"
LOW_SHARE, LOW_BYTES = 0.05, 1 * 2**30
VERY_LOW_BYTES = 128 * 2**20
LOW_INODES = 0.02
MOST_FILES = 50_000
OLD_S = 600.0
_LONGEST_PID = 10
SHOWN = 5
_LEFTOVER = re.compile(r"\..+\.(\d+)\.[0-9a-f]{8}\.new")
_CORE = re.compile(r"core(\.\d+)?|.+\.core|hs_err_pid\d+\.log")


def folders(ground: Ground) -> Found:
    """Whether all folders are there and can be written, really, with a file."""
    paths = ground.paths
    wanted = {"data": paths.state, "log": paths.logs, "cache": paths.cache, "workspace": ground.workspace}
    found = [(name, folder, reason) for name, folder in wanted.items() if (reason := write_trouble(folder))]
    return tuple(
        Finding(f"storage.folders.{name}", CATEGORY, Level.ERROR, f"The {name} folder cannot be used",
                f"{folder}: {reason}", "Give your user the right to write there, or choose another folder.")
        for name, folder, reason in found
    )  # fmt: skip


def write_trouble(folder: Path) -> str:
    """Why nothing can be written there, "" when it can. What is not there yet is tried one level above."""
    target = existing(folder)
    if not target.is_dir():
        return f"{target} is no folder."
    probe = target / f".clawd-desktop-probe-{os.getpid()}"
    try:
        with safeio.AppendFile(probe) as file:
            file.append(b"x")
    except ClawdError as error:
        return error.sentence()
    finally:
        with contextlib.suppress(ClawdError):
            safeio.remove(probe)
    return ""


def owner(ground: Ground) -> Found:
    """Whether other users of this computer may change what is in the data folder."""
    text = folder_rights.problem(ground.paths.state)
    if not text:
        return ()
    return (Finding("storage.owner.others", CATEGORY, Level.ERROR, "Others can write into the data folder", text),)


def private_files(ground: Ground) -> Iterator[Path]:
    """Files and folders that nobody else has to see: all of the data folder but workspace, canvas and sockets."""
    paths, count = ground.paths, 0
    open_folders = {ground.workspace, paths.workspace, paths.state / "canvas"}
    for folder, inner, names in os.walk(paths.state):
        here = Path(folder)
        inner[:] = [name for name in inner if here / name not in open_folders and not (here / name).is_symlink()]
        yield here
        for name in names:
            count += 1
            if count > MOST_FILES:
                return
            yield here / name


def open_files(ground: Ground) -> dict[Path, int]:
    """Private files that others may read or change, with their rights."""
    found: dict[Path, int] = {}
    if os.name != "posix":
        return found
    for path in private_files(ground):
        with contextlib.suppress(OSError):
            facts = os.lstat(path)
            if stat.S_IMODE(facts.st_mode) & 0o077 and (stat.S_ISREG(facts.st_mode) or stat.S_ISDIR(facts.st_mode)):
                found[path] = stat.S_IMODE(facts.st_mode)
    return found


def rights(ground: Ground) -> Found:
    """Whether others may read what is private."""
    found = open_files(ground)
    if not found:
        return ()
    shown = ", ".join(f"{path} ({mode:o})" for path, mode in list(found.items())[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    level = Level.WARNING if any(mode & 0o066 for mode in found.values()) else Level.INFO
    return (
        Finding("storage.rights.open", CATEGORY, level, "Other users can look into private files", f"{shown}{more}.",
                "Take the rights of others away: chmod -R go-rwx on the data folder.",
                f"Take the rights of others away from {len(found)} files and folders"),
    )  # fmt: skip


def close_rights(ground: Ground, finding_id: str, dry_run: bool) -> Mended:
    """Take the rights of others away, and write down what they were."""
    found = open_files(ground)
    names = "\n".join(f"{path}: {mode:o} -> {mode & 0o700:o}" for path, mode in found.items())
    if dry_run:
        return Mended(finding_id, False, names)
    folder = keeping.place(ground, finding_id)
    keeping.note_modes(folder, found)
    done = 0
    for path, mode in found.items():
        with contextlib.suppress(OSError):
            os.chmod(path, mode & 0o700)
            done += 1
    return Mended(finding_id, True, f"The rights of {done} files and folders were taken away from others.", str(folder))


def room(ground: Ground) -> Found:
    """Whether the disks of data, logs and temporary files have room."""
    import psutil

    paths, found, seen = ground.paths, list[Finding](), set[int]()
    for name, folder in (("data", paths.state), ("log", paths.logs), ("temporary", Path(tempfile.gettempdir()))):
        target = existing(folder)
        device = os.stat(target).st_dev
        if device not in seen:
            seen.add(device)
            usage = psutil.disk_usage(str(target))
            found += room_finding(name, target, usage.free, usage.total)
    return tuple(found)


def room_finding(name: str, folder: Path, free: int, total: int) -> Found:
    """What so much room in bytes means."""
    share = free / total if total else 1.0
    # A small disk is low below a twentieth, a large one below a gigabyte.
    if free >= min(LOW_BYTES, total / 2) and (share >= LOW_SHARE or free >= 4 * LOW_BYTES):
        return ()
    level = Level.ERROR if free < min(VERY_LOW_BYTES, total * 0.02) else Level.WARNING
    text = f"{told(free, Unit.BYTES)} of {told(total, Unit.BYTES)} are free where {folder} lies ({name} files)."
    return (
        Finding(f"storage.room.{name}", CATEGORY, level, "Little room on the disk", text,
                "Free some space: nothing can be saved on a full disk."),
    )  # fmt: skip


def inodes(ground: Ground) -> Found:
    """Whether more files can be made."""
    if sys.platform == "win32":
        return ()
    facts = os.statvfs(existing(ground.paths.state))
    return inode_finding(facts.f_favail, facts.f_files)


def inode_finding(free: int, total: int) -> Found:
    """What so many free places for files mean; a total of 0 is no limit."""
    if not total or free / total >= LOW_INODES:
        return ()
    return (
        Finding("storage.inodes.few", CATEGORY, Level.ERROR if free < 100 else Level.WARNING,
                "The disk can hold few more files", f"{free:,} of {total:,}.", "Remove many small files."),
    )  # fmt: skip


def temporary(ground: Ground) -> Found:
    """Whether temporary files can be made."""
    reason = write_trouble(Path(tempfile.gettempdir()))
    if not reason:
        return ()
    return (
        Finding("storage.temporary.broken", CATEGORY, Level.ERROR, "Temporary files cannot be made", reason,
                "Mend the rights of that folder (1777), or set TMPDIR."),
    )  # fmt: skip


def leftover_files(ground: Ground) -> list[Path]:
    """Half-written files of processes that are gone."""
    import psutil

    found, now = list[Path](), ground.clock.wall_ms() / 1000
    for path in private_files(ground):
        known = _LEFTOVER.fullmatch(path.name)
        if known is None or keeping.FOLDER in path.parts:
            continue
        with contextlib.suppress(OSError):
            # A number of more digits than any process has is none.
            gone = len(known[1]) > _LONGEST_PID or not psutil.pid_exists(int(known[1]))
            if gone and now - path.stat().st_mtime > OLD_S:
                found.append(path)
    return found


def leftovers(ground: Ground) -> Found:
    """Whether crashes have left half-written files."""
    found = leftover_files(ground)
    if not found:
        return ()
    return (
        Finding("storage.leftovers.temporary", CATEGORY, Level.INFO, "Half-written files of a crash",
                ", ".join(map(str, found[:SHOWN])) + ".", "They are not used; move them away.",
                f"Move {len(found)} files away"),
    )  # fmt: skip


def move_leftovers(ground: Ground, finding_id: str, dry_run: bool) -> Mended:
    """Move them out of the way."""
    return _moved(ground, finding_id, leftover_files(ground), dry_run)


def core_files(ground: Ground) -> list[Path]:
    """Memory of crashed processes in the folders of this program."""
    # Not those of other programs: what lies in the home folder is theirs.
    folders_ = {ground.paths.state, ground.paths.own, ground.paths.logs, ground.workspace}
    found: list[Path] = []
    for folder in folders_:
        with contextlib.suppress(OSError):
            found += [path for path in folder.iterdir() if _CORE.fullmatch(path.name) and is_core(path)]
    return sorted(found)


def is_core(path: Path) -> bool:
    """Whether it is a memory image: an ELF file of the type "core". Source: elf(5), e_type 4."""
    try:
        with safeio.open_regular(path) as file, safeio.explained(path, "read"):
            head = file.read(18)
    except ClawdError:
        return False
    return head[:4] == b"\x7fELF" and len(head) == 18 and int.from_bytes(head[16:18], sys.byteorder) == 4


def dumps(ground: Ground) -> Found:
    """Whether memory of a crash lies around: it may hold passwords."""
    found = core_files(ground)
    if not found:
        return ()
    return (
        Finding("storage.dumps.core", CATEGORY, Level.WARNING, "The memory of a crashed program lies in a file",
                ", ".join(map(str, found[:SHOWN])) + ". It may hold passwords.", "Remove it when nobody needs it.",
                f"Remove {len(found)} files for good"),
    )  # fmt: skip


def remove_dumps(ground: Ground, finding_id: str, dry_run: bool) -> Mended:
    """Remove them; a copy would keep the passwords that may be in them."""
    found = core_files(ground)
    if dry_run:
        return Mended(finding_id, False, "\n".join(f"remove {path}" for path in found))
    for path in found:
        safeio.remove(path)
    return Mended(
        finding_id, True, f"{len(found)} memory images were removed. No copy is kept: they may hold passwords."
    )


def _moved(ground: Ground, finding_id: str, found: list[Path], dry_run: bool) -> Mended:
    if dry_run:
        return Mended(finding_id, False, "\n".join(f"move {path}" for path in found))
    folder = keeping.place(ground, finding_id)
    keeping.move(folder, found)
    return Mended(finding_id, True, f"{len(found)} files were moved away.", str(folder))


CHECKS = (
    Check("storage.folders", CATEGORY, "Folders", folders),
    Check("storage.owner", CATEGORY, "Owner of the data folder", owner),
    Check("storage.rights", CATEGORY, "Rights of private files", rights, close_rights),
    Check("storage.room", CATEGORY, "Room on the disk", room),
    Check("storage.inodes", CATEGORY, "Room for files", inodes),
    Check("storage.temporary", CATEGORY, "Temporary files", temporary),
    Check("storage.leftovers", CATEGORY, "Half-written files", leftovers, move_leftovers),
    Check("storage.dumps", CATEGORY, "Memory images", dumps, remove_dumps),
)
