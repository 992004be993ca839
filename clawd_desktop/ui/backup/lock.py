"""With what backups are locked, and the ways to change that; and the sheet that helps when the computer is gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout
from shiboken6 import isValid

from clawd_desktop.backup.locking import keep_passwords, lock_no_more, lock_with_key, lock_with_passphrase
from clawd_desktop.backup.sealing import new_identity
from clawd_desktop.backup.sheet_facts import sheet_of
from clawd_desktop.core.events import ConfigChanged, Event
from clawd_desktop.ui import dialogs
from clawd_desktop.ui.backup.key_dialog import show_key
from clawd_desktop.ui.backup.lock_words import state
from clawd_desktop.ui.backup.passphrase_dialog import ask_passphrase
from clawd_desktop.ui.backup.sheet_file import save_sheet
from clawd_desktop.ui.bridge import Bridge
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.flow import Flow
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label


class LockCard(Card):
    """Follows the settings; every button says what it did, or why it did not."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._operations = Operations(self)
        self._sign = StatusDot(services.theme)
        self.sentence = label("", "strong", wrap=True)
        self._more = label("", "muted", wrap=True, selectable=True)
        self._told = label("", "muted", wrap=True, selectable=True)
        self._told.hide()
        self.passwords = QCheckBox(tr("Keep this computer's passwords in it too"))
        self.passwords.clicked.connect(lambda _=False: self._start(self.passwords.text(), self._keep_passwords))
        self.passphrase = self._button(tr("Passphrase…"), self._set_passphrase)
        self.key = self._button(tr("New key…"), self._make_key)
        self.sheet = self._button(tr("Recovery sheet…"), partial(self._save_sheet, ""))
        self.off = self._button(tr("Turn off…"), self._turn_off)
        self._lay_out()
        self._bridge = Bridge(services.bus, (ConfigChanged,), self._heard, self)
        self.refresh()

    def refresh(self) -> None:
        """Show what the settings say now."""
        sealed = self._services.backups.wanted.sealed()
        shown = state(sealed)
        self._sign.show_icon(shown.icon, shown.colour)
        self.sentence.setText(shown.sentence)
        self._more.setText(shown.more)
        self.passwords.setVisible(shown.locked)
        self.passwords.setChecked(sealed.passwords)
        self.off.setVisible(shown.locked)

    def _heard(self, _events: Sequence[Event]) -> None:
        self.refresh()

    def _button(self, text: str, action: Callable[[], Awaitable[None]]) -> QPushButton:
        made = button(text, lambda: None)
        made.clicked.connect(lambda _=False: self._start(text, action, made))
        return made

    def _start(self, title: str, action: Callable[[], Awaitable[None]], busy: QPushButton | None = None) -> None:
        self._tell("")
        self._operations.start(title, partial(self._do, action), busy=busy)

    async def _do(self, action: Callable[[], Awaitable[None]]) -> None:
        try:
            await action()
        finally:
            if isValid(self):
                self.refresh()

    async def _set_passphrase(self) -> None:
        passphrase = await ask_passphrase(self.window())
        if passphrase:
            await lock_with_passphrase(self._services.config, self._services.secrets, passphrase)
            self._tell(tr("Backups are locked from now on. Write the passphrase on the recovery sheet."))

    async def _make_key(self) -> None:
        made = new_identity()

        def save(asked: QPushButton) -> None:
            self._operations.start(asked.text(), partial(self._save_sheet, made.secret), busy=asked)

        if await show_key(self.window(), self._services.theme, made.secret, save):
            await lock_with_key(self._services.config, made.recipient)
            self._tell(tr("Backups are locked from now on. Only the public part of the key is kept here."))

    async def _keep_passwords(self) -> None:
        await keep_passwords(self._services.config, self.passwords.isChecked())

    async def _turn_off(self) -> None:
        text = tr(
            "Whoever gets hold of a backup that is made from now on can read it. Those that are locked stay locked: "
            "keep what opens them."
        )
        if await dialogs.confirm(self, tr("Leave backups open?"), text, yes=tr("Turn off"), danger=True):
            await lock_no_more(self._services.config)
            self._tell(tr("Backups are not locked any more."))

    async def _save_sheet(self, identity: str) -> None:
        desk = self._services.backups
        sheet = await sheet_of(desk, desk.wanted.sealed(), identity)
        path = await save_sheet(self.window(), sheet)
        if path is not None:
            text = tr("The sheet is in {file}. Print it, and remove the file.", file=path)
            warning = tr("It alone opens the backups: lock it away.") if sheet.is_secret else ""
            self._tell(f"{text} {warning}".strip())

    def _tell(self, text: str) -> None:
        if isValid(self):
            self._told.setText(text)
            self._told.setVisible(bool(text))

    def _lay_out(self) -> None:
        text = QVBoxLayout()
        text.setSpacing(SPACE // 2)
        text.addWidget(self.sentence)
        text.addWidget(self._more)
        row = QHBoxLayout()
        row.setSpacing(3 * SPACE)
        row.addWidget(self._sign)
        row.addLayout(text, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.passwords)
        buttons = Flow(gap=2 * SPACE, line_gap=2 * SPACE)
        for each in (self.passphrase, self.key, self.sheet, self.off):
            buttons.addWidget(each)
        self.body.addLayout(buttons)
        self.body.addWidget(self._told)
