"""Any number of messages costs only what is in sight."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clawd_desktop.core.messages import Message, Text, user_message
from clawd_desktop.ui.chat.rows import Mark, Row, RowKind, new_uid
from clawd_desktop.ui.chat.transcript import Stored, Transcript
from clawd_desktop.ui.chat.view import TranscriptView
from clawd_desktop.ui.theme import Theme

MANY = 10_000


def page(start: int, end: int) -> list[Stored]:
    """A person asks with even numbers, the assistant answers with odd ones."""
    return [Stored(str(number), MAKERS[number % 2](number)) for number in range(start, end)]


def answer(number: int) -> Message:
    return Message("assistant", (Text(f"# Answer {number}\n\nsome **words** [link](https://x.example)"),), 1000)


def question(number: int) -> Message:
    return user_message(f"question {number}", now_ms=1000 + number)


MAKERS = (question, answer)


class Stage:
    """A view over a transcript."""

    def __init__(self, theme: Theme) -> None:
        self.transcript = Transcript(lambda change: self.view.splice(change), lambda time_ms: "")
        self.view = TranscriptView(lambda: self.transcript.rows, theme, lambda: 5000)
        self.view.resize(800, 600)
        self.view.show()

    def seen(self) -> list[str]:
        return [widget.layout_.row.text for widget in self.view.visible_rows() if widget.layout_ is not None]

    def top(self) -> tuple[str, int]:
        """Which row is first in sight, and where."""
        first = self.view.visible_rows()[0]
        assert first.layout_ is not None
        return first.layout_.row.text, first.y()


@pytest.fixture
def stage(qtbot: QtBot, theme: Theme) -> Stage:
    made = Stage(theme)
    qtbot.addWidget(made.view)
    return made


def test_10000_messages_cost_a_screenful(stage: Stage) -> None:
    stage.transcript.reset(page(0, MANY))
    stage.view.refresh()
    assert 2 < stage.view.cache.count < 30
    assert stage.seen()[-1].startswith(f"# Answer {MANY - 1}")
    assert len(stage.view.viewport().children()) < 40


def test_scrolling_lays_out_only_what_comes_into_sight(stage: Stage) -> None:
    stage.transcript.reset(page(0, MANY))
    stage.view.refresh()
    before = stage.view.cache.count
    bar = stage.view.verticalScrollBar()
    for _ in range(40):
        bar.setValue(bar.value() - 100)
    assert stage.view.cache.count - before < 4000 / 60
    assert len(stage.view.cache) <= 80


def test_older_messages_do_not_move_what_is_read(stage: Stage) -> None:
    stage.transcript.reset(page(5000, 5060))
    stage.view.refresh()
    stage.view.verticalScrollBar().setValue(30)
    before = stage.top()
    stage.transcript.prepend(page(4940, 5000))
    stage.view.refresh()
    assert stage.top() == before


def test_going_up_through_guessed_heights_never_jumps(stage: Stage) -> None:
    stage.transcript.reset(page(0, 300))
    stage.view.refresh()
    bar = stage.view.verticalScrollBar()
    for _ in range(100):
        text, y = stage.top()
        bar.setValue(bar.value() - 25)
        after = {w.layout_.row.text: w.y() for w in stage.view.visible_rows() if w.layout_ is not None}
        assert after[text] == y + 25


def test_the_view_follows_at_the_end_and_stays_elsewhere(stage: Stage) -> None:
    stage.transcript.reset(page(0, 100))
    stage.view.refresh()
    stage.transcript.append(Row(new_uid(), RowKind.USER, "new", 1))
    stage.view.refresh()
    assert stage.seen()[-1] == "new"
    bar = stage.view.verticalScrollBar()
    bar.setValue(bar.value() - 500)
    before = stage.top()
    stage.transcript.append(Row(new_uid(), RowKind.USER, "newer", 1))
    stage.view.refresh()
    assert (stage.top(), stage.view.at_end) == (before, False)
    stage.view.to_end()
    assert (stage.seen()[-1], stage.view.at_end) == ("newer", True)


def test_streaming_lays_out_one_row_for_each_repaint(stage: Stage) -> None:
    stage.transcript.reset(page(0, MANY))
    live = Row(new_uid(), RowKind.ASSISTANT, "", 1, mark=Mark.LIVE)
    stage.transcript.append(live)
    stage.view.refresh()
    before = stage.view.cache.count
    for words in range(1, 51):
        stage.transcript.put(replace(live, text="word " * words))
        stage.view.refresh()
    assert stage.view.cache.count - before == 50


def test_the_beginning_is_told_so_that_older_messages_are_loaded(stage: Stage, qtbot: QtBot) -> None:
    stage.transcript.reset(page(0, 200))
    stage.view.refresh()
    with qtbot.waitSignal(stage.view.near_top, timeout=1000):
        stage.view.verticalScrollBar().setValue(0)


def test_keys_scroll_and_copy(stage: Stage) -> None:
    stage.transcript.reset(page(0, 100))
    stage.view.refresh()
    QTest.keyClick(stage.view, Qt.Key.Key_Home)
    assert stage.seen()[0] == "question 0"
    QTest.keyClick(stage.view, Qt.Key.Key_PageDown)
    assert stage.seen()[0] != "question 0"
    QTest.keyClick(stage.view, Qt.Key.Key_End)
    assert stage.seen()[-1].startswith("# Answer 99")
    QTest.keyClick(stage.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(stage.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(stage.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "question 98"
    QTest.keyClick(stage.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert stage.view.selected_text().count("question") == 50


def test_another_theme_or_width_lays_out_anew(stage: Stage, theme: Theme) -> None:
    stage.transcript.reset(page(0, 100))
    stage.view.refresh()
    before = stage.view.cache.count
    theme.use("dark")
    middle = stage.view.cache.count
    stage.view.resize(500, 600)
    assert before < middle < stage.view.cache.count
