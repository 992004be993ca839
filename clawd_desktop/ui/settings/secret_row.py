"""A secret in the form: says where it lies, never what it is; can be changed or moved into the keyring."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clawd_desktop.core.values import as_text
from clawd_desktop.ui.dialogs import ask_secret
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.settings.fields import patch_at
from clawd_desktop.ui.settings.saving import Saver
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.text import label, set_role

_PREFIX = "keyring:"


def where(value: str) -> tuple[str, str]:
    """Where the secret of a configuration value lies, and the role in which that is said."""
    if not value:
        return tr("Not set"), "muted"
    if value.startswith(_PREFIX):
        return tr("In the keyring"), "good"
    if value.startswith("${"):
        return tr("From the environment: {name}", name=value.strip("${}")), "muted"
    return tr("Plain text in the file"), "warning"


class SecretRow(QWidget):
    """Shows and changes the secret at a dotted path of the configuration."""

    def __init__(self, services: UiServices, saver: Saver, path: str, name: str) -> None:
        super().__init__()
        self._services = services
        self._saver = saver
        self._path = path
        self._name = name
        self._operations = Operations(self)
        self._state = label()
        self._state.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._move = button(tr("Move to keyring"), self._start_move, role="primary")
        self._change = button(tr("Change…"), self._start_change)
        self._change.setAccessibleName(tr("Change {name}", name=name))
        self._move.setAccessibleName(tr("Move {name} to the keyring", name=name))
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * SPACE)
        buttons.addStretch(1)
        buttons.addWidget(self._move)
        buttons.addWidget(self._change)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self._state)
        layout.addLayout(buttons)
        saver.saved.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show where the secret lies now."""
        value = as_text(self._saver.written(self._path))
        text, role = where(value)
        self._state.setText(text)
        set_role(self._state, role)
        self._move.setVisible(role == "warning")

    async def _keep(self, secret: str) -> None:
        former = as_text(self._saver.written(self._path))
        await self._services.secrets.set(self._path, secret)
        sentence = tr("Kept in the keyring: {name}", name=self._name)
        await self._saver.merge_now(patch_at(self._path, _PREFIX + self._path), sentence)
        if where(former)[1] == "warning":
            await self._services.config.forget_plain_text({former})

    async def _ask(self) -> None:
        secret = await ask_secret(self.window(), self._name, tr("New value; it goes into the keyring"))
        if secret:
            await self._keep(secret)

    def _start_move(self) -> None:
        value = as_text(self._saver.written(self._path))
        self._operations.start(
            tr("Move to keyring"), partial(self._keep, value), busy=self._move, report=self._saver.failed.emit
        )

    def _start_change(self) -> None:
        self._operations.start(self._name, self._ask, busy=self._change, report=self._saver.failed.emit)
