"""A sentence above the message box that says why something was not taken, with a way on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import icon_button
from clawd_desktop.ui.widgets.text import label


class Banner(QFrame):
    """One remark at a time; it goes when it is closed or acted on."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._act: Callable[[], None] | None = None
        self.setProperty("role", "banner-warning")
        self.text = label(wrap=True)
        self.action = QPushButton()
        self.action.clicked.connect(self._acted)
        self.close_button = icon_button(theme, "close", tr("Dismiss"), self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self.text, 1)
        row.addWidget(self.action)
        row.addWidget(self.close_button, alignment=Qt.AlignmentFlag.AlignTop)
        self.hide()

    def tell(self, sentence: str, action: str = "", act: Callable[[], None] | None = None) -> None:
        """Show the sentence, with a button when there is something to do."""
        self._act = act
        self.text.setText(sentence)
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.show()

    def _acted(self) -> None:
        act, self._act = self._act, None
        self.hide()
        if act is not None:
            act()
