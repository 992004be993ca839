"""Labels in the few type roles of the house."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as Markup
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

ROLES = ("title", "heading", "strong", "body", "muted", "caption", "good", "warning", "bad")


def label(text: str = "", role: str = "body", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """A plain-text label; `role` is one of ROLES and decides size, weight and colour."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def tooltip(text: str) -> str:
    """The tooltip that shows foreign text as it is: Qt would take markup in it for its own and load its pictures."""
    return Markup.convertFromPlainText(text) if Markup.mightBeRichText(text) else text


def line() -> QFrame:
    """A hairline between parts."""
    made = QFrame()
    made.setProperty("role", "line")
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Give the widget another role; it is drawn anew."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
