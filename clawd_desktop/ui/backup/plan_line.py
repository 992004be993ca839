"""The line that says when the next planned backup is made, or what keeps it back, with a way to pause them."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from clawd_desktop.backup.planned import Outlook
from clawd_desktop.backup.telling import PAUSE, RESUME
from clawd_desktop.core.events import BackupPlanChanged
from clawd_desktop.ui.backup.words import upcoming
from clawd_desktop.ui.bridge import Bridge
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.pauses import pause_until
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.tray_state import PAUSES
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.text import label


class PlanLine(QWidget):
    """Follows the plan by itself; nothing is seen of it where nobody makes planned backups."""

    def __init__(self, services: UiServices, operations: Operations) -> None:
        super().__init__()
        self._services = services
        self._operations = operations
        self._paused = False
        self.text = label("", "muted", wrap=True)
        self._menu = QMenu(self)
        for key, text in PAUSES[1:]:
            self._menu.addAction(tr(text), partial(self._pause, key))
        self.button = button("", self._pressed, role="quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, SPACE, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        self._bridge = Bridge(services.bus, (BackupPlanChanged,), lambda _: self.refresh(), self)
        self.refresh()

    def refresh(self) -> None:
        """Show how it stands."""
        outlook = self._services.backups.planned.outlook
        self.setVisible(outlook is not None)
        if outlook is not None:
            self._show(outlook)

    def _show(self, outlook: Outlook) -> None:
        self.text.setText(upcoming(outlook, self._services.clock.wall_ms()))
        self._paused = outlook.code == "paused"
        self.button.setText(tr("Resume") if self._paused else tr("Pause"))
        self.button.setVisible(outlook.code != "off")

    def _pressed(self) -> None:
        if self._paused:
            self._run(RESUME)
        else:
            self._menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))

    def _pause(self, choice: str) -> None:
        now = datetime.fromtimestamp(self._services.clock.wall_ms() / 1000)
        self._run(f"{PAUSE}:{pause_until(choice, now)}")

    def _run(self, action: str) -> None:
        self._operations.start(tr("Planned backups"), partial(self._services.run_action, action), busy=self.button)
