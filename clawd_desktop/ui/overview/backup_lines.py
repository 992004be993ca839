"""Two lines of the Overview that say whether backups can be trusted; each opens the page with them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from clawd_desktop.core.backup_facts import BackupFacts
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.overview.backup_words import Line, last_drill, newest
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label, tooltip

NEWEST, DRILL = "newest", "drill"
_NAMES = {NEWEST: mark("Last verified backup"), DRILL: mark("Last drill")}


class BackupLines(QWidget):
    """`open_page` is called with the line that was chosen. Until facts come, both say that nobody knows."""

    def __init__(self, theme: Theme, open_page: Callable[[QPushButton], None]) -> None:
        super().__init__()
        self._signs: dict[str, StatusDot] = {}
        self.links: dict[str, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SPACE + 2)
        grid.setColumnStretch(3, 1)
        for row, (key, name) in enumerate(_NAMES.items()):
            self._signs[key] = StatusDot(theme, 16)
            self.links[key] = button("", lambda: None, role="link")
            self.links[key].clicked.connect(lambda _=False, link=self.links[key]: open_page(link))
            grid.addWidget(label(tr(name), "muted"), row, 0)
            grid.addWidget(self._signs[key], row, 1)
            grid.addWidget(self.links[key], row, 2, Qt.AlignmentFlag.AlignLeft)
        self.show_facts(None, 0, 0)

    def show_facts(self, facts: BackupFacts | None, old_after_s: float, now_ms: int) -> None:
        """Show how it stands; None: nobody knows."""
        self._show(NEWEST, newest(facts, old_after_s, now_ms))
        self._show(DRILL, last_drill(facts, now_ms))

    def _show(self, key: str, line: Line) -> None:
        self._signs[key].show_icon(line.icon, line.colour)
        link = self.links[key]
        if link.text() != line.text or link.toolTip() != tooltip(line.more):
            link.setText(line.text)
            link.setToolTip(tooltip(line.more))
            link.setAccessibleName(f"{tr(_NAMES[key])}: {line.text}")
            link.setAccessibleDescription(line.more)
