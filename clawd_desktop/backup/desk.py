"""All that is done with backups while the application runs or without it: one thing at a time, told and remembered."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from clawd_desktop.backup import listing
from clawd_desktop.backup.drill_report import plain
from clawd_desktop.backup.exporting import Exported, export
from clawd_desktop.backup.finding import Finder
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.known_places import KnownPlaces
from clawd_desktop.backup.manifest import Cause, Manifest
from clawd_desktop.backup.one_at_a_time import OneAtATime
from clawd_desktop.backup.opened import is_locked
from clawd_desktop.backup.patience import Patience
from clawd_desktop.backup.placing import Placer, in_order
from clawd_desktop.backup.planned import FILE as PLAN
from clawd_desktop.backup.planned import Planned
from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.backup.records import BackupRecord, BackupRecords, is_good, newest_good
from clawd_desktop.backup.removing import Remover
from clawd_desktop.backup.retention import Verdict, judge
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.staging import Backup
from clawd_desktop.backup.store_backup import StoreBackup
from clawd_desktop.backup.taking import Wish
from clawd_desktop.backup.targets import Target, is_remote, place_of
from clawd_desktop.backup.wanted import Needs, Wanted
from clawd_desktop.core.errors import BadInput, ClawdError, Unreadable
from clawd_desktop.core.events import BackupEnded, BackupProgressed

__all__ = ["BackupDesk", "Needs", "Order"]

RECORDS = "backups.json"


@dataclass(frozen=True, slots=True)
class Order:
    """What backup is wanted: of which areas (none named: all but those that the settings leave out), and where.

    Without `folder` it goes to every place of the settings, or of these to those in `places`. Without `lock` it is
    locked as they say.
    """

    cause: Cause = "person"
    areas: tuple[str, ...] = ()
    note: str = ""
    folder: Path | None = None
    lock: Lock | None = None
    places: tuple[str, ...] = ()


class BackupDesk:
    """Makes, lists, reads back and prunes backups. A second thing that is asked for meanwhile raises Busy.

    `newest_good_ms` is when the newest one that was read back whole was made, as far as `all` has looked. `planned` is
    what is known of those that are made by themselves.
    """

    def __init__(self, needs: Needs) -> None:
        self.needs = self._needs = needs
        self._records = BackupRecords(needs.paths.own / RECORDS)
        self._turn = OneAtATime(self._tell)
        self._patience = Patience()
        self.wanted = Wanted(needs)
        self._finder = Finder(needs, self.wanted, self._records, self._patience)
        places = KnownPlaces(needs.paths.own, needs.paths.backups, self._patience)
        self._placer = Placer(needs, self.wanted, self._finder, places, self._turn)
        self.planned = Planned(needs.paths.own / PLAN, needs.bus, needs.clock)
        self.newest_good_ms: int | None = None

    def places(self) -> tuple[tuple[Target, str], ...]:
        """Where planned backups go, with why nobody knows what is there, as far as `all` has looked; "" when known."""
        troubles = self._finder.troubles
        targets = self.wanted.targets("schedule")
        return tuple((one, troubles.get(one.address("") if one.remote else one.where, "")) for one in targets)

    @property
    def progress(self) -> Progress | None:
        """How far it is with what is being done, None when nothing is."""
        return self._turn.progress

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._turn.busy

    async def free(self) -> None:
        """Wait until nothing is being done."""
        await self._turn.free()

    async def create(self, order: Order) -> BackupRecord:
        """Make a backup at every place that is wanted; what came of the first. Each is remembered, failed ones too.

        A place that fails does not keep it from the others; then its fault is raised when all were tried. Raises what
        `taking.take` raises, and Busy.
        """
        async with self._turn.alone():
            try:
                lock, keyring = await self.wanted.lock(order.lock)
                areas = order.areas or await asyncio.to_thread(self.wanted.areas, order.cause)
            except ClawdError as fault:
                await self._failed(order.cause, fault, 0)
                raise
            wish = Wish(self.usual_folder, order.cause, areas, lock, keyring, order.note, partial=bool(order.areas))
            made: list[BackupRecord] = []
            faults: list[ClawdError] = []
            async with self._placer.round():
                for target in in_order(self._targets(order)):
                    began = time.monotonic()
                    try:
                        made.append(await self._made(target, wish, order, began))
                    except Stopped:
                        raise
                    except ClawdError as fault:
                        await self._failed(order.cause, fault, began)
                        faults.append(fault)
            if faults:
                raise faults[0]
            return made[0]

    async def all(self, *, remote: bool = False) -> tuple[BackupRecord, ...]:
        """What is there, the newest first: what somebody put into the folders too; and attempts that failed.

        Remote places are asked with `remote`; see `Finder.all`. Raises Unreadable or StorageFault when the list that is
        kept cannot be read.
        """
        found = await self._finder.all(remote=remote)
        good = newest_good(found)
        self.newest_good_ms = good.at_ms if good else None
        return found

    async def remembered(self) -> tuple[BackupRecord, ...]:
        """What was made and what failed, the newest first, without a look into any folder. Raises as `all`."""
        return await self._records.all()

    async def verify(self, which: str, keys: Keys | None = None) -> Manifest:
        """Read a backup whole and check everything in it; what it holds. It is remembered when and how that ended.

        `which` is its id, the beginning of it, or the path of a file. Raises NotFound, Unreadable (which names the
        place), BadInput for a wrong or missing passphrase, Busy, Stopped.
        """
        async with self._turn.alone():
            record = await self._finder.found(which)
            backup = await self._finder.opened(record, keys)
            try:
                manifest = await self._turn.run(backup.verify)
            except Unreadable as fault:  # nothing else tells anything of the backup
                await self.read_back(record.path, None, fault.sentence())
                raise
            await self.read_back(record.path, manifest, "")
            return manifest

    async def show(self, which: str, keys: Keys | None = None) -> Manifest:
        """What a backup holds; nothing is remembered. Raises as `verify` does."""
        async with self._turn.alone():
            backup = await self.opened(which, keys)
            return await self._turn.run(backup.listed)

    async def opened(self, which: str, keys: Keys | None = None) -> Backup:
        """A backup of any place, ready to be restored; one at a remote place is fetched when it is first read.

        `keys` open it, else what the settings know. Raises NotFound, BadInput, StorageFault.
        """
        return await self._finder.opened(await self._finder.found(which), keys)

    async def found(self, which: str) -> BackupRecord:
        """The backup of this id, beginning of an id, path or address; of a folder the newest. Raises as `opened`."""
        return await self._finder.found(which)

    async def known_keys(self, record: BackupRecord) -> Keys | None:
        """What the settings and the keyring know to open it, None when nothing. Raises what asking for it raises."""
        if is_remote(record.path):
            return await self.wanted.passphrase()
        return await self._finder.keys(Path(record.path))

    async def is_locked(self, which: str) -> bool:
        """Whether a passphrase or a key is needed to read it. Raises as `opened`."""
        record = await self._finder.found(which)
        return record.sealed if is_remote(record.path) else await asyncio.to_thread(is_locked, Path(record.path))

    async def export(self, which: str, target: Path, lock: Lock | None = None, keys: Keys | None = None) -> Exported:
        """Make one portable file of a backup, at `target` or in that folder; without `lock` it is as locked as that.

        Raises as `exporting.export`, and Busy.
        """
        async with self._turn.alone():
            backup = await self.opened(which, keys)
            if lock is None and isinstance(backup, StoreBackup) and backup.locked:
                lock, _ = await self.wanted.lock()
            return await self._turn.run(partial(export, backup, target, lock))

    async def prune(self, *, dry_run: bool = False) -> tuple[Verdict, ...]:
        """Remove what the settings keep no longer; every backup with its reason.

        With `dry_run` it only says what that would be, also while something else is being done. Only what this
        computer made is looked at: others may share a folder, and keep theirs longer; a place that does not answer is
        left alone. Raises Busy, Stopped, and StorageFault for what cannot be removed; what was removed until then is
        gone.
        """
        if dry_run:
            return (await self._judged(remote=False))[1]
        async with self._turn.alone():
            found, verdicts = await self._judged(remote=True)
            going = [found[one.backup.id, one.backup.destination] for one in verdicts if not one.kept]
            remover = Remover(self._finder, self._patience, self._turn)
            try:
                await remover.remove(going)
            finally:
                await self._records.forget(frozenset(remover.gone))
            return verdicts

    async def read_back(self, path: str, manifest: Manifest | None, text: str) -> None:
        """Remember how reading it whole has ended: what it holds, or (`text`) what is wrong with it.

        Of what somebody put into a place, that is all that is known. Raises Unreadable or StorageFault.
        """
        now = self._needs.clock.wall_ms()
        known = {one.path: one for one in await self._records.all()}
        if path in known:
            await self._records.read_back(path, now, text)
        elif (found := next((one for one in await self.all() if one.path == path), None)) is not None:
            await self._records.add(listing.learned(found, manifest, now, text))
        await self.all()

    def stop(self) -> bool:
        """End what is being done; nothing of it is left. False when nothing is."""
        return self._turn.stop()

    async def close(self) -> None:
        """Stop what is being done and wait for its end."""
        await self._turn.close()

    def folders(self) -> tuple[Path, ...]:
        """The folders in which backups are kept; `wanted.targets` knows the remote places too."""
        return self.wanted.folders()

    def planned_places(self) -> tuple[str, ...]:
        """The places to which planned backups go, as `Order.places` names them."""
        return tuple(dict.fromkeys(target.key for target in self.wanted.targets("schedule")))

    @property
    def usual_folder(self) -> Path:
        """The folder that this program has for backups, whatever the settings say."""
        return self._needs.paths.backups

    def ground(self) -> Ground:
        """What there is to back up."""
        return self.wanted.ground()

    def _targets(self, order: Order) -> tuple[Target, ...]:
        if order.folder is not None:
            return (Target("folder", str(order.folder)),)
        named = self.wanted.targets(order.cause)
        # Where none of them is among the settings any more, all are meant.
        found = tuple(one for one in named if one.key in order.places) or named
        # A store has one lock for all; who wants another one for this backup wants a file.
        return tuple(replace(one, kind="folder") if order.lock and one.kind == "store" else one for one in found)

    async def _made(self, target: Target, wish: Wish, order: Order, began: float) -> BackupRecord:
        made = await self._placer.made(target, wish, chosen=order.folder is not None)
        record = replace(made, took_s=round(time.monotonic() - began, 3))
        await self._remember(record)
        if is_good(record) and record.at_ms >= (self.newest_good_ms or 0):
            self.newest_good_ms = record.at_ms
        return record

    async def _failed(self, cause: Cause, fault: ClawdError, began: float) -> None:
        now = self._needs.clock.wall_ms()
        took = round(time.monotonic() - began, 3) if began else 0.0
        name = f"failed-{now}-{os.urandom(2).hex()}"
        await self._remember(BackupRecord(name, now, cause, ok=False, took_s=took, text=plain(fault.sentence())))

    async def _remember(self, record: BackupRecord) -> None:
        with contextlib.suppress(ClawdError):  # the backup is there or is not, whatever the list says
            await self._records.add(record)
        self._needs.bus.publish(BackupEnded(record.ok, record.cause, record.path, record.text))

    async def path_of(self, which: str) -> Path:
        """The file of a backup on this computer, see `opened` for all. Raises NotFound, BadInput."""
        record = await self._finder.found(which)
        if is_remote(record.path):
            raise BadInput(f"The backup {which} is not on this computer.", hint="Export it first.")
        return Path(record.path)

    async def _judged(self, *, remote: bool) -> tuple[dict[tuple[str, str], BackupRecord], tuple[Verdict, ...]]:
        """Backups of this computer by id and place, and what the settings say of each."""
        there = [await self._finder.learned(one) for one in await self.all(remote=remote) if one.ok]
        found = {(one.id, listing.place(one)): one for one in there if self._is_ours(one)}
        held = [listing.held(record) for record in found.values()]
        return found, judge(held, self.wanted.rules(), self._needs.clock.wall_ms())

    def _is_ours(self, record: BackupRecord) -> bool:
        return listing.place(record) in self._places() and listing.made_here(record)

    def _places(self) -> frozenset[str]:
        remote = {place_of(target.address("")) for target in self.wanted.targets() if target.remote}
        silent = self._finder.troubles
        return listing.places_in(one for one in self._finder.folders() if str(one) not in silent) | remote

    def _tell(self, progress: Progress) -> None:
        told = BackupProgressed(progress.stage, progress.done_bytes, progress.total_bytes, progress.file)
        self._needs.bus.publish(told)
