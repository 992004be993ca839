"""All that is done with backups while the application runs or without it: one thing at a time, told and remembered."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from clawd_desktop.backup import archive_reader, secrets_out
from clawd_desktop.backup.ground import CopyDatabase, Ground, by_nobody, workspaces_of
from clawd_desktop.backup.manifest import Cause, Manifest
from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.backup.records import BackupRecord, BackupRecords, newest_good
from clawd_desktop.backup.retention import Held, Rules, Verdict, judge
from clawd_desktop.backup.sealing import Keys, Lock, is_sealed
from clawd_desktop.backup.taking import PLAIN, PREFIX, SEALED, Taken, Wish, take
from clawd_desktop.config.paths import Paths
from clawd_desktop.config.schema import Config
from clawd_desktop.config.secret_refs import resolve
from clawd_desktop.core import safeio
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, Busy, ClawdError, NotFound
from clawd_desktop.core.events import BackupEnded, BackupProgressed
from clawd_desktop.core.ports import Secrets

RECORDS = "backups.json"
_TOLD_EVERY_S = 0.2
_MOST_WARNINGS = 20


@dataclass(frozen=True)
class Needs:
    """What backups need of the application, or of a command that works without it.

    `included` are the files that the configuration includes; `copy_database` copies one that this process has open.
    """

    paths: Paths
    config: Callable[[], Config]
    included: Callable[[], tuple[Path, ...]]
    secrets: Secrets
    clock: Clock
    bus: EventBus
    copy_database: CopyDatabase = by_nobody


@dataclass(frozen=True, slots=True)
class Order:
    """What backup is wanted: of which areas (none named: all but those that the settings leave out), and where.

    Without `folder` it goes to every folder of the settings. Without `lock` it is locked as they say.
    """

    cause: Cause = "person"
    areas: tuple[str, ...] = ()
    note: str = ""
    folder: Path | None = None
    lock: Lock | None = None


class BackupDesk:
    """Makes, lists, reads back and prunes backups. A second thing that is asked for meanwhile raises Busy."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs
        self._records = BackupRecords(needs.paths.own / RECORDS)
        self._halt = threading.Event()
        self._busy = False
        self._told_at = 0.0
        self.progress: Progress | None = None
        self.newest_good_ms: int | None = None  # when the newest one that was read back was made

    async def create(self, order: Order) -> BackupRecord:
        """Make a backup in every folder that is wanted; what came of the first. Each is remembered, failed ones too.

        Raises what `taking.take` raises, and Busy.
        """
        async with self._alone():
            lock, passwords = await self._lock(order)
            keyring = await self._keyring() if passwords else None
            made: list[BackupRecord] = []
            for folder in (order.folder,) if order.folder else self.folders():
                await asyncio.to_thread(safeio.make_folder, folder)
                wish = Wish(folder, order.cause, order.areas or self._areas(), lock, keyring, order.note)
                made.append(await self._made(wish))
            return made[0]

    async def all(self) -> tuple[BackupRecord, ...]:
        """What is there, the newest first: files that somebody put into the folders too; and attempts that failed."""
        known = {record.path: record for record in await self._records.all() if record.path}
        failed = [record for record in await self._records.all() if not record.ok]
        files = await asyncio.to_thread(lambda: [*_files(self.folders())])
        there = [known.get(str(path)) or _unknown(path, size, changed_ms) for path, size, changed_ms in files]
        elsewhere = [one for one in known.values() if Path(one.path).parent not in self.folders()]
        still = [one for one in elsewhere if await asyncio.to_thread(Path(one.path).is_file)]
        found = sorted([*there, *still, *failed], key=lambda record: record.at_ms, reverse=True)
        good = newest_good(found)
        self.newest_good_ms = good.at_ms if good else None
        return tuple(found)

    async def verify(self, which: str, keys: Keys | None = None) -> Manifest:
        """Read a backup whole and check everything in it; what it holds. It is remembered when and how that ended.

        `which` is its id, the beginning of it, or the path of a file. Raises NotFound, Unreadable (which names the
        place), BadInput for a wrong or missing passphrase.
        """
        async with self._alone():
            path = await self._path(which)
            keys = keys or await self._keys(path)
            try:
                manifest = await asyncio.to_thread(archive_reader.verify, path, keys, self._watch(), self._halt.is_set)
            except BadInput:
                raise  # nothing is known of a backup that nobody could open
            except Stopped:
                raise
            except ClawdError as fault:
                await self._note(str(path), fault.sentence())
                raise
            await self._note(str(path), "")
            return manifest

    async def prune(self, *, dry_run: bool = False) -> tuple[Verdict, ...]:
        """Remove what the settings keep no longer; every backup with its reason.

        With `dry_run` it only says what that would be, also while something else is being done.
        """
        if dry_run:
            return (await self._judged())[1]
        async with self._alone():
            found, verdicts = await self._judged()
            gone = [verdict.backup.id for verdict in verdicts if not verdict.kept]
            for record in found:
                if record.id in gone:
                    await asyncio.to_thread(safeio.remove, Path(record.path))
            await self._records.forget(frozenset(gone))
            return verdicts

    def stop(self) -> None:
        """End what is being done; nothing of it is left."""
        self._halt.set()

    def folders(self) -> tuple[Path, ...]:
        """Where backups go: the folders of the settings, or the one that this program has for them."""
        paths = self._needs.paths
        chosen = [place for place in self._needs.config().backup.destinations if place.enabled]
        named = [paths.user(place.path) for place in chosen if place.kind == "folder" and place.path]
        return tuple(named) or (paths.backups,)

    def rules(self) -> Rules:
        """What the settings keep."""
        keep = self._needs.config().backup.retention
        return Rules(
            days=keep.days,
            daily=keep.daily,
            weekly=keep.weekly,
            monthly=keep.monthly,
            max_bytes=keep.max_size or 0,
            cause_days={"restore": keep.before_restore},
        )

    def ground(self) -> Ground:
        """What there is to back up."""
        needs = self._needs
        return Ground(
            needs.paths,
            workspaces_of(needs.config(), needs.paths),
            needs.included(),
            (*self.folders(), needs.paths.backups),
            needs.copy_database,
            needs.clock,
        )

    async def _judged(self) -> tuple[list[BackupRecord], tuple[Verdict, ...]]:
        """What lies in the folders, and what the settings say of each."""
        found = [one for one in await self.all() if one.ok and Path(one.path).parent in self.folders()]
        held = [_held(record) for record in found]
        return found, judge(held, self.rules(), self._needs.clock.wall_ms())

    def _areas(self) -> tuple[str, ...]:
        from clawd_desktop.backup.areas import SECRETS
        from clawd_desktop.backup.collect import area_names

        left_out = set(self._needs.config().backup.leave_out)
        return tuple(name for name in area_names(self.ground()) if name not in left_out | {SECRETS}) if left_out else ()

    async def _lock(self, order: Order) -> tuple[Lock | None, bool]:
        """With what it is locked, and whether passwords come along."""
        sealed = self._needs.config().backup.sealed
        if order.lock is not None:
            return order.lock, sealed.passwords
        if sealed.recipients:
            return Lock(recipients=tuple(sealed.recipients)), sealed.passwords
        if sealed.passphrase:
            return Lock(await resolve(sealed.passphrase, self._needs.secrets)), sealed.passwords
        return None, False

    async def _keys(self, path: Path) -> Keys | None:
        """What opens a file without asking anybody: the passphrase of the settings."""
        sealed = self._needs.config().backup.sealed
        if not sealed.passphrase or not await asyncio.to_thread(_is_sealed, path):
            return None
        return Keys(await resolve(sealed.passphrase, self._needs.secrets))

    async def _keyring(self) -> dict[str, str]:
        data = await asyncio.to_thread(safeio.read_file, self._needs.paths.config_file)
        items, _ = await secrets_out.keyring_items(self._needs.secrets, secrets_out.names_in(data))
        return items

    async def _made(self, wish: Wish) -> BackupRecord:
        began = time.monotonic()
        now = self._needs.clock.wall_ms()
        ground = self.ground()
        try:
            taken = await asyncio.to_thread(take, ground, wish, self._watch(), self._halt.is_set)
        except Stopped:
            raise
        except ClawdError as fault:
            record = BackupRecord(f"failed-{now}", now, wish.cause, ok=False, text=fault.sentence())
            await self._remember(replace(record, took_s=round(time.monotonic() - began, 3)))
            raise
        record = _record(taken, self._needs.clock.wall_ms(), round(time.monotonic() - began, 3))
        await self._remember(record)
        self.newest_good_ms = record.at_ms
        return record

    async def _remember(self, record: BackupRecord) -> None:
        with contextlib.suppress(ClawdError):  # the backup is there or is not, whatever the list says
            await self._records.add(record)
        self._needs.bus.publish(BackupEnded(record.ok, record.cause, record.path, record.text))

    async def _note(self, path: str, text: str) -> None:
        for record in await self._records.all():
            if record.path == path:
                await self._records.read_back(record.id, self._needs.clock.wall_ms(), text)

    async def _path(self, which: str) -> Path:
        found = [one for one in await self.all() if one.path and which and one.id.startswith(which)]
        if len({one.path for one in found}) > 1:
            raise BadInput(f"Several backups begin with {which}.", hint="Write more of it.")
        path = Path(found[0].path) if found else self._needs.paths.user(which)
        if not await asyncio.to_thread(path.is_file):
            raise NotFound(f"There is no backup {which}.", hint="See: clawd-desktop backup list")
        return path

    @contextlib.asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        if self._busy:
            raise Busy("A backup is being made or read already.", hint="Wait until it is done, or stop it.")
        self._busy = True
        self._halt.clear()
        try:
            yield
        except asyncio.CancelledError:
            self._halt.set()
            raise
        finally:
            self._busy, self.progress = False, None

    def _watch(self) -> Callable[[Progress], None]:
        """What tells the loop how far the thread is."""
        loop = asyncio.get_running_loop()

        def watch(progress: Progress) -> None:
            now = time.monotonic()
            if now - self._told_at >= _TOLD_EVERY_S:
                self._told_at = now
                loop.call_soon_threadsafe(self._tell, progress)

        return watch

    def _tell(self, progress: Progress) -> None:
        if self._busy:
            self.progress = progress
            told = BackupProgressed(progress.stage, progress.done_bytes, progress.total_bytes, progress.file)
            self._needs.bus.publish(told)


def _record(taken: Taken, now_ms: int, took_s: float) -> BackupRecord:
    manifest = taken.manifest
    return BackupRecord(
        manifest.id, manifest.created_ms, manifest.cause, ok=True, path=str(taken.path), size=taken.size,
        areas=manifest.areas, sealed=taken.path.name.endswith(SEALED), verified_ms=now_ms, took_s=took_s,
        warnings=manifest.warnings[:_MOST_WARNINGS],
    )  # fmt: skip


def _files(folders: Iterable[Path]) -> Iterable[tuple[Path, int, int]]:
    """The backups that lie in the folders: path, size in bytes, when it was written in ms."""
    for folder in dict.fromkeys(folders):
        with contextlib.suppress(OSError):
            for path in folder.iterdir():
                if path.name.startswith(PREFIX) and path.name.endswith((PLAIN, SEALED)) and path.is_file():
                    facts = path.stat()
                    yield path, facts.st_size, facts.st_mtime_ns // 1_000_000


def _unknown(path: Path, size: int, changed_ms: int) -> BackupRecord:
    """A file that is not remembered: made by another installation, or before the list was lost."""
    stamp = path.name.removesuffix(SEALED).removesuffix(PLAIN).split("-")[-2:]
    try:
        made = datetime.strptime(stamp[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        at_ms = int(made.timestamp() * 1000)
    except (ValueError, IndexError):
        at_ms = changed_ms
    sealed = path.name.endswith(SEALED)
    return BackupRecord(path.name, at_ms, "person", ok=True, path=str(path), size=size, sealed=sealed)


def _held(record: BackupRecord) -> Held:
    place = str(Path(record.path).parent)
    return Held(record.id, record.at_ms, record.size, bool(record.verified_ms), record.cause, place)  # type: ignore[arg-type]


def _is_sealed(path: Path) -> bool:
    with safeio.open_regular(path) as file:
        return is_sealed(file.read(64))
