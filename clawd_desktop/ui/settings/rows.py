"""A setting as a row: name and explanation at the left, its editor at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.text import label, line


def setting_row(name: str, help: str, right: QWidget) -> QWidget:
    """The row; a click on the name goes to the editor."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6 * SPACE)
    words = QVBoxLayout()
    words.setSpacing(SPACE // 2)
    caption = label(name)
    caption.setBuddy(right)
    words.addStretch(1)
    words.addWidget(caption)
    if help:
        words.addWidget(label(help, "caption", wrap=True))
    words.addStretch(1)
    layout.addLayout(words, 1)
    layout.addWidget(right, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
    return row


def titled_card(title: str, rows: list[QWidget]) -> QWidget:
    """Rows in a card with hairlines between them, under a heading."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2 * SPACE)
    heading: QLabel = label(title, "heading")
    column.addWidget(heading)
    card = Card()
    card.body.setSpacing(3 * SPACE)
    for number, row in enumerate(rows):
        if number:
            card.body.addWidget(line())
        card.body.addWidget(row)
    column.addWidget(card)
    return made
