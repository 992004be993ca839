"""A remark above the box goes when it is closed or acted on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clawd_desktop.ui.chat.banner import Banner
from clawd_desktop.ui.theme import Theme


def test_a_sentence_with_and_without_a_way_on(qtbot: QtBot, theme: Theme) -> None:
    banner, done = Banner(theme), list[str]()
    qtbot.addWidget(banner)
    banner.tell("Too long <b>", "Paste the beginning", lambda: done.append("pasted"))
    assert banner.text.text() == "Too long <b>"
    assert banner.text.textFormat() is Qt.TextFormat.PlainText
    QTest.mouseClick(banner.action, Qt.MouseButton.LeftButton)
    assert (done, banner.isVisible()) == (["pasted"], False)
    banner.tell("Only a sentence")
    assert not banner.action.isVisible()
    QTest.mouseClick(banner.close_button, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()
