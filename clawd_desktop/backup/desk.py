"""All that is done with backups while the application runs or without it: one thing at a time, told and remembered."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from clawd_desktop.backup import archive_reader, listing
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.manifest import Cause, Manifest
from clawd_desktop.backup.one_at_a_time import OneAtATime
from clawd_desktop.backup.planned import FILE as PLAN
from clawd_desktop.backup.planned import Planned
from clawd_desktop.backup.progress import Halt, Progress, Stopped, Watch
from clawd_desktop.backup.records import BackupRecord, BackupRecords, newest_good
from clawd_desktop.backup.retention import Verdict, judge
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.taking import Wish, take
from clawd_desktop.backup.wanted import Needs, Wanted, make_place
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, StorageFault
from clawd_desktop.core.events import BackupEnded, BackupProgressed

__all__ = ["BackupDesk", "Needs", "Order"]

RECORDS = "backups.json"
Reader = Callable[[Path, Keys | None, Watch, Halt], Manifest]


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
        self.wanted = Wanted(needs)
        self.planned = Planned(needs.paths.own / PLAN, needs.bus, needs.clock)
        self.newest_good_ms: int | None = None

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
        """Make a backup in every folder that is wanted; what came of the first. Each is remembered, failed ones too.

        One folder that cannot be written does not keep it from the others. Raises what `taking.take` raises, and Busy.
        """
        async with self._turn.alone():
            try:
                lock, keyring = await self.wanted.lock(order.lock)
                areas = order.areas or await asyncio.to_thread(self.wanted.areas)
            except ClawdError as fault:
                await self._failed(order.cause, fault, 0)
                raise
            made: list[BackupRecord] = []
            faults: list[ClawdError] = []
            for folder in self._wanted_folders(order):
                began = time.monotonic()
                try:
                    wish = Wish(folder, order.cause, areas, lock, keyring, order.note)
                    made.append(await self._made(wish, began))
                except Stopped:
                    raise
                except ClawdError as fault:
                    await self._failed(order.cause, fault, began)
                    faults.append(fault)
            if faults:
                raise faults[0]
            return made[0]

    async def all(self) -> tuple[BackupRecord, ...]:
        """What is there, the newest first: files that somebody put into the folders too; and attempts that failed.

        Raises Unreadable or StorageFault when the list that is kept cannot be read.
        """
        found = await asyncio.to_thread(listing.merged, await self._records.all(), self.folders())
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
            path = await self.path_of(which)
            try:
                manifest = await self._read(archive_reader.verify, path, keys)
            except (BadInput, Stopped, StorageFault):
                raise  # that tells nothing of the backup
            except ClawdError as fault:
                await self.read_back(path, None, fault.sentence())
                raise
            await self.read_back(path, manifest, "")
            return manifest

    async def show(self, which: str, keys: Keys | None = None) -> Manifest:
        """What a backup holds; nothing is remembered. Raises as `verify` does."""
        async with self._turn.alone():
            return await self._read(archive_reader.read_manifest, await self.path_of(which), keys)

    async def prune(self, *, dry_run: bool = False) -> tuple[Verdict, ...]:
        """Remove what the settings keep no longer; every backup with its reason.

        With `dry_run` it only says what that would be, also while something else is being done. Only what this
        computer made is looked at: others may share a folder, and keep theirs longer. Raises Busy, and StorageFault
        for what cannot be removed; what was removed until then is gone.
        """
        if dry_run:
            return (await self._judged())[1]
        async with self._turn.alone():
            found, verdicts = await self._judged()
            await self._remove([found[one.backup.id, one.backup.destination] for one in verdicts if not one.kept])
            return verdicts

    async def read_back(self, path: Path, manifest: Manifest | None, text: str) -> None:
        """Remember how reading it whole has ended: what it holds, or (`text`) what is wrong with it.

        Of a file that somebody put into a folder, that is all that is known. Raises Unreadable or StorageFault.
        """
        now = self._needs.clock.wall_ms()
        known = [record for record in await self._records.all() if record.path == str(path)]
        for record in known:
            await self._records.read_back(record.id, now, text)
        if not known and path.parent in self.folders():
            found = listing.unknown(path, *await asyncio.to_thread(listing.facts, path))
            await self._records.add(listing.learned(found, manifest, now, text))
        await self.all()

    def stop(self) -> bool:
        """End what is being done; nothing of it is left. False when nothing is."""
        return self._turn.stop()

    async def close(self) -> None:
        """Stop what is being done and wait for its end."""
        await self._turn.close()

    def folders(self) -> tuple[Path, ...]:
        """Where backups go."""
        return self.wanted.folders()

    def planned_places(self) -> tuple[str, ...]:
        """The places to which planned backups go, as `Order.places` names them."""
        return tuple(str(folder) for folder in self.folders())

    @property
    def usual_folder(self) -> Path:
        """The folder that this program has for backups, whatever the settings say."""
        return self._needs.paths.backups

    def ground(self) -> Ground:
        """What there is to back up."""
        return self.wanted.ground()

    def _wanted_folders(self, order: Order) -> tuple[Path, ...]:
        if order.folder is not None:
            return (order.folder,)
        found = tuple(folder for folder in self.folders() if str(folder) in order.places)
        return found or self.folders()  # none of them is among the settings any more

    async def _made(self, wish: Wish, began: float) -> BackupRecord:
        await asyncio.to_thread(make_place, wish.folder, self._needs.paths.backups)
        taken = await self._turn.run(partial(take, self.ground(), wish))
        record = listing.record_of(taken, self._needs.clock.wall_ms(), round(time.monotonic() - began, 3))
        await self._remember(record)
        if record.at_ms >= (self.newest_good_ms or 0):
            self.newest_good_ms = record.at_ms
        return record

    async def _failed(self, cause: Cause, fault: ClawdError, began: float) -> None:
        now = self._needs.clock.wall_ms()
        took = round(time.monotonic() - began, 3) if began else 0.0
        name = f"failed-{now}-{os.urandom(2).hex()}"
        await self._remember(BackupRecord(name, now, cause, ok=False, took_s=took, text=fault.sentence()))

    async def _remember(self, record: BackupRecord) -> None:
        with contextlib.suppress(ClawdError):  # the backup is there or is not, whatever the list says
            await self._records.add(record)
        self._needs.bus.publish(BackupEnded(record.ok, record.cause, record.path, record.text))

    async def _read(self, read: Reader, path: Path, keys: Keys | None) -> Manifest:
        keys = keys or await self.wanted.keys(path)
        return await self._turn.run(partial(read, path, keys))

    async def _remove(self, records: Sequence[BackupRecord]) -> None:
        gone: set[str] = set()
        try:
            for record in records:
                await asyncio.to_thread(safeio.remove, Path(record.path))
                gone.add(record.id)
        finally:
            await self._records.forget(frozenset(gone))

    async def path_of(self, which: str) -> Path:
        """The file of a backup: by its id, the beginning of it, or its path. Raises NotFound, BadInput."""
        found = [one for one in await self.all() if one.path and which and one.id.startswith(which)]
        if len({one.path for one in found}) > 1:
            raise BadInput(f"Several backups begin with {which}.", hint="Write more of it, or the path of the file.")
        path = Path(found[0].path) if found else self._needs.paths.user(which)
        if not which or not await asyncio.to_thread(path.is_file):
            raise NotFound(f"There is no backup {which}.", hint="See: clawd-desktop backup list")
        return path

    async def _judged(self) -> tuple[dict[tuple[str, str], BackupRecord], tuple[Verdict, ...]]:
        """Backups of this computer by id and folder, and what the settings say of each."""
        found = {(one.id, str(Path(one.path).parent)): one for one in await self.all() if self._is_ours(one)}
        held = [listing.held(record) for record in found.values()]
        return found, judge(held, self.wanted.rules(), self._needs.clock.wall_ms())

    def _is_ours(self, record: BackupRecord) -> bool:
        return record.ok and Path(record.path).parent in self.folders() and listing.made_here(record)

    def _tell(self, progress: Progress) -> None:
        told = BackupProgressed(progress.stage, progress.done_bytes, progress.total_bytes, progress.file)
        self._needs.bus.publish(told)
