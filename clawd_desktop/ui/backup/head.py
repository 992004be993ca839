"""The head of the page: whether there is a good backup, the way to make one, and how far that is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from clawd_desktop.backup.progress import Progress
from clawd_desktop.ui.backup.words import Standing
from clawd_desktop.ui.backup.work_bar import WorkBar
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label


class HeadCard(Card):
    """`start` makes a backup, `stop` ends what goes on."""

    def __init__(self, theme: Theme, start: Callable[[], None], stop: Callable[[], None]) -> None:
        super().__init__()
        self._sign = StatusDot(theme, 24)
        self.sentence = label("", "heading", wrap=True)
        self._more = label("", "muted", wrap=True, selectable=True)
        self.start = button(tr("Back up now"), start, role="primary")
        self.stop = button(tr("Stop"), stop)
        self.stop.hide()
        self._work = WorkBar()
        self.bar = self._work.bar
        self._work.hide()
        self._lay_out()

    def show_standing(self, standing: Standing) -> None:
        """Show the answer."""
        self._sign.show_icon(standing.icon, standing.colour)
        self.sentence.setText(standing.sentence)
        self._more.setText(standing.more)
        self._more.setVisible(bool(standing.more))

    def show_working(self, working: bool) -> None:
        """Something goes on, or nothing does; the keyboard stays at the button that takes the other's place."""
        if working == (not self._work.isHidden()):
            return
        former, shown = (self.start, self.stop) if working else (self.stop, self.start)
        focused = former.hasFocus()
        if working:
            self._work.begin()
            self.stop.setEnabled(True)
        shown.show()
        if focused:
            shown.setFocus()
        former.hide()
        self._work.setVisible(working)

    def show_stopping(self) -> None:
        """It was asked to end, which takes until the next piece of work."""
        self.stop.setEnabled(False)
        self._work.stopping()

    def show_progress(self, progress: Progress, now_s: float) -> None:
        """Show how far it is at `now_s` of a clock that only ever grows."""
        self._work.show_progress(progress, now_s)

    def _lay_out(self) -> None:
        text = QVBoxLayout()
        text.setSpacing(SPACE // 2)
        text.addWidget(self.sentence)
        text.addWidget(self._more)
        row = QHBoxLayout()
        row.setSpacing(3 * SPACE)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(text, 1)
        for each in (self.start, self.stop):
            row.addWidget(each, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self.body.addWidget(self._work)
