"""Brings chosen parts of a backup back in place, and puts all back as it was when that does not work.

Stage, which checks what it writes, safety backup, stop, swap, start, look whether it works. What runs is stopped as
late as can be.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from clawd_desktop.backup import swap, swap_journal, undo
from clawd_desktop.backup.look import previews
from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.present import Choice, chosen_of, scan
from clawd_desktop.backup.preview import AreaPreview
from clawd_desktop.backup.progress import Halt, Progress, Watch, go_on, never, unwatched
from clawd_desktop.backup.staging import Backup, Site, Staged, discard, stage
from clawd_desktop.backup.standstill import Owner, alone
from clawd_desktop.backup.swap_journal import Journal, Step
from clawd_desktop.backup.swap_units import plan
from clawd_desktop.core import moving
from clawd_desktop.core.errors import ClawdError, Refused


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done; without a choice, all that the backup holds.

    `safety` makes a backup of what is there now and gives its path; it may raise ClawdError. It is not called where
    nothing that is there would be replaced: on a fresh computer there is nothing to back up.
    """

    choice: Choice | None
    owner: Owner
    safety: Callable[[], Path]
    watch: Watch = unwatched
    halt: Halt = never


@dataclass(frozen=True, slots=True)
class Report:
    """What a restore did. `id` is that of its undo, which holds what was there before; `safety` is None where nothing
    was replaced.

    `taken_back` says why everything was put back as it was, "" when the restore stands; `stuck` why it stands although
    the application does not work with it: it could not be put back either. `filled` are places of secrets
    that the backup had left out and the present files knew, `unknown` those that nobody knows; `secrets` are keyring
    items that a sealed backup brought and that the caller is to store.
    """

    id: str
    backup: str
    safety: Path | None
    areas: tuple[AreaPreview, ...]
    filled: tuple[str, ...]
    unknown: tuple[str, ...]
    warnings: tuple[str, ...]
    taken_back: str = ""
    stuck: str = ""
    secrets: dict[str, str] = field(default_factory=dict, repr=False)


def restore(backup: Backup, site: Site, order: Order) -> Report:
    """Do it; what runs meanwhile is stopped as late and as shortly as can be.

    May be stopped until the application is stopped. Raises what the backup raises, BadInput for a choice that it cannot
    meet, Refused when something stands in the way, Busy when another restore is under way, AlreadyRunning,
    StorageFault, and what `safety` and the application raise: everything is then as it was before.
    """
    with alone(site.undo), order.owner.throughout():
        # What another restore left half done is settled first, by whoever owns the folder.
        settled = swap.recover(site.undo) if order.owner.application is None else ()
        manifest = backup.listed(order.watch, order.halt)
        journal = Journal(
            new_id(site.ground.clock.wall_ms()), "staging", site.ground.clock.wall_ms(), backup.name, (), ()
        )
        try:
            choice = order.choice or Choice(frozenset(manifest.areas))
            staged = stage(backup, manifest, choice, site, journal, (order.watch, order.halt))
            shown = previews(manifest, choice, staged.wanted, order.halt, quick=True)
            safety = order.safety() if _is_something_to_lose(shown) else None
            go_on(order.halt)
            order.watch(Progress("swap"))
            done = _swapped(staged, manifest, choice, site, order.owner)
        except ClawdError:
            with contextlib.suppress(ClawdError):
                _discard_if_staged(site, journal)
            raise
        trouble = _started(order.owner)
        report = Report(
            done.id, backup.name, safety, shown, staged.filled, staged.unknown,
            (
                *(one.fault for one in settled if one.fault),
                *staged.wanted.warnings,
                *(text for area in shown for text in area.warnings),
            ),
            secrets=dict(staged.secrets),
        )  # fmt: skip
        return _back(report, site, order, trouble) if trouble else report


def take_back(site: Site, name: str, owner: Owner) -> undo.Undone:
    """Undo a restore: what was there before comes back. Raises as `undo.undo`, Busy, AlreadyRunning.

    When the application does not work afterwards that stays so: what was there before was not this program's choice.
    """
    now_ms = site.ground.clock.wall_ms()
    with alone(site.undo), owner.throughout():
        try:
            with owner.at_rest():
                return undo.undo(site.undo, name, new_id(now_ms), now_ms)
        finally:
            owner.wake()


def new_id(now_ms: int) -> str:
    """A name for a restore that sorts by time."""
    return f"{datetime.fromtimestamp(now_ms / 1000, UTC):%Y%m%dT%H%M%SZ}-{os.urandom(2).hex()}"


def _swapped(staged: Staged, manifest: Manifest, choice: Choice, site: Site, owner: Owner) -> Journal:
    try:
        with owner.at_rest():
            steps = tuple(_steps(staged, manifest, choice))
            now_ms = site.ground.clock.wall_ms()
            areas = tuple(sorted(choice.named()))
            return swap.swap(site.undo, replace(staged.journal, at_ms=now_ms, areas=areas, steps=steps))
    except ClawdError:
        with contextlib.suppress(ClawdError):
            owner.wake()
        raise


def _steps(staged: Staged, manifest: Manifest, choice: Choice) -> Iterator[Step]:
    """What is to be moved, now that nothing changes any more. Raises Refused when something is in the way."""
    wanted, name = staged.wanted, staged.journal.id
    count = 0
    for number, root in enumerate(staged.journal.roots):
        skipped = wanted.apart - {root.folder}
        now, new = scan(root.folder, skipped), scan(staged.folder(number), ())
        mine: set[str] = set()
        for place in wanted.places:
            if place.root == root.folder and place.area in choice.named():
                mine |= chosen_of(now, place, choice, manifest, wanted.apart)
        moves = plan(
            {path: here.kind for path, here in now.items()}, {path: here.kind for path, here in new.items()}, mine
        )
        if moves.clashes:
            clash = root.folder / moves.clashes[0]
            raise Refused(
                f"{clash} is in the way: it is no part of what was chosen, and the backup has something else there.",
                hint="Move it away, or choose other areas. Nothing was changed.",
            )
        for unit in moves.units:
            kept = f"{name}/{swap.KEPT}/{count}" if unit.takes else ""
            put = f"{name}/{swap.NEW}/{number}/{unit.path}" if unit.puts else ""
            yield Step(number, unit.path, kept, put, _mode(root.folder, unit.path), _mode(root.shelf, put))
            count += 1


def _mode(base: Path, path: str) -> int:
    found = moving.status_below(base, path) if path else None
    return stat.S_IMODE(found.st_mode) if found is not None and stat.S_ISDIR(found.st_mode) else -1


def _is_something_to_lose(shown: tuple[AreaPreview, ...]) -> bool:
    files = (one for area in shown for one in area.files)
    return any(one.state == "would be lost" or (one.state == "changed" and one.size_now) for one in files)


def _started(owner: Owner) -> str:
    """What is wrong after the start, "" for nothing."""
    try:
        owner.wake()
        return owner.trouble()
    except ClawdError as error:
        return error.sentence()


def _back(report: Report, site: Site, order: Order, trouble: str) -> Report:
    """Undo what did not work; the attempt is kept under the id of the report."""
    now_ms = site.ground.clock.wall_ms()
    again = ""
    try:
        with order.owner.at_rest():
            again = undo.undo(site.undo, report.id, new_id(now_ms), now_ms).again
    except ClawdError as error:
        trouble = f"{trouble} {error.sentence()}"
    finally:
        try:
            order.owner.wake()
        except ClawdError as error:
            trouble = f"{trouble} {error.sentence()}"
    return replace(report, id=again, taken_back=trouble, secrets={}) if again else replace(report, stuck=trouble)


def _discard_if_staged(site: Site, journal: Journal) -> None:
    if swap_journal.read(site.undo, journal.id).phase == "staging":
        discard(site, journal)
