"""About: which version this is and where its things lie."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from clawd_desktop import __version__
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.icons import app_icon
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.text import label


class About(QDialog):
    """Shows the version; its facts can be copied for a report."""

    def __init__(self, services: UiServices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("About Clawd Desktop"))
        self.setWindowIcon(app_icon())
        facts = "\n".join(
            (
                f"Clawd Desktop {__version__}",
                f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform(terse=True)}",
                tr("Data folder: {folder}", folder=services.state_folder),
            )
        )
        picture = label()
        picture.setPixmap(app_icon().pixmap(64, 64))
        words = QVBoxLayout()
        words.setSpacing(SPACE)
        words.addWidget(label("Clawd Desktop", "title"))
        words.addWidget(label(tr("Version {version}", version=__version__), "muted"))
        words.addSpacing(2 * SPACE)
        words.addWidget(label(tr("A personal assistant that lives on your computer."), wrap=True))
        words.addWidget(label(facts.split("\n", 1)[1], "caption", wrap=True, selectable=True))
        words.addWidget(label(tr("Free software under the MIT licence."), "caption"))
        top = QHBoxLayout()
        top.setSpacing(4 * SPACE)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        foot.addStretch(1)
        foot.addWidget(button(tr("Copy"), lambda: QGuiApplication.clipboard().setText(facts), role="quiet"))
        close = button(tr("Close"), self.close, role="primary")
        close.setDefault(True)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(4 * SPACE)
        layout.addLayout(top)
        layout.addLayout(foot)
        self.setMinimumWidth(115 * SPACE)
