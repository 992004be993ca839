"""The mouse selects across rows, words by a double click, and follows links."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clawd_desktop.core.messages import Message, Text, user_message
from clawd_desktop.ui.chat.transcript import Stored, Transcript
from clawd_desktop.ui.chat.view import TranscriptView
from clawd_desktop.ui.theme import Theme


class Stage:
    """A view over a transcript."""

    def __init__(self, theme: Theme) -> None:
        self.transcript = Transcript(lambda change: self.view.splice(change), lambda time_ms: "")
        self.view = TranscriptView(lambda: self.transcript.rows, theme, lambda: 5000)
        self.view.resize(800, 600)
        self.view.show()


@pytest.fixture
def stage(qtbot: QtBot, theme: Theme) -> Stage:
    made = Stage(theme)
    qtbot.addWidget(made.view)
    return made


def questions(count: int) -> list[Stored]:
    return [Stored(str(n), user_message(f"question {n}", now_ms=1000 + n)) for n in range(count)]


def middle_of(stage: Stage, text: str) -> QPoint:
    widget = next(w for w in stage.view.visible_rows() if w.layout_ is not None and w.layout_.row.text.startswith(text))
    assert widget.layout_ is not None
    return widget.pos() + widget.layout_.pieces[-1].rect.topLeft() + QPoint(4, 10)


def test_the_mouse_selects_over_several_messages(stage: Stage) -> None:
    stage.transcript.reset(questions(3))
    stage.view.refresh()
    begin, end = middle_of(stage, "question 0"), middle_of(stage, "question 2")
    QTest.mousePress(stage.view.viewport(), Qt.MouseButton.LeftButton, pos=begin - QPoint(20, 0))
    QTest.mouseMove(stage.view.viewport(), end + QPoint(200, 0))
    QTest.mouseRelease(stage.view.viewport(), Qt.MouseButton.LeftButton, pos=end + QPoint(200, 0))
    assert stage.view.selected_text().split("\n\n")[0] == "question 0"
    assert stage.view.selected_text().endswith("question 2")
    QTest.mouseDClick(stage.view.viewport(), Qt.MouseButton.LeftButton, pos=begin)
    assert stage.view.selected_text() == "question"


def test_a_click_on_a_link_tells_its_target_and_a_selection_does_not(stage: Stage) -> None:
    link = Message("assistant", (Text("[a rather long link text](https://x.example)"),), 1)
    stage.transcript.reset([Stored("1", link)])
    stage.view.refresh()
    point = middle_of(stage, "[a rather")
    clicked: list[str] = []
    stage.view.link_activated.connect(clicked.append)
    QTest.mouseClick(stage.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    QTest.mousePress(stage.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    QTest.mouseMove(stage.view.viewport(), point + QPoint(60, 0))
    QTest.mouseRelease(stage.view.viewport(), Qt.MouseButton.LeftButton, pos=point + QPoint(60, 0))
    assert clicked == ["https://x.example"]
    assert stage.view.links_of(stage.transcript.rows[0].uid) == ["https://x.example"]


def hover(stage: Stage, point: QPoint) -> None:
    none = Qt.MouseButton.NoButton
    where = QPointF(point)
    move = QMouseEvent(QEvent.Type.MouseMove, where, where, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(stage.view.viewport(), move)


def test_the_cursor_says_what_a_click_would_do(stage: Stage) -> None:
    link = Message("assistant", (Text("[a rather long link text](https://x.example)\n\nwords"),), 1)
    stage.transcript.reset([Stored("1", link)])
    stage.view.refresh()
    shapes = []
    for point in (middle_of(stage, "[a rather"), middle_of(stage, "[a rather") + QPoint(2, 40), QPoint(2, 300)):
        hover(stage, point)
        shapes.append(QCursor(stage.view.viewport().cursor()).shape())
    assert shapes == [Qt.CursorShape.PointingHandCursor, Qt.CursorShape.IBeamCursor, Qt.CursorShape.ArrowCursor]


def test_an_empty_view_has_nothing_to_select(stage: Stage) -> None:
    QTest.mouseClick(stage.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseDClick(stage.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert stage.view.selected_text() == ""
    assert stage.view.pointer.row_at(QPoint(5, 5)) == 0
