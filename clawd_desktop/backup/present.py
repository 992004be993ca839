"""What lies at the places of a backup now, and which of it was chosen."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.progress import Halt, go_on, never
from clawd_desktop.backup.swap_units import Kind, above_of, with_companions
from clawd_desktop.core.safeio import LOCK, explained

# Where what was replaced is kept, below the state folder's own part, and beside folders on other disks.
UNDO = "undo"
FOREIGN_UNDO = ".clawd-desktop-undo"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an area lies on this computer.

    `owns` says of a path below `root` whether it belongs to the area, be it there or not; of a folder whether an empty
    one would. Several areas may have one root; no path may belong to two of them.
    """

    area: str
    root: Path
    owns: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Here:
    """One thing that is there now; `size` in bytes and `mtime_ns` since the epoch, `target` is where a link leads."""

    kind: Kind
    mode: int = 0o600
    mtime_ns: int = 0
    size: int = 0
    target: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to come back: whole areas, and single files or folders (with all that is in them) of an area."""

    areas: frozenset[str] = frozenset()
    paths: frozenset[tuple[str, str]] = frozenset()

    def named(self) -> frozenset[str]:
        """The areas of which anything was chosen."""
        return self.areas | {area for area, _ in self.paths}

    def holds(self, area: str, path: str) -> bool:
        """Whether the path of the area was chosen, by itself or with what it lies in."""
        return area in self.areas or any((area, one) in self.paths for one in (path, *above_of(path)))


def scan(root: Path, skipped: Collection[Path], stopped: Halt = never) -> dict[str, Here]:
    """Everything below the folder by its path with "/", links as themselves; {} when there is no folder.

    Nothing below a folder of `skipped`, or one that may not be read, is looked at: both count as "other", one thing.
    Raises StorageFault.
    """
    found: dict[str, Here] = {}
    waiting = [""] if os.path.isdir(root) else []
    while waiting:
        folder = waiting.pop()
        go_on(stopped)
        with explained(root / folder, "read"):
            for name, here in _inside(root / folder, skipped):
                path = f"{folder}/{name}" if folder else name
                found[path] = here
                if here.kind == "folder":
                    waiting.append(path)
    return found


@lru_cache(64)
def guarded(root: Path, apart: frozenset[Path]) -> frozenset[str]:
    """The folders of `apart` that lie below the root, relative to it."""
    return frozenset(path.relative_to(root).as_posix() for path in apart if path != root and path.is_relative_to(root))


def is_protected(path: str, kept: Collection[str]) -> bool:
    """Whether no backup may ever write there: a lock, what is kept for undoing, a folder of `kept` or what is in it."""
    if path.rpartition("/")[2] == LOCK or FOREIGN_UNDO in path.split("/"):
        return True
    return _below(path, kept)


def chosen_of(
    now: Mapping[str, Here], place: Place, choice: Choice, manifest: Manifest, apart: frozenset[Path]
) -> set[str]:
    """What of the things that are there now is to be replaced, by the choice.

    What the backup left out by name stays: it knows nothing of it. A folder with something in it is chosen with that,
    but not by the choice of a single file in it.
    """
    area = place.area
    left = {one.path for one in manifest.left_out if one.area == area}
    held = {entry.path for entry in manifest.of(area)}
    filled = {path.rpartition("/")[0] for path in now}
    kept = guarded(place.root, apart)

    def is_mine(path: str) -> bool:
        if is_protected(path, kept) or (path not in held and _below(path, left)):
            return False
        if path in filled:
            return area in choice.areas or choice.holds(area, path)
        return choice.holds(area, path) and place.owns(path)

    mine = {path for path in now if is_mine(path)}
    return with_companions(mine, now)


def owner_of(path: str, places: Iterable[Place]) -> str:
    """The area that a path below the root of these places belongs to, "" when to none."""
    return next((place.area for place in places if place.owns(path)), "")


def _below(path: str, tops: Collection[str]) -> bool:
    return any(one in tops for one in (path, *above_of(path)))


def _inside(folder: Path, skipped: Collection[Path]) -> list[tuple[str, Here]]:
    with os.scandir(folder) as entries:
        return [(entry.name, _here(entry, skipped)) for entry in entries]


def _here(entry: os.DirEntry[str], skipped: Collection[Path]) -> Here:
    status = entry.stat(follow_symlinks=False)
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return Here("link", mode, status.st_mtime_ns, target=os.readlink(entry.path))
    if stat.S_ISREG(status.st_mode):
        return Here("file", mode, status.st_mtime_ns, status.st_size)
    is_open = stat.S_ISDIR(status.st_mode) and Path(entry.path) not in skipped and entry.name != FOREIGN_UNDO
    if is_open and os.access(entry.path, os.R_OK | os.X_OK):
        return Here("folder", mode, status.st_mtime_ns)
    return Here("other", mode, status.st_mtime_ns)
