"""Writes what was chosen of a backup to the shelves, beside where it will stand; nothing that is in use is touched."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from clawd_desktop.backup import secrets_out, swap, swap_journal
from clawd_desktop.backup.areas import CONFIG, SECRETS, WORKSPACE, area_of
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.manifest import Entry, Manifest
from clawd_desktop.backup.places import kept_apart, newly_named, on_fresh, places_of
from clawd_desktop.backup.present import UNDO, Choice, Place, guarded, is_protected
from clawd_desktop.backup.progress import Halt, Watch
from clawd_desktop.backup.swap_journal import Journal, Root
from clawd_desktop.backup.swap_units import above_of
from clawd_desktop.config.json5 import decode
from clawd_desktop.core import moving, safeio
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, StorageFault

# What a file takes on a disk besides its bytes, and what is to be left free.
_EACH = 4096
_SPARE = 32 * 1024 * 1024
_IN = "in"
_FIRST = "first"


class Backup(Protocol):
    """Something that can be restored: a backup of this program, wherever it lies, or a foreign archive."""

    @property
    def name(self) -> str:
        """What a person calls it: the name of its file."""

    def verify(self, watch: Watch, halt: Halt) -> Manifest:
        """Check every byte; its list. Raises Unreadable, BadInput, NotFound, StorageFault, Stopped."""

    def listed(self, watch: Watch, halt: Halt) -> Manifest:
        """Its list; of the rest no more is read than it takes to know that. Raises as `verify`."""

    def extract(self, wanted: Callable[[Entry], bool], folder: Path, watch: Watch, halt: Halt) -> None:
        """Check what is wanted and write it below `folder/<area>/`, a folder that is not there yet; it is durable
        then. Raises as `verify`, and Refused when the disk cannot keep such names."""

    def read(self, entry: Entry, halt: Halt) -> bytes:
        """What one small file holds, without writing it to a disk. Raises as `verify`."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a restore happens; `environ` are the variables that a restored configuration may name."""

    ground: Ground
    environ: Mapping[str, str]

    @property
    def undo(self) -> Path:
        """The folder in which what was replaced is kept."""
        return self.ground.paths.own / UNDO


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a backup will be restored: entries by number of their root, and what is left aside and why."""

    places: tuple[Place, ...]
    apart: frozenset[Path]
    roots: tuple[Path, ...]
    entries: tuple[tuple[Entry, ...], ...]
    warnings: tuple[str, ...]
    landing: Mapping[tuple[str, str], Place | None]

    def place(self, entry: Entry) -> Place | None:
        """Where the entry lands by itself; None when it may not, or only as a folder above something."""
        return self.landing.get((entry.area, entry.path))


@dataclass(frozen=True, slots=True)
class Staged:
    """What lies on the shelves. `filled` are secrets that came from the present files, `unknown` those nobody has.

    `secrets` are the keyring's, which lie on no shelf.
    """

    journal: Journal
    wanted: Wanted
    filled: tuple[str, ...]
    unknown: tuple[str, ...]
    secrets: Mapping[str, str] = field(repr=False)

    def folder(self, root: int) -> Path:
        """What comes into that root."""
        return self.journal.roots[root].shelf / self.journal.id / swap.NEW / str(root)


def place_of(area: str, path: str, places: Iterable[Place], apart: frozenset[Path]) -> Place | None:
    """The place that owns the path of an area, None when there is none or nothing may be written there."""
    mine = (place for place in places if place.area == area)
    found = next((place for place in mine if place.owns(path)), None)
    return found if found is not None and not is_protected(path, guarded(found.root, apart)) else None


def want(manifest: Manifest, choice: Choice, ground: Ground) -> Wanted:
    """What the choice means on this computer. Raises BadInput when it names what the backup has not."""
    if strange := sorted(choice.named() - set(manifest.areas)):
        raise BadInput(f"The backup holds no {', '.join(strange)}.", hint=f"It holds {', '.join(manifest.areas)}.")
    places = places_of(ground, manifest)
    apart = kept_apart(ground, places)
    chosen = [entry for entry in manifest.entries if choice.holds(entry.area, entry.path) and not _is_keyring(entry)]
    landing = {(entry.area, entry.path): place_of(entry.area, entry.path, places, apart) for entry in chosen}
    leaves = [entry for entry in chosen if landing[entry.area, entry.path] is not None]
    roots = tuple(dict.fromkeys(place.root for place in landing.values() if place is not None))
    by_root: list[tuple[Entry, ...]] = []
    for root in roots:
        mine = [entry for entry in leaves if (place := landing[entry.area, entry.path]) and place.root == root]
        above = {(entry.area, path) for entry in mine for path in above_of(entry.path)}
        missing = above - {(entry.area, entry.path) for entry in mine}
        mine += [
            entry for entry in manifest.entries
            if entry.kind == "folder" and (entry.area, entry.path) in missing
        ]  # fmt: skip
        by_root.append(tuple(mine))
    strays = [entry for entry in chosen if landing[entry.area, entry.path] is None and entry.kind != "folder"]
    if not roots:
        raise BadInput("Nothing of that can be restored on this computer.", hint="Choose other areas or files.")
    warnings = tuple(_said_of(strays, {place.area for place in places}))
    return Wanted(places, apart, roots, tuple(by_root), warnings, landing)


def stage(
    backup: Backup, manifest: Manifest, choice: Choice, site: Site, journal: Journal, watched: tuple[Watch, Halt]
) -> Staged:
    """Write what is wanted to the shelves. `journal` is that of a new swap, without roots; it is written first.

    Raises what `want` and the backup raise, StorageFault when there is no room; `discard` removes what was written.
    """
    ground, undo = site.ground, site.undo
    swap_journal.write(undo, journal)
    wanted = want(manifest, choice, ground)
    if CONFIG in choice.named() and not ground.paths.config_file.exists():
        first = undo / journal.id / swap.NEW / _FIRST
        backup.extract(lambda entry: entry.area == CONFIG, first, *watched)
        wanted = want(manifest, choice, on_fresh(ground, first / CONFIG, site.environ))
        safeio.remove_folder(first)
    journal = replace(
        journal,
        roots=tuple(Root(root, swap.shelf_for(root, undo), moving.missing_folders(root)) for root in wanted.roots),
    )
    swap_journal.write(undo, journal)
    check_room(journal.roots, wanted)
    staged = Staged(journal, wanted, (), (), _keyring(backup, manifest, choice, watched[1]))
    for shelf in dict.fromkeys(root.shelf for root in journal.roots):
        numbers = [number for number, root in enumerate(journal.roots) if root.shelf == shelf]
        _fill(backup, staged, shelf, numbers, watched)
    _keep_rights(staged)
    filled, unknown = _complete(staged)
    warnings = (*wanted.warnings, *_elsewhere(staged, choice, site))
    return replace(staged, wanted=replace(wanted, warnings=warnings), filled=filled, unknown=unknown)


def discard(site: Site, journal: Journal) -> None:
    """Remove what was staged and never swapped. Raises StorageFault; the next start then removes it."""
    swap.void(site.undo, swap_journal.read(site.undo, journal.id))


def check_room(roots: Iterable[Root], wanted: Wanted) -> None:
    """Raises StorageFault when a shelf has not the room for what comes, before anything is written."""
    needed: dict[Path, int] = {}
    for root, entries in zip(roots, wanted.entries, strict=True):
        needed[root.shelf] = needed.get(root.shelf, 0) + sum(entry.size + _EACH for entry in entries)
    for shelf, size in needed.items():
        there = next(path for path in (shelf, *shelf.parents) if path.is_dir())
        with safeio.explained(there, "look at"):
            free = shutil.disk_usage(there).free
        if size + _SPARE > free:
            raise StorageFault(
                f"The disk of {there} has {free:,} bytes free; this restore needs {size + _SPARE:,}.",
                hint="Free some space, or choose less. Nothing was changed.",
            )


def _fill(backup: Backup, staged: Staged, shelf: Path, numbers: list[int], watched: tuple[Watch, Halt]) -> None:
    """One reading of the backup for one shelf: all areas beside each other, then each root by itself."""
    keys = {(entry.area, entry.path) for number in numbers for entry in staged.wanted.entries[number]}
    inside = shelf / staged.journal.id / swap.NEW
    moving.make_durable_folder(inside)
    backup.extract(lambda entry: (entry.area, entry.path) in keys, inside / _IN, *watched)
    for number in numbers:
        moving.make_durable_folder(inside / str(number))
        by_area: dict[str, set[str]] = {}
        for entry in staged.wanted.entries[number]:
            if staged.wanted.place(entry) is not None or entry.kind != "folder":
                by_area.setdefault(entry.area, set()).add(entry.path)
        for area, paths in by_area.items():
            within = paths | {above for path in paths for above in above_of(path)}
            _merge(inside, f"{_IN}/{area}", str(number), within, "")


def _merge(shelf: Path, source: str, target: str, within: set[str], folder: str) -> None:
    """Bring what is wanted of one area together with the other areas of its root; folders may meet, files never."""
    with safeio.explained(shelf / source, "list"):
        names = sorted(os.listdir(shelf / source / folder))
    for name in names:
        path = f"{folder}/{name}" if folder else name
        one, other = f"{source}/{path}", f"{target}/{path}"
        there = moving.status_below(shelf, other)
        if there is None and path in within:
            moving.move(shelf, one, shelf, other)
        elif there is not None and (shelf / other).is_dir() and (shelf / one).is_dir():
            _merge(shelf, source, target, within, path)
    moving.sync_below(shelf, f"{target}/{folder}" if folder else target)


def _keep_rights(staged: Staged) -> None:
    """Folders that areas share get the rights of the list; those that it does not have keep what they have now."""
    for number, root in enumerate(staged.journal.roots):
        entries = staged.wanted.entries[number]
        rights = {entry.path: entry.mode for entry in entries if entry.kind == "folder"}
        for path in {above for entry in entries for above in above_of(entry.path)}:
            mode = rights.get(path, -1)
            with contextlib.suppress(StorageFault):  # a link may be in the way there, which is told later
                there = moving.status_below(root.folder, path) if mode < 0 else None
                mode = stat.S_IMODE(there.st_mode) if there is not None and stat.S_ISDIR(there.st_mode) else mode
            if mode >= 0:
                moving.set_mode_below(staged.folder(number), path, mode)


def _complete(staged: Staged) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Put secrets that the backup left out back from the files that stand there now."""
    filled: list[str] = []
    unknown: list[str] = []
    for number, root in enumerate(staged.journal.roots):
        for entry in staged.wanted.entries[number]:
            if entry.kind != "file" or not area_of(entry.area).cleaned or not secrets_out.is_json(entry.path):
                continue
            path = staged.folder(number) / entry.path
            if path.is_file() and not path.is_symlink():
                one, other = _completed(path, root.folder / entry.path, entry)
                filled += one
                unknown += other
    return tuple(filled), tuple(unknown)


def _elsewhere(staged: Staged, choice: Choice, site: Site) -> Iterator[str]:
    """Where the restored configuration leads that the present one does not, and workspaces that come to where the
    present one says."""
    ground = site.ground
    config = Path(os.path.realpath(ground.paths.config_file.parent))
    if CONFIG not in choice.named() or config not in staged.wanted.roots:
        return
    restored = staged.folder(staged.wanted.roots.index(config))
    yield from newly_named(ground, restored, site.environ)
    if not ground.paths.config_file.exists():
        return
    named = on_fresh(ground, restored, site.environ).workspaces
    for agent, folder in named.items():
        here = ground.workspaces.get(agent, folder)
        if here != folder and f"{WORKSPACE}-{agent}" in choice.named():
            yield f"The workspace of {agent} comes to {here}; the restored configuration names {folder}."


def _completed(path: Path, present: Path, entry: Entry) -> tuple[list[str], list[str]]:
    try:
        text = decode(safeio.read_file(path))
        out = secrets_out.missing(text)
    except ClawdError:
        return [], []  # it is no text with secrets left out
    if not out:
        return [], []
    try:
        now = decode(safeio.read_file(present))
    except (NotFound, ClawdError):
        now = ""
    text = secrets_out.put_back(text, now)
    unknown = secrets_out.missing(text)
    if entry.area != CONFIG:
        text = secrets_out.put_back(text, "", config=False)
    safeio.write_file(path, text.encode(), mode=entry.mode)
    safeio.touch(path, entry.mtime_ns // 1_000_000)
    where = "" if entry.area == CONFIG else f"{entry.path}: "
    return [f"{where}{one}" for one in out if one not in unknown], [f"{where}{one}" for one in unknown]


def _keyring(backup: Backup, manifest: Manifest, choice: Choice, halt: Halt) -> Mapping[str, str]:
    found = [entry for entry in manifest.of(SECRETS) if _is_keyring(entry) and choice.holds(SECRETS, entry.path)]
    return secrets_out.decode_keyring(backup.read(found[0], halt)) if found else {}


def _is_keyring(entry: Entry) -> bool:
    return entry.area == SECRETS and entry.path == secrets_out.KEYRING


def _said_of(strays: list[Entry], areas: set[str]) -> list[str]:
    said = [
        f"{area} has no place on this computer; it was left in the backup."
        for area in dict.fromkeys(entry.area for entry in strays)
        if area not in areas
    ]
    said += [
        f"{entry.path} does not belong to {entry.area} and was left in the backup."
        for entry in strays
        if entry.area in areas
    ][:20]
    return said
