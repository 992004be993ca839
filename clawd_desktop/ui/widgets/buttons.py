"""Buttons: one to go on, quiet ones beside it, and icon buttons that still have a name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QToolButton

from clawd_desktop.ui.theme import Theme


def button(text: str, pressed: Callable[[], object], *, role: str = "") -> QPushButton:
    """A button with a word; `role` is "" (outlined), "primary" (the one thing to do) or "quiet" (no outline)
    or "link" (a word in a card)."""
    made = QPushButton(text)
    made.setProperty("role", role)
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked=False: pressed())
    return made


def icon_button(theme: Theme, icon: str, name: str, pressed: Callable[[], None], *, role: str = "muted") -> QToolButton:
    """A button that shows only a drawing; `name` is its tooltip and what a screen reader says."""
    made = QToolButton()
    made.setToolTip(name)
    made.setAccessibleName(name)
    made.setIconSize(QSize(18, 18))
    theme.bind_icon(made, icon, role)
    made.clicked.connect(lambda _checked=False: pressed())
    return made
