"""Stands where the window was while a restore exchanges the files: for a moment nothing else of us runs."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.icons import app_icon
from clawd_desktop.ui.main_window import MainWindow
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.widgets.text import label

_BAR = 60 * SPACE
# Until the other one is painted, or the desktop would be seen through for a moment.
_LINGERS_MS = 250


class BetweenRuns(QWidget):
    """A calm window of the size and place of the one that goes; the next one takes its place in turn."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.page = window.page
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Clawd Desktop")
        self.setWindowIcon(app_icon())
        said = label(tr("Your data is being brought back…"), "heading")
        more = label(tr("Clawd Desktop is there again in a moment."), "muted")
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(_BAR)
        bar.setAccessibleName(said.text())
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(3 * SPACE)
        column.addStretch(2)
        for part in (said, more, bar):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self._stand_in(self, window)

    def give_way(self, window: MainWindow) -> None:
        """Let the window of the next run stand here, whatever the files that came back say of its place."""
        self._stand_in(window, self)
        QTimer.singleShot(_LINGERS_MS, self, self.deleteLater)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """It goes by itself."""
        event.ignore()

    @staticmethod
    def _stand_in(new: QWidget, old: QWidget) -> None:
        if old.isMaximized():
            new.showMaximized()
            return
        new.setGeometry(old.geometry())
        new.show()
