"""Restores while the application runs, in the background: looks, brings back, takes back, and tells how it went."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from clawd_desktop.backup import look
from clawd_desktop.backup.before import before
from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.lifetime import Lifetime
from clawd_desktop.backup.one_at_a_time import OneAtATime
from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.progress import Halt, Progress, Stopped, Watch, go_on
from clawd_desktop.backup.restore import Order, Report, restore, take_back
from clawd_desktop.backup.restore_outcome import Outcome, told
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.backup.staging import Backup, Site
from clawd_desktop.backup.standstill import Owner
from clawd_desktop.backup.undo import Undoable, undoable
from clawd_desktop.core import safeio, tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import Busy, ClawdError
from clawd_desktop.core.events import BackupProgressed, RestoreEnded
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.ports import Secrets

__all__ = ["NOTICE", "UNDO_ACTION", "Around", "Outcome", "RestoreDesk", "told"]

NOTICE = "backup.restored"
UNDO_ACTION = "backup.undo"
# The stage of which a restore tells when it begins to change anything.
SWAP = "swap"
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


class _Return:
    """Up to where a restore can be stopped: whoever stops it and whoever goes past that point are never both right."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_behind = False

    @property
    def is_behind(self) -> bool:
        """Whether it is too late."""
        return self._is_behind

    def ahead(self) -> None:
        """A new one begins."""
        self._is_behind = False

    def passed(self, halt: Halt) -> None:
        """From now on nobody stops it. Raises Stopped when somebody did."""
        with self._lock:
            go_on(halt)
            self._is_behind = True

    def stop(self, stop: Callable[[], bool]) -> bool:
        """Stop it, where that can be done."""
        with self._lock:
            return not self._is_behind and stop()


class RestoreDesk:
    """One for the whole process, as a restore ends the run of the application in which it was asked for.

    `outcome` is how the last one ended, None before the first; `unseen` that nobody has seen it in a window yet, which
    the window takes back. `page` is where the window is to be shown again.
    """

    def __init__(self, lifetime: Lifetime) -> None:
        self.lifetime = lifetime
        self.outcome: Outcome | None = None
        self.unseen = False
        self.page = ""
        self._turn = OneAtATime(self._tell_progress)
        self._around: Around | None = None
        self._work: asyncio.Task[None] | None = None
        self._return = _Return()
        self._saving: BackupDesk | None = None

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

    @property
    def can_stop(self) -> bool:
        """Whether what is brought back can still be left as it was before."""
        return self.working and not self._return.is_behind

    async def look(self, which: str, keys: Keys | None = None) -> look.Look:
        """What restoring all of a backup would do; it is read whole.

        `which` is its id, the beginning of it, or the path of a file. Raises what the backup raises, and Busy.
        """
        async with self._turn.alone():
            self._return.ahead()
            backup = await self._backup(which, keys)
            return await self._turn.run(partial(look.look, backup, self._site()))

    async def difference(self, which: str, area: str, path: str, keys: Keys | None = None) -> tuple[str, ...]:
        """How a text of the backup differs from the one that is there. Raises as `look.difference`, and Busy."""
        async with self._turn.alone():
            self._return.ahead()
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
        empty = Outcome(0, what=backup.name)

        def work(watch: Watch, halt: Halt) -> Outcome:
            def seen(progress: Progress) -> None:
                if progress.stage == SWAP:
                    self._return.passed(halt)
                watch(progress)

            safeio.make_folder(site.ground.paths.state)
            report = restore(backup, site, replace(order, watch=seen, halt=halt))
            return replace(empty, at_ms=site.ground.clock.wall_ms(), report=report)

        self._start(work, empty, page)

    def begin_undo(self, name: str, page: str = "") -> None:
        """Take a restore back in the background, as `begin` does it. Raises Busy; all else is in `outcome`."""
        site, owner, empty = self._site(), self._owner(), Outcome(0, what=name, takes_back=True)

        def work(_watch: Watch, halt: Halt) -> Outcome:
            self._return.passed(halt)
            undone = take_back(site, name, owner)
            return replace(empty, at_ms=site.ground.clock.wall_ms(), undone=undone)

        self._start(work, empty, page)

    def stop(self) -> bool:
        """End what is being done; it is as it was before. False when nothing is, or too late for that."""
        saving = self._saving
        stopped = self._return.stop(self._turn.stop)
        if stopped and saving is not None:
            saving.stop()
        return stopped

    async def close(self) -> None:
        """Stop what is being done and wait for its end."""
        await self._turn.close()

    def _start(self, work: Callable[[Watch, Halt], Outcome], empty: Outcome, page: str) -> None:
        if self._turn.busy or self.working:
            raise Busy("A restore is under way already.", hint="Wait until it is done.")
        self.page = page
        self.unseen = False
        self._return.ahead()
        self._work = tasks.spawn(self._do(work, empty), name="restore")

    async def _do(self, work: Callable[[Watch, Halt], Outcome], empty: Outcome) -> None:
        def settled(watch: Watch, halt: Halt) -> Outcome:
            try:
                return work(watch, halt)
            finally:
                self.lifetime.settle()  # it is told in the run that comes, not in the one that went

        try:
            async with self._turn.alone():
                # A backup that is being made would be ended with the run of the application.
                await self._turn.after(self._here().backups.free())
                with self.lifetime.holding():
                    outcome = await self._turn.run(settled)
        except Stopped:
            return
        except ClawdError as fault:
            outcome = replace(empty, at_ms=self._now_ms(), fault=fault)
        await self._end(outcome)

    async def _end(self, outcome: Outcome) -> None:
        report = outcome.report
        if report is not None and report.secrets:
            outcome = replace(outcome, report=await self._stored(report))
        self.outcome, self.unseen = outcome, True
        title, text, undo = told(outcome)
        severity = Severity.INFO if outcome.ok else Severity.WARNING
        (_log.warning if severity is Severity.WARNING else _log.info)("%s: %s", title, text)
        actions = (NoticeAction(f"{UNDO_ACTION}:{undo}", "Undo"),) if undo else ()
        around = self._here()
        around.notices.set(Notice(NOTICE, severity, title, text, actions, outcome.at_ms, announce=True, topic="backup"))
        around.bus.publish(RestoreEnded(outcome.ok, undo, f"{title}. {text}", outcome.what, outcome.takes_back))

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
        backups = self._saving = self._here().backups
        try:
            return asyncio.run_coroutine_threadsafe(before("restore", backups, f"before {name}"), loop).result()
        finally:
            self._saving = None

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
