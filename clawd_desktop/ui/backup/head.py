"""The head of the page: whether there is a good backup, the way to make one, and how far that is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from clawd_desktop.backup.progress import Progress
from clawd_desktop.ui.backup.pace import Pace
from clawd_desktop.ui.backup.words import Standing, course
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label, tooltip

# A bar counts in int, which bytes do not fit in.
_STEPS = 1_000


class HeadCard(Card):
    """`start` makes a backup, `stop` ends what goes on."""

    def __init__(self, theme: Theme, start: Callable[[], None], stop: Callable[[], None]) -> None:
        super().__init__()
        self._pace = Pace()
        self._sign = StatusDot(theme, 24)
        self.sentence = label("", "heading", wrap=True)
        self._more = label("", "muted", wrap=True, selectable=True)
        self.start = button(tr("Back up now"), start, role="primary")
        self.stop = button(tr("Stop"), stop)
        self.stop.hide()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("How far it is"))
        self._course = label("", "body")
        self._file = _Elided()
        self._work = self._build_work()
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
        self._pace = Pace()
        former, shown = (self.start, self.stop) if working else (self.stop, self.start)
        focused = former.hasFocus()
        if working:
            self._show(tr("It begins."), 0, "")
            self.stop.setEnabled(True)
        shown.show()
        if focused:
            shown.setFocus()
        former.hide()
        self._work.setVisible(working)

    def show_stopping(self) -> None:
        """It was asked to end, which takes until the next piece of work."""
        self.stop.setEnabled(False)
        self._course.setText(tr("It is being stopped."))

    def show_progress(self, progress: Progress, now_s: float) -> None:
        """Show how far it is at `now_s` of a clock that only ever grows."""
        speed = self._pace.add(now_s, progress)
        if not self.stop.isEnabled():
            return
        done = round(_STEPS * progress.done_bytes / progress.total_bytes) if progress.total_bytes else 0
        self._show(course(progress, speed), done, progress.file)

    def _show(self, text: str, done: int, file: str) -> None:
        self.bar.setRange(0, _STEPS if done else 0)
        self.bar.setValue(done)
        self._course.setText(text)
        self._file.show_text(file)

    def _build_work(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 2 * SPACE, 0, 0)
        column.setSpacing(SPACE)
        for part in (self.bar, self._course, self._file):
            column.addWidget(part)
        return made

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


class _Elided(QLabel):
    """A path in one line, cut in the middle; whole in the tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "caption")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show as much of it as fits; an empty one keeps its line."""
        self._whole = text
        self.setToolTip(tooltip(text))
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Cut it anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        cut = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width())
        self.setText(cut or " ")
