"""The list of pages."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import Stage

from clawd_desktop.ui.navigation import Navigation
from clawd_desktop.ui.windows import PAGES

pytestmark = pytest.mark.qt


def test_each_page_has_a_button_that_goes_there_and_names_its_shortcut(stage: Stage) -> None:
    gone: list[str] = []
    list_of_pages = Navigation(stage.services.theme, PAGES, gone.append, lambda _name: None)
    buttons = [button for button in list_of_pages.findChildren(QPushButton) if button.isCheckable()]
    for button in buttons:
        button.click()
    assert gone == [row.id for row in PAGES]
    assert [button.toolTip()[-8:] for button in buttons] == [f"(Ctrl+{number})" for number in range(1, 10)]


def test_only_the_open_page_is_marked(stage: Stage) -> None:
    list_of_pages = Navigation(stage.services.theme, PAGES, lambda _page: None, lambda _name: None)
    list_of_pages.mark("chat")
    list_of_pages.mark("logs")
    assert [b.accessibleName() for b in list_of_pages.findChildren(QPushButton) if b.isChecked()] == [
        "Logs & diagnostics"
    ]
