"""A theme and a look for tests that lay out or paint."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from clawd_desktop.ui.chat.style import Look, look
from clawd_desktop.ui.theme import Theme


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The light theme."""
    return Theme(qapp, "light")


@pytest.fixture
def plain_look(theme: Theme) -> Look:
    """Its fonts and colours."""
    return look(theme)
