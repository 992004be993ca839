"""The beginning offers examples; the skeleton waits before it shows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clawd_desktop.ui.chat.states import EmptyState, Skeleton
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.states import SKELETON_AFTER_MS


def test_an_example_is_asked_as_it_reads(qtbot: QtBot, theme: Theme) -> None:
    empty, asked = EmptyState(theme), list[str]()
    qtbot.addWidget(empty)
    empty.asked.connect(asked.append)
    empty.show()
    for example in empty.examples:
        QTest.mouseClick(example, Qt.MouseButton.LeftButton)
    assert len(asked) == 3
    assert [example.text().strip() for example in empty.examples] == asked


def test_a_short_wait_shows_nothing(qtbot: QtBot) -> None:
    skeleton = Skeleton()
    qtbot.addWidget(skeleton)
    skeleton.show()
    skeleton.begin()
    assert skeleton._wait.interval() == SKELETON_AFTER_MS
    assert not skeleton._bars.isVisible()
    skeleton._wait.timeout.emit()
    assert skeleton._bars.isVisible()
    skeleton.end()
    assert not skeleton._bars.isVisible()
