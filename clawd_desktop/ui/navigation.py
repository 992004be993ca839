"""The list of pages at the left of the main window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import icon_button
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label
from clawd_desktop.ui.windows import PageRow

_WIDTH = 224


class Navigation(QFrame):
    """Shows the pages; `go` is called with the id of the chosen one, `run` with the id of another command."""

    def __init__(
        self, theme: Theme, rows: Sequence[PageRow], go: Callable[[str], None], run: Callable[[str], None]
    ) -> None:
        super().__init__()
        self.setProperty("role", "sidebar")
        self.setMinimumWidth(_WIDTH)
        self._theme = theme
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        self._icons = {row.id: row.icon for row in rows}
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACE, 4 * SPACE, 3 * SPACE, 3 * SPACE)
        column.setSpacing(SPACE // 2)
        column.addLayout(self._brand())
        column.addSpacing(3 * SPACE)
        for number, row in enumerate(rows, 1):
            column.addWidget(self._page_button(row, number, go))
        column.addStretch(1)
        column.addWidget(self._command("settings", "settings", tr("Settings"), "Ctrl+,", run))
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        self.back = icon_button(theme, "back", tr("Back (Alt+Left)"), lambda: run("back"))
        self.forward = icon_button(theme, "forward", tr("Forward (Alt+Right)"), lambda: run("forward"))
        foot.addWidget(self.back)
        foot.addWidget(self.forward)
        foot.addWidget(icon_button(theme, "refresh", tr("Refresh (F5)"), lambda: run("refresh")))
        foot.addStretch(1)
        foot.addWidget(icon_button(theme, "search", tr("Find a page or command (Ctrl+K)"), lambda: run("palette")))
        column.addLayout(foot)
        theme.changed.connect(self._tint)

    def mark(self, page: str) -> None:
        """Show which page is open."""
        if page in self._buttons:
            self._buttons[page].setChecked(True)
        self._tint()

    def _brand(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(2 * SPACE, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        claw = StatusDot(self._theme, 22)
        claw.show_icon("claw", "accent")
        row.addWidget(claw)
        row.addWidget(label("Clawd Desktop", "heading"))
        row.addStretch(1)
        return row

    def _page_button(self, row: PageRow, number: int, go: Callable[[str], None]) -> QPushButton:
        made = self._command(row.id, row.icon, tr(row.title), f"Ctrl+{number}", go)
        made.setCheckable(True)
        self._group.addButton(made)
        self._buttons[row.id] = made
        return made

    def _command(self, key: str, icon: str, text: str, shortcut: str, run: Callable[[str], None]) -> QPushButton:
        made = QPushButton("  " + text.replace("&", "&&"))
        made.setProperty("role", "nav")
        made.setAccessibleName(text)
        made.setToolTip(f"{text} ({shortcut})")
        made.setIconSize(QSize(18, 18))
        made.setAutoDefault(False)
        # A click goes to the page, and the keyboard with it; Tab still reaches the list.
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._theme.bind_icon(made, icon, "muted")
        made.clicked.connect(lambda _checked=False: run(key))
        return made

    def _tint(self) -> None:
        for key, made in self._buttons.items():
            made.setIcon(self._theme.icon(self._icons[key], "accent" if made.isChecked() else "muted"))
