"""Puts the gateway password on the clipboard, and takes it away again after a minute."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from clawd_desktop.core.errors import NotFound
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.services import UiServices

CLEARED_AFTER_MS = 60_000


class PasswordCopier:
    """Copies what a client must show to the gateway."""

    def __init__(self, services: UiServices) -> None:
        self._services = services
        self._copied = ""
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(CLEARED_AFTER_MS)
        self._timer.timeout.connect(self.clear)

    async def copy(self) -> None:
        """Copy the password or token in force. Raises NotFound without one, SecretsFault when it cannot be read."""
        from clawd_desktop.config.password_hash import is_hash
        from clawd_desktop.config.secret_refs import resolve

        auth = self._services.config.config.gateway.auth
        kept = auth.token if auth.mode == "token" else auth.password
        if not kept:
            raise NotFound(tr("The gateway has no password yet."), hint=tr("It is made when the gateway first starts."))
        found = await resolve(kept, self._services.secrets)
        if is_hash(found):
            raise NotFound(tr("Only a hash of the password is kept here."), hint=tr("Whoever chose it knows it."))
        self._copied = found
        QGuiApplication.clipboard().setText(self._copied)
        self._timer.start()

    def clear(self) -> None:
        """Empty the clipboard if the password is still what it holds."""
        clipboard = QGuiApplication.clipboard()
        if self._copied and clipboard.text() == self._copied:
            clipboard.clear()
        self._copied = ""
