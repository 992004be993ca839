"""A few letters and Enter go to a page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from clawd_desktop.ui.command_palette import CommandPalette, matching

pytestmark = pytest.mark.qt
COMMANDS = [("overview", "Overview"), ("backup", "Backup & restore"), ("back", "Back"), ("logs", "Logs & diagnostics")]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["overview", "backup", "back", "logs"]),
        ("BACK", ["backup", "back"]),
        ("rest", ["backup"]),
        ("over view", ["overview"]),
        ("nothing", []),
    ],
)
def test_all_typed_words_must_be_in_it(typed: str, found: list[str]) -> None:
    assert [key for key, _ in matching(COMMANDS, typed)] == found


def opened() -> tuple[CommandPalette, QLineEdit, list[str], QWidget]:
    parent, gone = QWidget(), list[str]()
    palette = CommandPalette(parent, COMMANDS, gone.append)
    line = palette.findChild(QLineEdit)
    assert line is not None
    return palette, line, gone, parent


def test_enter_takes_the_first_that_was_found() -> None:
    _palette, line, gone, _parent = opened()
    QTest.keyClicks(line, "log")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert gone == ["logs"]


def test_the_arrows_choose_and_stop_at_the_ends() -> None:
    _palette, line, gone, _parent = opened()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(line, key)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert gone == ["backup"]


def test_nothing_found_goes_nowhere() -> None:
    _palette, line, gone, _parent = opened()
    QTest.keyClicks(line, "zzz")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert gone == []
