"""Swaps what a backup brings for what is there, by renames, so that a crash at any moment leaves the old or the new.

What comes was written to a shelf: a folder on the same disk. The journal is written there before the first rename
(phase "swapping"). Then all that goes is renamed to the shelf, then all that comes is renamed into place, then the
journal says "done", which is the one moment at which the new state counts. `recover` at the next start takes back what
was interrupted before that moment and tidies up what was interrupted after it. Which paths are renamed is decided by
`swap_units`: an area is no folder of its own, so the unit is the highest path that holds nothing but what was chosen.

Taking back looks only at what stands where, so that it may itself be interrupted at any call and done again:

| of a unit           | nothing happened | gone, not come | gone and come |
|---------------------|------------------|----------------|---------------|
| on the shelf, old   | -                | there          | there         |
| in its place        | old              | -              | new           |
| on the shelf, new   | there            | there          | -             |

All that goes is on the disk before anything comes, so that no order in which a disk writes makes a fourth column.
Nothing is ever renamed over something: what stands in the way when the old comes back is kept beside it.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.backup import swap_journal
from clawd_desktop.backup.present import FOREIGN_UNDO
from clawd_desktop.backup.swap_journal import Journal, Root, Step
from clawd_desktop.core import moving, safeio
from clawd_desktop.core.errors import ClawdError, NotFound, StorageFault, Unreadable

KEPT, NEW = "old", "new"
# A folder that is being removed: what is left of it after a crash means nothing.
GONE = ".gone-"
_LATER = "It is taken back when the program starts the next time; nothing is lost."


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of an interrupted swap. `fault` is why it could not be settled, "" when it was.

    `outcome` is "taken back" or "finished" (tidied up), `aside` where something stood in the way and is kept now.
    """

    id: str
    outcome: str
    aside: tuple[Path, ...] = ()
    fault: str = ""


def shelf_for(folder: Path, undo: Path) -> Path:
    """Where things of `folder` can be kept by renaming them: `undo` itself, or a hidden folder beside it or in it.

    `folder` need not exist. Makes nothing. Raises StorageFault when the disk cannot be asked.
    """
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    if moving.same_disk(undo, there):
        return undo
    if there == folder and os.access(folder.parent, os.W_OK) and moving.same_disk(folder.parent, folder):
        return folder.parent / FOREIGN_UNDO
    return there / FOREIGN_UNDO


def swap(undo: Path, journal: Journal) -> Journal:
    """Do what the journal says, all of it or nothing; the journal as it stands at the end.

    Raises StorageFault when the disk refuses: all is then as it was, or its hint says that the next start makes it so.
    """
    journal = journal.marked("swapping")
    for shelf in (undo / journal.id, *journal.shelves()):
        moving.make_durable_folder(shelf / KEPT)
    swap_journal.write(undo, journal)
    try:
        for path in (path for root in journal.roots for path in root.made):
            moving.make_durable_folder(path)
        _go(journal)
        _come(journal)
        done = journal.marked("done")
        swap_journal.write(undo, done)
    except StorageFault as fault:
        if _is_open(undo, journal):
            take_back(undo, journal, fault)
            raise
    finish(undo, done)
    return done


def take_back(undo: Path, journal: Journal, cause: StorageFault | None = None) -> tuple[Path, ...]:
    """Put everything of a swap that is not done back as it was; where it kept what stood in the way.

    Raises StorageFault when the disk refuses that too (it may be tried again), Unreadable when what is there cannot
    come from this swap: nothing is touched then.
    """
    try:
        _check(journal)
        _come_back(journal)
        aside = _bring_back(journal)
        for path in (path for root in journal.roots for path in reversed(root.made)):
            moving.remove_empty_folder(path)
        void(undo, journal)
    except StorageFault as fault:
        first = cause or fault
        raise StorageFault(first.message, hint=f"{first.hint} {_LATER}".strip()) from fault
    return aside


def finish(undo: Path, journal: Journal) -> None:
    """Tidy up after a swap that is done: empty folders, and the record that it took back. What fails is done later."""
    with contextlib.suppress(ClawdError):
        for shelf in (undo / journal.id, *journal.shelves()):
            safeio.remove_folder(shelf / NEW)
        if journal.undoes:
            with contextlib.suppress(NotFound):
                undone = swap_journal.read(undo, journal.undoes)
                for path in (path for root in undone.roots for path in reversed(root.made)):
                    moving.remove_empty_folder(path)
                void(undo, undone)


def void(undo: Path, journal: Journal) -> None:
    """Nothing of this swap is needed any more: remove what is left of it. Raises StorageFault."""
    if journal.phase != "void":
        swap_journal.write(undo, journal.marked("void"))
    for shelf in journal.shelves():
        if shelf != undo / journal.id:
            safeio.remove_folder(shelf)
            moving.remove_empty_folder(shelf.parent)
    gone = undo / f"{GONE}{journal.id}"
    safeio.rename(undo / journal.id, gone)
    safeio.remove_folder(gone)


def recover(undo: Path) -> tuple[Recovered, ...]:
    """Settle what a crash interrupted; to be called by the owner of the state folder before anything reads it.

    Never raises for what it finds: a fault stands in the answer, and what is damaged is left as it is. Raises
    StorageFault only when the undo folder cannot be read.
    """
    found = []
    for name in swap_journal.names(undo):
        try:
            settled = _settled(undo, name)
        except ClawdError as fault:
            settled = Recovered(name, "", fault=fault.sentence())
        if settled is not None:
            found.append(settled)
    return tuple(found)


def _is_open(undo: Path, journal: Journal) -> bool:
    """Whether the journal says for certain that the swap is not done; taking back may begin only then.

    The last write of a journal can fail after its new text is there. What it says then counts, if it stays.
    """
    if swap_journal.read(undo, journal.id).phase == "done":
        try:
            swap_journal.write(undo, journal)
        except StorageFault:
            return swap_journal.read(undo, journal.id).phase != "done"
    return True


def _settled(undo: Path, name: str) -> Recovered | None:
    if name.startswith(GONE):
        safeio.remove_folder(undo / name)
        return None
    try:
        journal = swap_journal.read(undo, name)
    except NotFound:
        return _without_journal(undo, name)
    if journal.phase == "swapping":
        return Recovered(name, "taken back", take_back(undo, journal))
    if journal.phase == "done":
        leftover = journal.undoes and (undo / journal.undoes).is_dir()
        finish(undo, journal)
        return Recovered(name, "finished") if leftover else None
    void(undo, journal)
    return None


def _without_journal(undo: Path, name: str) -> Recovered | None:
    """Nothing is moved before there is a journal, so such a folder holds nothing that was ever in use."""
    kept = undo / name / KEPT
    if kept.is_dir() and any(kept.iterdir()):
        return Recovered(name, "", fault=f"{undo / name} has no journal; what is in it is left as it is.")
    safeio.remove_folder(undo / name)
    return None


def _go(journal: Journal) -> None:
    for root, step in _steps(journal):
        if step.kept:
            moving.move(root.folder, step.path, root.shelf, step.kept)
    _sync((root.folder, step.path) for root, step in _steps(journal) if step.kept)
    _sync((root.shelf, step.kept) for root, step in _steps(journal) if step.kept)


def _come(journal: Journal) -> None:
    for root, step in _steps(journal):
        if step.put:
            moving.move(root.shelf, step.put, root.folder, step.path)
    _sync((root.folder, step.path) for root, step in _steps(journal) if step.put)
    _sync((root.shelf, step.put) for root, step in _steps(journal) if step.put)


def _check(journal: Journal) -> None:
    for root, step in _steps(journal):
        if step.kept and step.put and not _stands(root.shelf, step.kept) and not _stands(root.shelf, step.put):
            where = root.folder / step.path
            raise Unreadable(
                f"What was kept of {where} is gone from {root.shelf / step.kept}.",
                path=str(where),
                hint="It is left as it is; bring it back from a backup.",
            )


def _come_back(journal: Journal) -> None:
    """The second column of the table for all that stand in the third."""
    moved = []
    for root, step in _steps(journal):
        if step.put and not _stands(root.shelf, step.put) and _stands(root.folder, step.path):
            moving.move(root.folder, step.path, root.shelf, step.put)
            moved.append((root, step))
        if step.put and step.put_mode >= 0:
            moving.set_mode_below(root.shelf, step.put, step.put_mode)
    _sync((root.shelf, step.put) for root, step in moved)
    _sync((root.folder, step.path) for root, step in moved)


def _bring_back(journal: Journal) -> tuple[Path, ...]:
    """The first column of the table for all that stand in the second."""
    aside, moved = [], []
    for root, step in _steps(journal):
        if step.kept and _stands(root.shelf, step.kept):
            if _stands(root.folder, step.path):
                aside.append(_set_aside(root.folder, step.path))
            moving.move(root.shelf, step.kept, root.folder, step.path)
            moved.append((root, step))
        if step.kept and step.mode >= 0:
            moving.set_mode_below(root.folder, step.path, step.mode)
    _sync((root.folder, step.path) for root, step in moved)
    _sync((root.shelf, step.kept) for root, step in moved)
    return tuple(aside)


def _set_aside(folder: Path, path: str) -> Path:
    above, slash, name = path.rpartition("/")
    for number in range(1, 1000):
        target = f"{above}{slash}{name[:60]}.kept-{number}"
        if not _stands(folder, target):
            moving.move(folder, path, folder, target)
            return folder / target
    raise safeio.storage_fault(OSError(errno.EEXIST, ""), folder / path, "set aside")


def _stands(base: Path, path: str) -> bool:
    return moving.status_below(base, path) is not None


def _steps(journal: Journal) -> Iterator[tuple[Root, Step]]:
    return ((journal.roots[step.root], step) for step in journal.steps)


def _sync(paths: Iterable[tuple[Path, str]]) -> None:
    for base, folder in dict.fromkeys((base, path.rpartition("/")[0]) for base, path in paths):
        moving.sync_below(base, folder)
