"""The state as a small drawing beside a word: shape and colour, so that colour alone never carries meaning."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.tray_state import Look

LOOKS = {
    Look.ACTION: ("alerts", "accent_text"),
    Look.ERROR: ("error", "bad"),
    Look.STOPPED: ("stop", "muted"),
    Look.PAUSED: ("pause", "info"),
    Look.BUSY: ("backup", "info"),
    Look.WORKING: ("resources", "good"),
    Look.OK: ("good", "good"),
}


class StatusDot(QWidget):
    """Shows a drawing of the icon set in a colour of the theme. Screen readers get the text beside it instead."""

    def __init__(self, theme: Theme, size: int = 20) -> None:
        super().__init__()
        self._theme = theme
        self._size = size
        self._name, self._role = LOOKS[Look.OK]
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """A square."""
        return QSize(self._size, self._size)

    def show_look(self, look: Look) -> None:
        """Show the state of the whole application."""
        self.show_icon(*LOOKS[look])

    def show_icon(self, name: str, role: str) -> None:
        """Show the drawing `name` in the colour `role`."""
        if (name, role) != (self._name, self._role):
            self._name, self._role = name, role
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw it."""
        icon: QIcon = self._theme.icon(self._name, self._role)
        icon.paint(QPainter(self), self.rect())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw it in the new theme's colour."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.update()
        super().changeEvent(event)
