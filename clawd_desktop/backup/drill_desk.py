"""Tries backups out when somebody asks for it or the time has come, remembers how it went, and tells of faults."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from clawd_desktop.backup import listing
from clawd_desktop.backup.areas import SESSIONS
from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.drill import LIMIT_S, Bench, Drill, Subject, Tried
from clawd_desktop.backup.drill_copy import clear
from clawd_desktop.backup.drill_plan import newest_of_each
from clawd_desktop.backup.drill_report import FILE, DrillRecords, DrillReport, standing_faults, telling
from clawd_desktop.backup.one_at_a_time import OneAtATime
from clawd_desktop.backup.progress import Halt, Progress, Watch
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.retention import Held
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.backup.telling import NOW
from clawd_desktop.core.errors import ClawdError, NotFound
from clawd_desktop.core.events import BackupProgressed, DrillEnded
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity

NOTICE = "backup.drill"
_NOBODY = "the settings do not hold its passphrase or key, so that nobody can try it out by themselves."
_log = logging.getLogger("clawd.backup")


class DrillDesk:
    """One drill at a time. `last` is the report to show: of a fault that stands, else the newest.

    `last_drill_ms` is when a backup was last found to come back whole.
    """

    def __init__(
        self, desk: BackupDesk, notices: NoticeBoard, environ: Mapping[str, str], *, limit_s: float = LIMIT_S
    ) -> None:
        self._desk = desk
        self._needs = desk.needs
        self._notices = notices
        self._bench = Bench(self._needs.paths, environ, self._needs.clock, limit_s)
        self._records = DrillRecords(self._needs.paths.own / FILE)
        self._turn = OneAtATime(self._tell_progress)
        self._seen = False
        self.last: DrillReport | None = None
        self.last_drill_ms: int | None = None

    @property
    def progress(self) -> Progress | None:
        """How far it is, None when nothing is tried out."""
        return self._turn.progress

    @property
    def busy(self) -> bool:
        """Whether a backup is being tried out."""
        return self._turn.busy

    async def open(self) -> None:
        """Remove what a drill that was killed has left, and tell of a fault that stood before this start."""
        try:
            if count := await asyncio.to_thread(clear, self._needs.paths):
                _log.info("copies that interrupted drills had left were removed: %d", count)
            await self.look()
        except ClawdError as fault:
            _log.warning("what earlier drills left cannot be looked at: %s", fault.sentence())

    async def look(self) -> None:
        """Read how earlier drills went. Raises Unreadable or StorageFault."""
        self._know(await self._records.all(), announce=False)

    async def reports(self) -> tuple[DrillReport, ...]:
        """All that are kept, the newest first. Raises Unreadable or StorageFault."""
        return await self._records.all()

    async def candidates(self) -> tuple[Held, ...]:
        """The backups that a drill may choose from. Raises Unreadable or StorageFault."""
        return tuple(listing.held(record) for record in _whole(await self._desk.all(), self._desk.folders()))

    async def drill(
        self, which: str = "", keys: Keys | None = None, *, by_itself: bool = False
    ) -> tuple[DrillReport, ...]:
        """Try out the newest backup of each place, or `which`: its id, the beginning of it, or its path.

        Faults of backups are in the reports, which are kept, and a notice tells of them. Raises NotFound when there is
        no such backup, or none at all; Busy, Stopped, and what looking for them raises.
        """
        async with self._turn.alone():
            self._seen = not by_itself
            reports: list[DrillReport] = []
            for subject in await self._subjects(which, keys):
                tried = await self._turn.run(partial(self._try, subject))
                await self._keep(tried)
                reports.append(tried.report)
            return tuple(reports)

    def stop(self) -> bool:
        """End what is being done; nothing of it is left or remembered. False when nothing is."""
        return self._turn.stop()

    async def close(self) -> None:
        """Stop what is being done and wait for its end."""
        await self._turn.close()

    def _try(self, subject: Subject, watch: Watch, halt: Halt) -> Tried:
        return Drill(subject, self._bench, watch, halt).run()

    async def _subjects(self, which: str, keys: Keys | None) -> list[Subject]:
        if which:
            return [await self._subject(await self._desk.found(which), keys)]
        records = await self._desk.all()
        whole = _whole(records, self._desk.folders())
        chosen = newest_of_each([listing.held(record) for record in whole], self._needs.clock.wall_ms())
        if not chosen:
            raise NotFound("There is no backup to try out.", hint="Make one first: clawd-desktop backup create")
        by_place = {(record.id, listing.place(record)): record for record in whole}
        return [await self._subject(by_place[one.id, one.destination], keys) for one in chosen]

    async def _subject(self, record: BackupRecord, keys: Keys | None) -> Subject:
        path, trouble = Path(record.path), ""
        if keys is None and await self._desk.is_locked(record.path):
            try:
                keys = await self._desk.known_keys(record)
                trouble = "" if keys is not None else _NOBODY
            except ClawdError as fault:
                trouble = fault.sentence()
        backup = await self._desk.opened(record.path, keys)
        return Subject(record.id, path, record.at_ms, record.size, backup, trouble)

    async def _keep(self, tried: Tried) -> None:
        report = tried.report
        try:
            if tried.manifest is not None or tried.damaged:
                await self._desk.read_back(report.path, tried.manifest, report.fault if tried.damaged else "")
            self._know(await self._records.add(report), announce=True)
        except ClawdError as fault:
            _log.warning("how a drill went cannot be kept: %s", fault.sentence())
            self._know((report,), announce=True)
        took = f"{report.took_s:.1f} s"
        if report.ok:
            _log.info("the backup %s was tried out in %s: it comes back whole", report.path, took)
        else:
            _log.error("the backup %s was tried out in %s: %s", report.path, took, report.fault)
        self._needs.bus.publish(DrillEnded(report.ok, report.backup, report.path, report.fault))

    def _know(self, reports: Sequence[DrillReport], *, announce: bool) -> None:
        places = sorted(listing.places_in(self._desk.folders()))
        good = [report.at_ms for report in reports if report.ok]
        self.last = telling(reports, places)
        self.last_drill_ms = max(good, default=self.last_drill_ms)
        faults = standing_faults(reports, places)
        if not faults:
            self._notices.clear(NOTICE)
            return
        self._notices.set(notice_of(faults, announce=announce))

    def _tell_progress(self, progress: Progress) -> None:
        if self._seen:  # what begins by itself is no news to who looks at something else
            told = BackupProgressed(progress.stage, progress.done_bytes, progress.total_bytes, progress.file)
            self._needs.bus.publish(told)


def notice_of(faults: Sequence[DrillReport], *, announce: bool = True) -> Notice:
    """What a person is told of backups that did not come back: what was wrong, where, and what to do."""
    worst = max(faults, key=lambda one: (one.tried, one.at_ms))
    texts = [fault.fault if fault.path in fault.fault else f"{fault.path}: {fault.fault}" for fault in faults]
    locked = worst.steps[-1:] and worst.steps[-1].name == "read" and " is locked: " in worst.fault
    title, severity = "The newest backup cannot be restored", Severity.ERROR
    if not worst.tried or locked:
        title, severity = "The newest backup could not be tried out", Severity.WARNING
    text = " ".join(texts)
    if severity is Severity.ERROR:
        text += " Make a new backup now."
    actions = (NoticeAction(NOW, "Back up now"), NoticeAction("page:backup", "Show"))
    return Notice(NOTICE, severity, title, text, actions, worst.at_ms, announce=announce, topic="backup")


def _whole(records: Sequence[BackupRecord], folders: Sequence[Path]) -> list[BackupRecord]:
    """What lies in these folders; where there is any with conversations, or of which nobody knows, only such ones."""
    found: list[BackupRecord] = []
    for place in sorted(listing.places_in(folders)):
        mine = [one for one in records if one.ok and one.path and listing.place(one) == place]
        found += [one for one in mine if not one.areas or SESSIONS in one.areas] or mine
    return found
