"""How the application itself is doing: where its time goes, where its memory is, and when it stood still."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.logs.cpu_card import CpuCard
from clawd_desktop.ui.logs.memory_card import MemoryCard
from clawd_desktop.ui.logs.stalls_card import StallsCard
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.page import column, scrolled
from clawd_desktop.ui.widgets.while_seen import WhileSeen

EVERY_MS = 2_000


class ProfileView(QWidget):
    """Three cards; stalls are looked for every 2 s while it is seen, time and memory only when asked."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self.cpu, self.memory, self.stalls = CpuCard(services), MemoryCard(services), StallsCard(services)
        content, page = column()
        for card in (self.cpu, self.memory, self.stalls):
            page.addWidget(card)
        page.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content, tr("Profile")))
        self._tick = WhileSeen(self, self.refresh, EVERY_MS)

    def refresh(self) -> None:
        """Look for new stalls."""
        self.stalls.refresh()
