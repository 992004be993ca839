"""Words above a view: views are built when they are chosen, by mouse or arrow keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from ui.staging import Stage

from clawd_desktop.ui.widgets.segments import Segments

pytestmark = pytest.mark.qt


def test_a_view_is_built_when_it_is_first_chosen_and_kept(stage: Stage) -> None:
    built: list[str] = []

    def make(name: str) -> QWidget:
        built.append(name)
        return QLabel(name)

    made = Segments((("a", "One", lambda: make("a")), ("b", "Two", lambda: make("b"))))
    assert made.current == ""
    made.choose("a")
    made.choose("b")
    made.choose("a")
    made.choose("nothing")
    assert (made.current, built) == ("a", ["a", "b"])
    made.deleteLater()


def test_arrow_keys_go_from_word_to_word(stage: Stage) -> None:
    made = Segments((("a", "One", QLabel), ("b", "Two", QLabel)))
    chosen: list[str] = []
    made.chosen.connect(chosen.append)
    made.show()
    first = made.findChildren(QPushButton)[0]
    made.choose("a")
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert made.current == "b"
    QTest.keyClick(made.findChildren(QPushButton)[1], Qt.Key.Key_Left)
    assert (made.current, chosen) == ("a", ["a", "b", "a"])
    made.hide()
    made.deleteLater()


def test_the_chosen_word_has_room_to_be_strong(stage: Stage) -> None:
    made = Segments((("a", "Profile", QLabel), ("b", "Two", QLabel)))
    made.show()
    word = made.findChildren(QPushButton)[0]
    strong = QFont(word.font())
    strong.setWeight(QFont.Weight.DemiBold)
    needed = QFontMetrics(strong).horizontalAdvance(word.text())
    assert needed > word.fontMetrics().horizontalAdvance(word.text())
    around = QPushButton.sizeHint(word).width() - word.fontMetrics().horizontalAdvance(word.text())
    made.choose("a")
    assert word.width() >= needed + around
    made.hide()
    made.deleteLater()
