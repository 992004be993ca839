"""The button that pauses the assistant for a while, or lets it go on, with the time that remains."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QMenu, QPushButton

from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.pauses import pause_until
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.tray_state import PAUSES


class PauseButton(QPushButton):
    """Offers the pauses while the assistant works, and to resume while it is paused."""

    def __init__(self, services: UiServices, operations: Operations) -> None:
        super().__init__()
        self._services = services
        self._operations = operations
        self._paused: bool | None = None
        self._menu = QMenu(self)
        for key, text in PAUSES:
            self._menu.addAction(tr(text), partial(self._pause, key))
        self.setAutoDefault(False)
        self.clicked.connect(self._clicked)

    def show_pause(self, until_ms: int | None, now_ms: int) -> None:
        """Show whether it is paused; `until_ms` is None while it works and 0 without an end."""
        paused = until_ms is not None
        if not paused:
            text = tr("Pause assistant")
        elif until_ms:
            text = tr("Resume ({time} left)", time=words.duration((until_ms - now_ms) / 1000))
        else:
            text = tr("Resume")
        self.setText(text)
        if paused != self._paused:
            self._paused = paused
            self._services.theme.bind_icon(self, "play" if paused else "pause", "text")

    def _clicked(self) -> None:
        if self._paused:
            self._operations.start(tr("Resume"), partial(self._services.run_action, "assistant.resume"), busy=self)
        else:
            self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _pause(self, choice: str) -> None:
        now = datetime.fromtimestamp(self._services.clock.wall_ms() / 1000)
        action = f"assistant.pause:{pause_until(choice, now)}"
        self._operations.start(tr("Pause assistant"), partial(self._services.run_action, action), busy=self)
