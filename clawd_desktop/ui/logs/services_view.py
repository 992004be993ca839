"""The parts of the application that are kept running: how each stands, and a way to start it again."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.operations.supervised import ServiceRow, Standing
from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.page import column, scrolled
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label, line
from clawd_desktop.ui.widgets.while_seen import WhileSeen

EVERY_MS = 2_000
# Icon, colour, word.
STANDINGS = {
    Standing.UNKNOWN: ("clock", "muted", mark("Not looked at yet")),
    Standing.WELL: ("good", "good", mark("Runs")),
    Standing.WAITING: ("clock", "warning", mark("Is started again soon")),
    Standing.RESTARTING: ("refresh", "info", mark("Is being started")),
    Standing.DOWN: ("error", "bad", mark("Does not run")),
    Standing.BLOCKED: ("warning", "warning", mark("Waits for something")),
}


class ServicesView(QWidget):
    """Looks every 2 s while it is seen; the rows are built again only when something changed."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._operations = Operations(self)
        self._shown: tuple[ServiceRow, ...] = ()
        self._card = Card()
        self._card.body.setSpacing(3 * SPACE)
        content, page = column()
        page.addWidget(
            label(
                tr("What stops is started again by itself, a few times at most; what then stays down is told to you."),
                "muted",
                wrap=True,
            )
        )
        page.addWidget(self._card)
        page.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content, tr("Services")))
        self._tick = WhileSeen(self, self.refresh, EVERY_MS)

    def refresh(self) -> None:
        """Look now."""
        rows = self._services.operations.supervisor.rows()
        if rows != self._shown:
            self._shown = rows
            self._build(rows)

    def _build(self, rows: tuple[ServiceRow, ...]) -> None:
        clear(self._card.body)
        for number, row in enumerate(rows):
            if number:
                self._card.body.addWidget(line())
            self._card.body.addWidget(self._row(row))

    def _row(self, row: ServiceRow) -> QWidget:
        made = QWidget()
        icon, colour, word = STANDINGS[row.state]
        sign = StatusDot(self._services.theme)
        sign.show_icon(icon, colour)
        text = QVBoxLayout()
        text.setSpacing(SPACE // 2)
        text.addWidget(label(row.title, "strong", wrap=True))
        text.addWidget(label(self._sentence(row, tr(word)), "muted", wrap=True, selectable=True))
        again = button(tr("Start again"), lambda: None, role="quiet")
        again.setAccessibleName(tr("Start again: {title}", title=row.title))
        again.clicked.connect(partial(self._restart, row.name, again))
        layout = QHBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(text, 1)
        layout.addWidget(again, 0, Qt.AlignmentFlag.AlignTop)
        return made

    def _sentence(self, row: ServiceRow, word: str) -> str:
        now = self._services.clock.wall_ms()
        said = [word]
        if row.restarts:
            said.append(words.count(row.restarts, tr("started again once"), tr("started again {n} times")))
        if row.fault:
            said.append(f"{words.ago(row.fault_ms, now)}: {row.fault}")
        return " · ".join(said)

    def _restart(self, name: str, asked: QPushButton, _checked: bool = False) -> None:
        self._operations.start(tr("Start again"), partial(self._restart_now, name), busy=asked)

    async def _restart_now(self, name: str) -> None:
        await self._services.operations.supervisor.restart(name)
        self.refresh()
