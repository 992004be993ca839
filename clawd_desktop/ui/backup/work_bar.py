"""How far long work is: a bar, a line with bytes, rate and time left, and the file that it is at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from clawd_desktop.backup.progress import Progress
from clawd_desktop.ui.backup.pace import Pace
from clawd_desktop.ui.backup.words import course
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.widgets.text import label, tooltip

# A bar counts in int, which bytes do not fit in.
_STEPS = 1_000


class WorkBar(QWidget):
    """Keeps its height whatever it says."""

    def __init__(self) -> None:
        super().__init__()
        self._pace = Pace()
        self._stopping = False
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("How far it is"))
        self._course = label("", "body")
        self._file = _Elided()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * SPACE, 0, 0)
        column.setSpacing(SPACE)
        for part in (self.bar, self._course, self._file):
            column.addWidget(part)

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping

    def begin(self) -> None:
        """Nothing is known yet but that it goes on."""
        self._pace = Pace()
        self._stopping = False
        self._show(tr("It begins."), 0, "")

    def stopping(self) -> None:
        """It was asked to end, which takes until the next piece of work."""
        self._stopping = True
        self._course.setText(tr("It is being stopped."))

    def show_progress(self, progress: Progress, now_s: float) -> None:
        """Show how far it is at `now_s` of a clock that only ever grows."""
        speed = self._pace.add(now_s, progress)
        if self._stopping:
            return
        done = round(_STEPS * progress.done_bytes / progress.total_bytes) if progress.total_bytes else 0
        self._show(course(progress, speed), done, progress.file)

    def _show(self, text: str, done: int, file: str) -> None:
        self.bar.setRange(0, _STEPS if done else 0)
        self.bar.setValue(done)
        self._course.setText(text)
        self._file.show_text(file)


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
