"""A copy of what a backup holds, restored into a folder of its own as on a new computer, and compared with its list."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from clawd_desktop.backup.areas import CONFIG, WORKSPACE, area_of
from clawd_desktop.backup.destinations import need_room
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.manifest import Entry, Manifest
from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.progress import Halt, Progress, Watch, go_on
from clawd_desktop.backup.restore import Order, Report, restore
from clawd_desktop.backup.staging import Backup, Site, want
from clawd_desktop.backup.standstill import Owner
from clawd_desktop.config.paths import CONFIG_NAMES, NEW_CONFIG, Paths, find_paths
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import AlreadyRunning, ClawdError, StorageFault, Unreadable
from clawd_desktop.core.safeio import FolderLock
from clawd_desktop.storage.seal import digest

FOLDER = "drill"
# What a file takes besides its bytes, and what is to be left free: the gateway on the copy writes too.
_EACH = 4096
_SPARE = 256 * 1024 * 1024
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Copy:
    """What was restored: where it lies, files that were completed meanwhile, and what has no place and was left."""

    ground: Ground
    completed: frozenset[str]
    warnings: tuple[str, ...]

    @property
    def state(self) -> Path:
        """Its state folder."""
        return self.ground.paths.state

    @property
    def spare(self) -> Path:
        """A folder for agents whose own is not in the backup."""
        return self.state.with_name("spare")


@contextlib.contextmanager
def scratch(paths: Paths, size: int, files: int) -> Iterator[Path]:
    """A private folder for a copy of so many bytes in so many files; it is removed after the block, whatever happens.

    It lies where caches lie, or beside the state when there is no room there. Raises StorageFault.
    """
    needed = size + files * _EACH + _SPARE
    try:
        need_room(paths.cache, needed)
        above = paths.cache
    except StorageFault:
        need_room(paths.own, needed)
        above = paths.own
    folder = above / FOLDER / secrets.token_hex(4)
    safeio.make_folder(folder)
    lock = FolderLock(folder)
    try:
        lock.acquire()
        yield folder
    finally:
        lock.release()
        _remove(folder)


def clear(paths: Paths) -> int:
    """Remove what drills that were killed have left; how many. One that another process does now stays.

    Raises StorageFault.
    """
    count = 0
    for above in (paths.cache / FOLDER, paths.own / FOLDER):
        with safeio.explained(above, "list"):
            left = [above / name for name in os.listdir(above)] if above.is_dir() else []
        for folder in left:
            if folder.is_symlink() or not folder.is_dir():
                continue
            lock = FolderLock(folder)
            try:
                lock.acquire()
            except AlreadyRunning:
                continue
            lock.release()
            _remove(folder)
            count += 1
    return count


def copied(backup: Backup, manifest: Manifest, folder: Path, name: str, watched: tuple[Watch, Halt]) -> Copy:
    """Restore all of the backup into the folder, by the same way as in place. `name` is that of the configuration.

    Nothing is read or written outside of the folder, whatever the backup says of workspaces. Raises as `restore`.
    """
    ground = ground_in(folder, manifest, name)
    safeio.make_folder(ground.paths.state)
    # Where a configuration is there already, the one that comes does not say where workspaces go. It is empty, so that
    # there is nothing to lose.
    safeio.write_file(ground.paths.config_file, b"")
    order = Order(None, Owner(ground.paths.state), lambda: ground.paths.config_file, *watched)
    report = restore(backup, Site(ground, {}), order)
    strays = want(manifest, Choice(frozenset(manifest.areas)), ground).warnings
    return Copy(ground, frozenset(_completed(manifest, report)), strays)


def ground_in(folder: Path, manifest: Manifest, name: str) -> Ground:
    """Where the areas of the backup land in that folder."""
    configs = {entry.path for entry in manifest.of(CONFIG) if entry.kind == "file"}
    main = next((one for one in (name, *CONFIG_NAMES) if one in configs), NEW_CONFIG)
    paths = find_paths({}, folder / "home", folder / "state")
    paths = replace(paths, config_file=paths.state / main)
    agents = [area.removeprefix(f"{WORKSPACE}-") for area in manifest.areas if area.startswith(f"{WORKSPACE}-")]
    return Ground(
        paths,
        {agent: folder / "workspaces" / agent for agent in agents},
        tuple(paths.state / path for path in configs),
        (paths.backups,),
    )


def compare(copy: Copy, manifest: Manifest, watch: Watch, halt: Halt) -> int:
    """How many files lie on the copy as the list says, byte by byte.

    Files that were completed are not counted: their bytes were checked when they were written, and then some changed.
    Raises Unreadable that names the first files that differ, StorageFault, Stopped.
    """
    wanted = want(manifest, Choice(frozenset(manifest.areas)), copy.ground)
    found: list[str] = []
    count = done = 0
    for entry in manifest.entries:
        go_on(halt)
        place = wanted.place(entry)
        if place is None or (entry.kind == "file" and _key(entry) in copy.completed):
            continue
        watch(Progress("compare", done, manifest.size, entry.path))
        if why := _difference(place.root / entry.path, entry):
            found.append(f"{entry.area} {entry.path} ({why})")
        count += entry.kind == "file"
        done += entry.size
    if found:
        more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
        raise Unreadable(
            f"What was restored is not what the backup lists: {', '.join(found[:_NAMED])}{more}.",
            path=str(copy.state),
        )
    return count


def _difference(path: Path, entry: Entry) -> str:
    try:
        facts = path.lstat()
    except OSError:
        return "it is not there"
    if entry.kind == "link":
        return "" if stat.S_ISLNK(facts.st_mode) and os.readlink(path) == entry.target else "it leads elsewhere"
    if entry.kind == "folder":
        return "" if stat.S_ISDIR(facts.st_mode) else "it is no folder"
    if not stat.S_ISREG(facts.st_mode) or facts.st_size != entry.size:
        return "it has another size"
    if sys.platform != "win32" and stat.S_IMODE(facts.st_mode) != entry.mode:
        return "it has other rights"
    try:
        return "" if digest(path) == entry.sha256 else "its content is another"
    except ClawdError as error:
        return error.message


def _completed(manifest: Manifest, report: Report) -> Iterator[str]:
    """Files of which secrets were left out: where nobody knows them, an empty text stands in their place now."""
    places = (*report.filled, *report.unknown)
    for entry in manifest.entries:
        if _is_cleaned(entry) and any(place.startswith(f"{entry.path}: ") for place in places):
            yield _key(entry)


def _is_cleaned(entry: Entry) -> bool:
    try:
        return entry.kind == "file" and entry.area != CONFIG and area_of(entry.area).cleaned
    except KeyError:  # of a later version
        return False


def _key(entry: Entry) -> str:
    return f"{entry.area}/{entry.path}"


def _remove(folder: Path) -> None:
    """What cannot be removed now is, at the next start."""
    with contextlib.suppress(StorageFault):
        safeio.remove_folder(folder)
    with contextlib.suppress(OSError):
        safeio.calls.remove_empty(folder.parent)
