"""Brings everything back from a backup file that a person has: choose, unlock, look, agree; for a first start."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from clawd_desktop.backup.look import Look
from clawd_desktop.backup.opened import is_locked
from clawd_desktop.backup.preview import State
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.backup.restore_desk import RestoreDesk
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.backup.wanted import keys_of
from clawd_desktop.core.errors import BadInput
from clawd_desktop.ui import dialogs, words
from clawd_desktop.ui.backup.words import area
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.text import label
from clawd_desktop.ui.widgets.while_seen import WhileSeen

_STEPS = 1_000
_EVERY_MS = 200
_WARNINGS = 3
_LOST: State = "would be lost"


async def bring_back(services: UiServices, parent: QWidget) -> None:
    """Ask for the file and restore all of it, unless the person backs out.

    This run of the application ends then, and the next one tells how it went. Raises what looking raises.
    """
    title = tr("Backup of an earlier computer")
    path = await dialogs.choose_file(parent, title, pattern=f"{tr('Backups')} (*.zst *.age *.tar *.gz *.tgz);;* (*)")
    if path is None:
        return
    try:
        found = await _looked(services, parent, path)
    except Stopped:
        return
    if found is None:
        return
    look, keys = found
    text = summary(look, services.clock.wall_ms())
    if await dialogs.confirm(parent, tr("Bring this backup back?"), text, yes=tr("Restore")):
        await services.restores.begin(str(path), None, keys, page="overview")


def summary(look: Look, now_ms: int) -> str:
    """What the backup is and what restoring it does."""
    manifest = look.manifest
    files = [entry for entry in manifest.entries if entry.kind == "file"]
    size = words.size(sum(entry.size for entry in files))
    when = words.moment(manifest.created_ms, now_ms)
    said = [
        tr("Made {when} on {host}.", when=when, host=manifest.host) if manifest.host else tr("Made {when}.", when=when),
        tr("{count} files, {size}: {areas}.", count=f"{len(files):,}", size=size,
           areas=", ".join(area(name) for name in manifest.areas)),
    ]  # fmt: skip
    lost = sum(one.count(_LOST) for one in look.areas)
    if lost:
        said.append(tr("{count} files that are here now are not in it and go.", count=f"{lost:,}"))
    warnings = [*look.warnings, *(text for one in look.areas for text in one.warnings)]
    said += warnings[:_WARNINGS]
    if len(warnings) > _WARNINGS:
        said.append(tr("and {count} more", count=len(warnings) - _WARNINGS))
    said.append(tr("Clawd Desktop starts again meanwhile. What is here now is kept for seven days."))
    return "\n\n".join(said)


async def _looked(services: UiServices, parent: QWidget, path: Path) -> tuple[Look, Keys | None] | None:
    """What the backup holds and what opened it; None when the person backed out."""
    if not await asyncio.to_thread(is_locked, path):
        return await _read(services, parent, path, None), None
    why = ""
    while True:
        asked = tr("Its passphrase, or the key that opens it:")
        said = await dialogs.ask_secret(parent, path.name, f"{why}\n{asked}" if why else asked)
        if not said:
            return None
        keys = keys_of(said)
        try:
            return await _read(services, parent, path, keys), keys
        except BadInput as fault:
            why = fault.message


async def _read(services: UiServices, parent: QWidget, path: Path, keys: Keys | None) -> Look:
    waiting = Waiting(parent, services.restores)
    waiting.open()
    try:
        return await services.restores.look(str(path), keys)
    finally:
        waiting.done(QDialog.DialogCode.Accepted)
        waiting.deleteLater()


class Waiting(QDialog):
    """Shows how far the reading is; closing it stops that."""

    def __init__(self, parent: QWidget, restores: RestoreDesk) -> None:
        super().__init__(parent)
        self._restores = restores
        self.setWindowTitle(tr("Reading the backup"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setMinimumWidth(90 * SPACE)
        self.bar.setAccessibleName(tr("How far it is"))
        self._said = label(tr("All of it is read and checked before anything is changed."), "body", wrap=True)
        self.stop = button(tr("Stop"), self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self._said)
        layout.addWidget(self.bar)
        layout.addLayout(row)
        self.rejected.connect(restores.stop)
        self._tick = WhileSeen(self, self._show_progress, _EVERY_MS)

    def _show_progress(self) -> None:
        progress = self._restores.progress
        if progress is not None and progress.total_bytes:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(round(_STEPS * progress.done_bytes / progress.total_bytes))
