"""The page opens at the log and builds its other views when they are chosen."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import Stage

from clawd_desktop.ui.logs.page import LogsPage

pytestmark = pytest.mark.qt


async def test_views_are_built_when_chosen(stage: Stage) -> None:
    page = LogsPage(stage.services)
    assert page.segments.current == "log"
    words = [each.text() for each in page.findChildren(QPushButton) if each.isCheckable()]
    assert words == ["Log", "Self-test", "Turns", "Services", "Profile", "Report"]
    page.segments.choose("services")
    page.refresh()
    assert page.segments.current == "services"
    page.deleteLater()
