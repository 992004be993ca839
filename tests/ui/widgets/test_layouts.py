"""A layout can be emptied."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from clawd_desktop.ui.widgets.layouts import clear

pytestmark = pytest.mark.qt


def test_widgets_and_stretches_go() -> None:
    parent = QWidget()
    layout = QVBoxLayout(parent)
    layout.addWidget(QLabel("x"))
    layout.addStretch(1)
    clear(layout)
    assert layout.count() == 0
