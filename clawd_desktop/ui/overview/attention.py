"""The list of what waits for a person: cause, time, and the buttons that fix it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.core.notices import Notice, Severity
from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label, line

Fix = Callable[[str, QPushButton], None]
# Nobody reads more, and a thousand rows take a second to build.
MOST = 12
# What other rooms write on the buttons of their notices.
ACTIONS = (
    mark("Acknowledge"),
    mark("Allow once"),
    mark("Always"),
    mark("Approve"),
    mark("Back up now"),
    mark("Change the port"),
    mark("Copy the new password"),
    mark("Deny"),
    mark("Gateway settings"),
    mark("Look"),
    mark("Look again"),
    mark("Look at it"),
    mark("Move to the keyring"),
    mark("Open"),
    mark("Reject"),
    mark("Restart the gateway"),
    mark("Restore a backup"),
    mark("Run a gateway here"),
    mark("Show"),
    mark("Show the log"),
    mark("Settings of the log"),
    mark("Go back to the last good one"),
    mark("Make a report"),
    mark("Snooze 1 h"),
    mark("Start again"),
    mark("Start normally"),
    mark("Stop that program"),
    mark("Try again"),
    mark("Undo"),
    mark("Unlock"),
    mark("Use an encrypted file"),
    mark("Use that gateway"),
)
_MARKS = {
    Severity.INFO: ("info", "info"),
    Severity.WARNING: ("warning", "warning"),
    Severity.ERROR: ("error", "bad"),
    Severity.ACTION: ("alerts", "accent_text"),
}


class Attention(Card):
    """Shows the notices; `fix` is called with the id of the chosen action and the button that asked."""

    def __init__(self, theme: Theme, fix: Fix) -> None:
        super().__init__()
        self._theme = theme
        self._fix = fix
        self._shown: tuple[Notice, ...] | None = None
        self.body.setSpacing(3 * SPACE)

    def show_notices(self, notices: Sequence[Notice], now_ms: int) -> None:
        """Show these notices; the list is built again only when they differ."""
        if self._shown == tuple(notices):
            return
        self._shown = tuple(notices)
        clear(self.body)
        for number, notice in enumerate(notices[:MOST]):
            if number:
                self.body.addWidget(line())
            self.body.addWidget(self._row(notice, now_ms))
        if len(notices) > MOST:
            self.body.addWidget(label(tr("And {n} more.", n=f"{len(notices) - MOST:,}"), "muted"))
        self.setVisible(bool(notices))

    def _row(self, notice: Notice, now_ms: int) -> QWidget:
        row = QWidget()
        mark = StatusDot(self._theme)
        mark.show_icon(*_MARKS[notice.severity])
        text = QVBoxLayout()
        text.setSpacing(SPACE // 2)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(label(notice.title, "strong", wrap=True), 1)
        if notice.since_ms:
            head.addWidget(label(words.ago(notice.since_ms, now_ms), "caption"), 0, Qt.AlignmentFlag.AlignTop)
        text.addLayout(head)
        if notice.text:
            text.addWidget(label(notice.text, "muted", wrap=True, selectable=True))
        if notice.actions:
            text.addSpacing(SPACE)
            text.addLayout(self._buttons(notice))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(text, 1)
        row.setAccessibleName(tr("Needs attention: {title}", title=notice.title))
        return row

    def _buttons(self, notice: Notice) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * SPACE)
        for number, action in enumerate(notice.actions):
            made = button(tr(action.label), lambda: None, role="" if number == 0 else "quiet")
            made.clicked.connect(lambda _=False, key=action.id, which=made: self._fix(key, which))
            buttons.addWidget(made)
        buttons.addStretch(1)
        return buttons
