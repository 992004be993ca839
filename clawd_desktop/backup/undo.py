"""Takes a restore back, within a week: what was there before comes again, and what came since is kept in its turn."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from clawd_desktop.backup import swap, swap_journal
from clawd_desktop.backup.present import scan
from clawd_desktop.backup.swap_journal import Journal, Root, Step
from clawd_desktop.core import moving
from clawd_desktop.core.errors import ClawdError, NotFound, Refused

KEPT_MS = 7 * 24 * 3_600_000
# As many paths as a report names.
_NAMED = 50


@dataclass(frozen=True, slots=True)
class Undoable:
    """A restore that can be taken back until `until_ms` (wall clock); with `undoes` it is itself the undo of one."""

    id: str
    at_ms: int
    until_ms: int
    what: str
    areas: tuple[str, ...]
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back. `again` is the id under which that can be taken back in its turn.

    `since` are files that were written after the restore, the first of them, and `since_count` how many: they went with
    it and are kept as long as `again` is.
    """

    id: str
    again: str
    since: tuple[Path, ...]
    since_count: int


def undoable(undo_folder: Path, now_ms: int) -> tuple[Undoable, ...]:
    """What can be taken back now, the newest first. What cannot be read is left out. Raises StorageFault."""
    found = [_described(one) for one in _done(undo_folder) if now_ms < one.at_ms + KEPT_MS]
    return tuple(sorted(found, key=lambda one: (one.at_ms, one.id), reverse=True))


def undo(undo_folder: Path, name: str, again: str, now_ms: int) -> Undone:
    """Put back what was there before the restore of that id; nothing may use those files meanwhile.

    `again` is the id of this taking back. Raises NotFound when there is none or it was taken back already, Refused
    when it is too old or a later restore stands on it, StorageFault: all is then as it was, or the next start makes it
    so.
    """
    if all(journal.id != name for journal in _done(undo_folder)):
        raise NotFound(f"There is no restore {name} to take back: it was taken back already, or is too old.")
    journal = swap_journal.read(undo_folder, name)
    if now_ms >= journal.at_ms + KEPT_MS:
        raise Refused("That restore is older than seven days.", hint="Restore a backup of that time instead.")
    if later := _later(undo_folder, journal):
        raise Refused(
            "A later restore changed the same files.", hint=f"Take that one back first ({later.what}, {later.id})."
        )
    since = [path for root, step in _steps(journal) for path in _written_since(root, step, journal.at_ms)]
    swap.swap(undo_folder, _backwards(journal, again, now_ms))
    kept = tuple(sorted(since)[:_NAMED])
    return Undone(name, again, kept, len(since))


def forget(undo_folder: Path, now_ms: int) -> tuple[str, ...]:
    """Remove what was kept for more than seven days; the ids that are gone. What cannot be removed stays for later.

    Raises StorageFault only when the folder cannot be read.
    """
    gone = []
    for journal in _done(undo_folder):
        if now_ms >= journal.at_ms + KEPT_MS:
            try:
                swap.void(undo_folder, journal)
            except ClawdError:
                continue
            gone.append(journal.id)
    return tuple(gone)


def _done(undo_folder: Path) -> Iterator[Journal]:
    undone = set()
    found = []
    for name in swap_journal.names(undo_folder):
        try:
            journal = swap_journal.read(undo_folder, name)
        except ClawdError:
            continue
        if journal.phase == "done":
            found.append(journal)
            undone.add(journal.undoes)
    return (journal for journal in found if journal.id not in undone)


def _described(journal: Journal) -> Undoable:
    return Undoable(journal.id, journal.at_ms, journal.at_ms + KEPT_MS, journal.what, journal.areas, journal.undoes)


def _later(undo_folder: Path, journal: Journal) -> Journal | None:
    """A later restore, which stands, of a path that this one moved, or of one above or below."""
    mine = set(_paths(journal))
    for other in _done(undo_folder):
        newer = (other.at_ms, other.id) > (journal.at_ms, journal.id)
        if newer and not other.takes_back and _overlap(mine, _paths(other)):
            return other
    return None


def _overlap(mine: set[Path], others: Iterable[Path]) -> bool:
    above = {folder for path in mine for folder in path.parents}
    return any(other in mine or other in above or not mine.isdisjoint(other.parents) for other in others)


def _backwards(journal: Journal, again: str, now_ms: int) -> Journal:
    """The swap that undoes one: what it kept comes, and what stands there now goes."""
    steps = []
    for number, (root, step) in enumerate(_steps(journal)):
        there = moving.status_below(root.folder, step.path)
        if there is None and not step.kept:
            continue
        kept = f"{again}/{swap.KEPT}/{number}" if there is not None else ""
        mode = stat.S_IMODE(there.st_mode) if there is not None and stat.S_ISDIR(there.st_mode) else -1
        steps.append(Step(step.root, step.path, kept, step.kept, mode, step.mode))
    roots = tuple(
        replace(root, made=_missing(root, [step for step in steps if journal.roots[step.root] == root]))
        for root in journal.roots
    )
    return replace(
        journal, id=again, phase="staging", at_ms=now_ms, roots=roots, steps=tuple(steps), undoes=journal.id,
        takes_back=not journal.takes_back,
    )  # fmt: skip


def _missing(root: Root, steps: Iterable[Step]) -> tuple[Path, ...]:
    """The folders that were removed since and are needed for what comes."""
    above = [(root.folder / step.path).parent for step in steps if step.put]
    return tuple(dict.fromkeys(path for folder in above for path in moving.missing_folders(folder)))


def _written_since(root: Root, step: Step, at_ms: int) -> Iterator[Path]:
    there = moving.status_below(root.folder, step.path)
    top = root.folder / step.path
    if there is not None and stat.S_ISREG(there.st_mode) and there.st_mtime_ns > at_ms * 1_000_000:
        yield top
    elif there is not None and stat.S_ISDIR(there.st_mode):
        for path, here in scan(top, ()).items():
            if here.kind == "file" and here.mtime_ns > at_ms * 1_000_000:
                yield top / path


def _paths(journal: Journal) -> Iterator[Path]:
    return (root.folder / step.path for root, step in _steps(journal))


def _steps(journal: Journal) -> Iterator[tuple[Root, Step]]:
    return ((journal.roots[step.root], step) for step in journal.steps)
