"""The header shows whole titles where there is room and offers what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from clawd_desktop.ui.chat.header import Header
from clawd_desktop.ui.theme import Theme


def test_titles_are_shortened_to_the_room(qtbot: QtBot, theme: Theme) -> None:
    header = Header(theme)
    qtbot.addWidget(header)
    header.resize(900, 56)
    header.show()
    header.show_title("A title of some length that fits", saved=True)
    assert header.title.text() == "A title of some length that fits"
    header.resize(300, 56)
    assert header.title.text().endswith("…")
    assert header.title.toolTip() == "A title of some length that fits"


def test_markup_in_a_title_is_shown_and_not_followed(qtbot: QtBot, theme: Theme) -> None:
    header = Header(theme)
    qtbot.addWidget(header)
    header.resize(300, 56)
    header.show()
    header.show_title('<img src="file://evil.example/share/x.png"> and a good deal more', saved=True)
    assert "<img" not in header.title.toolTip()
    assert "&lt;img" in header.title.toolTip()


def test_only_a_saved_conversation_can_be_renamed_or_deleted(qtbot: QtBot, theme: Theme) -> None:
    header = Header(theme)
    qtbot.addWidget(header)
    header.show()
    header.show_title("New", saved=False)
    assert not header.more_button.isEnabled()
    header.show_title("Old", saved=True)
    QTest.mouseClick(header.more_button, Qt.MouseButton.LeftButton)
    menu = header.findChild(QMenu)
    assert isinstance(menu, QMenu)
    wanted: list[str] = []
    header.rename_wanted.connect(lambda: wanted.append("rename"))
    header.delete_wanted.connect(lambda: wanted.append("delete"))
    for action in menu.actions():
        action.trigger()
    menu.close()
    assert wanted == ["rename", "delete"]
