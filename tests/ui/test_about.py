"""About names the version and where things lie."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from ui.staging import Stage, texts

from clawd_desktop import __version__
from clawd_desktop.ui.about import About

pytestmark = pytest.mark.qt


def test_facts_for_a_report_can_be_copied(stage: Stage, qapp: QApplication) -> None:
    about = About(stage.services)
    next(button for button in about.findChildren(QPushButton) if button.text() == "Copy").click()
    copied = qapp.clipboard().text()
    assert f"Clawd Desktop {__version__}" in copied
    assert str(stage.services.state_folder) in copied
    assert f"Version {__version__}" in texts(about)
