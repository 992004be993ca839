"""Restores while the application runs, in the background: looks, brings back, takes back, and tells how it went."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from clawd_desktop.backup import look
from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.desk import Order as BackupOrder
from clawd_desktop.backup.lifetime import Lifetime
from clawd_desktop.backup.one_at_a_time import OneAtATime
from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.progress import Halt, Progress, Stopped, Watch
from clawd_desktop.backup.restore import Order, Report, restore, take_back
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.backup.staging import Backup, Site
from clawd_desktop.backup.standstill import Owner
from clawd_desktop.backup.undo import Undoable, Undone, undoable
from clawd_desktop.core import safeio, tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import Busy, ClawdError
from clawd_desktop.core.events import BackupProgressed, RestoreEnded
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.ports import Secrets

NOTICE = "backup.restored"
UNDO_ACTION = "backup.undo"
_log = logging.getLogger("clawd.backup")


@dataclass(frozen=True)
class Around:
    """What one run of the application gives to restores; the next run gives its own."""

    backups: BackupDesk
    secrets: Secrets
    notices: NoticeBoard
    bus: EventBus
    clock: Clock
    environ: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the last restore or undo ended: one of the three is there.

    `at_ms` is the wall clock. `fault` says why nothing was changed.
    """

    at_ms: int
    report: Report | None = None
    undone: Undone | None = None
    fault: ClawdError | None = None


class RestoreDesk:
    """One for the whole process, as a restore ends the run of the application in which it was asked for.

    `outcome` is how the last one ended, None before the first. `page` is where the window is to be shown again.
    """

    def __init__(self, lifetime: Lifetime) -> None:
        self.lifetime = lifetime
        self.outcome: Outcome | None = None
        self.page = ""
        self._turn = OneAtATime(self._tell_progress)
        self._around: Around | None = None
        self._work: asyncio.Task[None] | None = None

    def use(self, around: Around) -> None:
        """Work for this run of the application."""
        self._around = around

    @property
    def progress(self) -> Progress | None:
        """How far it is with what is being done, None when nothing is."""
        return self._turn.progress

    @property
    def working(self) -> bool:
        """Whether something is brought or taken back just now."""
        return self._work is not None and not self._work.done()

    async def look(self, which: str, keys: Keys | None = None) -> look.Look:
        """What restoring all of a backup would do; it is read whole.

        `which` is its id, the beginning of it, or the path of a file. Raises what the backup raises, and Busy.
        """
        async with self._turn.alone():
            backup = await self._backup(which, keys)
            return await self._turn.run(partial(look.look, backup, self._site()))

    async def difference(self, which: str, area: str, path: str, keys: Keys | None = None) -> tuple[str, ...]:
        """How a text of the backup differs from the one that is there. Raises as `look.difference`, and Busy."""
        async with self._turn.alone():
            backup = await self._backup(which, keys)
            site = self._site()
            return await self._turn.run(lambda _, halt: look.difference(backup, site, area, path, halt))

    async def undoable(self) -> tuple[Undoable, ...]:
        """What can be taken back now, the newest first. Raises StorageFault."""
        return await asyncio.to_thread(undoable, self._site().undo, self._now_ms())

    async def begin(self, which: str, choice: Choice | None, keys: Keys | None = None, page: str = "") -> None:
        """Restore in the background; this run of the application ends meanwhile and the next tells of it.

        Without a choice all of it comes back.

        Raises Busy, and NotFound or StorageFault when there is no such backup; all else is in `outcome`.
        """
        backup = await self._backup(which, keys)
        site, owner = self._site(), self._owner()
        order = Order(choice, owner, partial(self._safety, backup.name, asyncio.get_running_loop()))
        self._start(partial(_restored, backup, site, order), page)

    def begin_undo(self, name: str, page: str = "") -> None:
        """Take a restore back in the background, as `begin` does it. Raises Busy; all else is in `outcome`."""
        site, owner, now_ms = self._site(), self._owner(), self._now_ms()

        def work(_watch: Watch, _halt: Halt) -> Outcome:
            return Outcome(now_ms, undone=take_back(site, name, owner))

        self._start(work, page)

    def stop(self) -> bool:
        """End what is being done; it is as it was before. False when nothing is, or too late for that."""
        return self._turn.stop()

    async def close(self) -> None:
        """Stop what is being done and wait for its end."""
        await self._turn.close()

    def _start(self, work: Callable[[Watch, Halt], Outcome], page: str) -> None:
        if self._turn.busy or self.working:
            raise Busy("A restore is under way already.", hint="Wait until it is done.")
        self.page = page
        self._work = tasks.spawn(self._do(work), name="restore")

    async def _do(self, work: Callable[[Watch, Halt], Outcome]) -> None:
        try:
            async with self._turn.alone():
                with self.lifetime.holding():
                    self.outcome = await self._turn.run(work)
        except Stopped:
            return
        except ClawdError as fault:
            self.outcome = Outcome(self._now_ms(), fault=fault)
        await self._end(self.outcome)

    async def _end(self, outcome: Outcome | None) -> None:
        assert outcome is not None
        report = outcome.report
        if report is not None and report.secrets:
            outcome = self.outcome = replace(outcome, report=await self._stored(report))
        title, text, undo = told(outcome)
        severity = Severity.WARNING if outcome.fault or (report and report.taken_back) else Severity.INFO
        (_log.warning if severity is Severity.WARNING else _log.info)("%s: %s", title, text)
        actions = (NoticeAction(f"{UNDO_ACTION}:{undo}", "Undo"),) if undo else ()
        around = self._here()
        around.notices.set(Notice(NOTICE, severity, title, text, actions, outcome.at_ms, announce=True, topic="backup"))
        around.bus.publish(RestoreEnded(severity is Severity.INFO, undo, f"{title}. {text}"))

    async def _stored(self, report: Report) -> Report:
        """Put the passwords that came along into the keyring; what did not work becomes a warning."""
        troubles = []
        for name, value in report.secrets.items():
            try:
                await self._here().secrets.set(name, value)
            except ClawdError as error:
                troubles.append(f"The secret {name} is not in the keyring: {error.sentence()}")
        return replace(report, secrets={}, warnings=(*report.warnings, *troubles))

    def _safety(self, name: str, loop: asyncio.AbstractEventLoop) -> Path:
        """What is there now as a backup of its own; for the thread of the restore."""
        order = BackupOrder("restore", note=f"before {name}", folder=self._here().backups.usual_folder)
        record = asyncio.run_coroutine_threadsafe(self._here().backups.create(order), loop).result()
        return Path(record.path)

    async def _backup(self, which: str, keys: Keys | None) -> Backup:
        return await self._here().backups.opened(which, keys)

    def _site(self) -> Site:
        return Site(self._here().backups.ground(), self._here().environ)

    def _owner(self) -> Owner:
        return Owner(self._site().ground.paths.state, application=self.lifetime.application)

    def _here(self) -> Around:
        if self._around is None:
            raise Busy("Clawd Desktop has not started yet.", hint="Wait a moment.")
        return self._around

    def _now_ms(self) -> int:
        return self._here().clock.wall_ms()

    def _tell_progress(self, progress: Progress) -> None:
        told = BackupProgressed(progress.stage, progress.done_bytes, progress.total_bytes, progress.file)
        self._here().bus.publish(told)


def told(outcome: Outcome) -> tuple[str, str, str]:
    """How it ended for a person: a title, what to know, and the id with which it can be taken back ("": it cannot)."""
    report, undone = outcome.report, outcome.undone
    if outcome.fault is not None:
        return "The restore did not happen", outcome.fault.sentence(), ""
    if undone is not None:
        text = "All is as it was before the restore."
        if undone.since_count:
            text += f" Files written since: {undone.since_count:,}; they are kept for seven days."
        return "The restore was taken back", text, undone.again
    assert report is not None
    if report.taken_back:
        return "The restore did not work", f"Everything was put back as it was. {report.taken_back}", ""
    missing = [f"The backup has no secret for {place}; enter it in Settings." for place in report.unknown]
    return "The backup was restored", " ".join((report.backup + ".", *missing, *report.warnings)), report.id


def _restored(backup: Backup, site: Site, order: Order, watch: Watch, halt: Halt) -> Outcome:
    safeio.make_folder(site.ground.paths.state)
    done = restore(backup, site, replace(order, watch=watch, halt=halt))
    return Outcome(site.ground.clock.wall_ms(), report=done)
