"""The page Backup & restore: whether there is a good backup, making, checking and restoring them, and what stays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QStackedLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.retention import Verdict
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.backup.wanted import keys_of
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.events import (
    BackupEnded,
    BackupProgressed,
    ConfigChanged,
    DrillEnded,
    Event,
    RestoreEnded,
)
from clawd_desktop.ui import dialogs, words
from clawd_desktop.ui.backup.backups_list import BackupsList
from clawd_desktop.ui.backup.head import HeadCard
from clawd_desktop.ui.backup.history import History
from clawd_desktop.ui.backup.keeping import KeepingCard
from clawd_desktop.ui.backup.lock import LockCard
from clawd_desktop.ui.backup.places import Place, PlacesCard, look_at
from clawd_desktop.ui.backup.plan_line import PlanLine
from clawd_desktop.ui.backup.restore_view import RestoreView
from clawd_desktop.ui.backup.undo_card import UndoCard
from clawd_desktop.ui.backup.words import drilled, leaving, standing
from clawd_desktop.ui.bridge import Bridge
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.page import column, scrolled
from clawd_desktop.ui.widgets.states import States
from clawd_desktop.ui.widgets.text import label
from clawd_desktop.ui.widgets.while_seen import WhileSeen

_EVENTS: tuple[type[Event], ...] = (BackupProgressed, BackupEnded, DrillEnded, ConfigChanged, RestoreEnded)
EVERY_MS = 30_000
# A check that somebody else began ends without an event.
BEAT_MS = 1_000
OLD_RULE = "backup.old"
# Foreign archives too; who keeps one under another name finds it with the second row.
_PATTERN = " (*.tar.zst *.tar.zst.age *.tar.gz *.tgz);;* (*)"


class BackupPage(QWidget):
    """Follows what is done with backups, whoever began it; looks into the folders every 30 s while it is seen."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._desk = services.backups
        self._drills = services.drills
        self._operations = Operations(self)
        self._home = str(Path.home())
        self._mine = False
        self._looking = False
        self._again = False
        self.head = HeadCard(services.theme, self.back_up, self._stop)
        self.head.body.addWidget(PlanLine(services, self._operations))
        self.backups = BackupsList(services.theme, self._check, self._try_out, self._restore)
        self.undo = UndoCard(lambda one: self.restoring.ask_to_undo(one))
        self.restoring = RestoreView(services)
        self.restoring.active.connect(self._show_restoring)
        self.restore_file = button(tr("Restore a file…"), self._choose_file, role="link")
        self.backups.body.addWidget(self.restore_file, 0, Qt.AlignmentFlag.AlignLeft)
        self.places = PlacesCard(_open_folder)
        self.history = History(services.theme, self.backups, self.places)
        self.keeping = KeepingCard(self._tidy)
        self.lock = LockCard(services)
        self._told = label("", "muted", wrap=True, selectable=True)
        self._told.hide()
        self.drill = label("", "muted", wrap=True, selectable=True)
        self.states = States(services.theme, self._build())
        self._seen = QStackedLayout(self)
        self._seen.addWidget(self.states)
        self._seen.addWidget(self.restoring)
        self._tick = WhileSeen(self, self.refresh, EVERY_MS)
        self._beat = WhileSeen(self, self._show_work, BEAT_MS)
        self._bridge = Bridge(services.bus, _EVENTS, self._heard, self)
        self.states.loading()
        self.restoring.follow()

    def refresh(self) -> None:
        """Look into the folders and show everything as it is now."""
        if self._looking:
            self._again = True
            return
        self._looking = True
        self._operations.start(tr("Backups"), self._look)

    def back_up(self) -> None:
        """Make a backup."""
        self._begin(tr("Back up now"), partial(self._desk.create, Order()))

    async def _look(self) -> None:
        try:
            records = await self._desk.all()
            verdicts = await self._desk.prune(dry_run=True)
            places = await asyncio.to_thread(look_at, self._desk.folders())
            undoable = await self._services.restores.undoable()
            if isValid(self):
                self._show(records, verdicts, places)
                self.undo.show_undoable(undoable, self._services.clock.wall_ms())
        except ClawdError as failure:
            if isValid(self):
                self.states.error(failure.message, failure.hint, self.refresh, details=failure.code)
        finally:
            self._looking = False
        if self._again and isValid(self):
            self._again = False
            self.refresh()

    def _show(self, records: Sequence[BackupRecord], verdicts: Sequence[Verdict], places: Sequence[Place]) -> None:
        now = self._services.clock.wall_ms()
        self.head.show_standing(standing(records, self._old_after_s(), now, self._home))
        self.history.show_records(records, now)
        self.places.show_places(places, max((one.size for one in records[:1]), default=0), self._home)
        self.keeping.show_verdicts(verdicts, self._desk.wanted.rules())
        self.drill.setText(drilled(self._drills.last, now))
        self._show_work()
        if records or self._working:
            self.states.normal()
        else:
            file = (tr("Restore a file…"), self._choose_file, "")
            self.states.empty(tr("There is no backup yet."), tr("Back up now"), self.back_up, icon="backup", other=file)

    def _show_restoring(self, active: bool) -> None:
        self._seen.setCurrentWidget(self.restoring if active else self.states)
        if not active:
            self._tell(self.restoring.told)
            self.head.start.setFocus()
            self.refresh()

    def _heard(self, events: Sequence[Event]) -> None:
        told = [event for event in events if isinstance(event, BackupProgressed)]
        self._show_work()
        if told and self._working:
            last = Progress(told[-1].stage, told[-1].done, told[-1].total, told[-1].file)
            self.head.show_progress(last, self._services.clock.monotonic())
        if len(told) < len(events) and self.isVisible():
            self.refresh()

    @property
    def _working(self) -> bool:
        return self._mine or self._desk.progress is not None or self._drills.progress is not None

    def _show_work(self) -> None:
        working = self._working
        self.head.show_working(working)
        self.backups.set_free(not working)
        self.keeping.set_free(not working)
        self.undo.set_free(not working)
        self.restore_file.setEnabled(not working)
        self.restoring.follow()
        if working and self.states.state() == "empty or error":
            self.states.normal()

    def _begin(self, title: str, action: Callable[[], Awaitable[object]]) -> None:
        if self._working:
            return
        self._operations.start(title, partial(self._work, action))

    async def _work(self, action: Callable[[], Awaitable[object]]) -> None:
        self._mine = True
        self._tell("")
        self._show_work()
        fault: ClawdError | None = None
        try:
            await action()
        except Stopped:
            self._tell(tr("It was stopped; nothing of it is left."))
        except ClawdError as failure:
            fault = failure
        finally:
            self._mine = False
        # The window is built anew in another language while this goes on.
        if isValid(self):
            self._show_work()
            self.refresh()
        if fault is not None:
            raise fault

    def _stop(self) -> None:
        self.head.show_stopping()
        self._desk.stop()
        self._drills.stop()

    def _check(self, record: BackupRecord, asked: QPushButton) -> None:
        self._begin(asked.text(), partial(self._read_back, record))

    def _try_out(self, record: BackupRecord, asked: QPushButton) -> None:
        self._begin(asked.text(), partial(self._restore_aside, record))

    async def _restore_aside(self, record: BackupRecord) -> None:
        keys: Keys | None = None
        if record.sealed and await self._desk.known_keys(record) is None:
            said = await self._ask_secret(tr("Try it out"))
            if not said:
                return
            keys = keys_of(said)
        (report,) = await self._drills.drill(record.id, keys)
        if report != self._drills.last:  # a fault of another one stands there
            self._tell(drilled(report, self._services.clock.wall_ms()))

    async def _read_back(self, record: BackupRecord) -> None:
        try:
            found = await self._desk.verify(record.id)
        except BadInput:
            if not record.sealed:
                raise
            said = await self._ask_secret(tr("Check"))
            if not said:
                return
            found = await self._desk.verify(record.id, keys_of(said))
        self._tell(self._whole(record, found))

    async def _ask_secret(self, title: str) -> str | None:
        return await dialogs.ask_secret(self, title, tr("Its passphrase, or the key that opens it:"))

    def _whole(self, record: BackupRecord, found: Manifest) -> str:
        when = words.moment(record.at_ms, self._services.clock.wall_ms())
        files = sum(entry.kind == "file" for entry in found.entries)
        return tr("The backup of {when} is whole: {count} files were read and compared.", when=when, count=f"{files:,}")

    def _restore(self, record: BackupRecord) -> None:
        when = words.moment(record.at_ms, self._services.clock.wall_ms())
        self.restoring.begin(record.path or record.id, when)

    def _choose_file(self) -> None:
        self._operations.start(tr("Restore a file…"), self._ask_and_restore)

    async def _ask_and_restore(self) -> None:
        path = await dialogs.choose_file(self, tr("Restore a file…"), pattern=tr("Backups and archives") + _PATTERN)
        if path is not None and isValid(self):
            self.restoring.begin(str(path), path.name)

    def _tidy(self) -> None:
        self._operations.start(tr("Tidy up"), self._ask_and_tidy)

    async def _ask_and_tidy(self) -> None:
        verdicts = await self._desk.prune(dry_run=True)
        text = leaving(verdicts, self._services.clock.wall_ms())
        if not text:
            self.refresh()
        elif await dialogs.confirm(self, tr("Remove these backups?"), text, yes=tr("Remove"), danger=True):
            await self._work(self._prune)

    async def _prune(self) -> None:
        gone = [verdict.backup for verdict in await self._desk.prune() if not verdict.kept]
        size = words.size(sum(backup.size for backup in gone))
        self._tell(tr("Backups removed: {count}. That frees {size}.", count=len(gone), size=size))

    def _tell(self, text: str) -> None:
        if isValid(self):
            self._told.setText(text)
            self._told.setVisible(bool(text))

    def _old_after_s(self) -> float:
        rule = self._services.operations.alerts.rules().find(OLD_RULE)
        return rule.value if rule is not None and rule.enabled else 0

    def _build(self) -> QWidget:
        content, page = column()
        page.addWidget(self.head)
        page.addWidget(self.undo)
        for heading, parts in (
            (tr("Backups"), (self.drill, self._told, self.history)),
            (tr("What is kept"), (self.keeping,)),
            (tr("Lock and recovery sheet"), (self.lock,)),
        ):
            block = QVBoxLayout()
            block.setSpacing(2 * SPACE)
            block.addWidget(label(heading, "heading"))
            for part in parts:
                block.addWidget(part)
            page.addLayout(block)
        page.addStretch(1)
        return scrolled(content, tr("Backup & restore"))


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
