"""The dialog that says why nothing else is on the screen yet."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from clawd_desktop.ui.folder_trouble import FolderTrouble

pytestmark = pytest.mark.qt


def test_quit_in_the_dialog_ends_the_application(shell: object) -> None:
    asked: list[bool] = []
    trouble = FolderTrouble("The disk is full.", lambda: asked.append(True))
    trouble.show()
    assert "The disk is full." in trouble.informativeText()
    trouble.findChildren(QPushButton)[0].click()
    assert asked == [True]
    assert not trouble.isVisible()


def test_it_goes_without_ending_anything_when_the_folder_is_back(shell: object) -> None:
    asked: list[bool] = []
    trouble = FolderTrouble("The disk is full.", lambda: asked.append(True))
    take_away = trouble.present()
    assert trouble.isVisible()
    take_away()
    assert asked == []
    assert not trouble.isVisible()
