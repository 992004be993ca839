"""A row's buttons can be reached by keyboard and reader, and stay while text streams in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from clawd_desktop.ui.chat.layout import Action, lay_out
from clawd_desktop.ui.chat.paint import Scene
from clawd_desktop.ui.chat.row_widget import RowWidget
from clawd_desktop.ui.chat.rows import Mark, Row, RowKind, error_row, new_uid
from clawd_desktop.ui.chat.style import look
from clawd_desktop.ui.theme import Theme

TEXT = "Use this:\n\n```sh\n" + "ls " * 100 + "\n```"


class Stage:
    """A row that can show any layout."""

    def __init__(self, theme: Theme) -> None:
        self.parent = QWidget()
        self.theme, self.look = theme, look(theme)
        self.row = RowWidget(self.parent, theme, lambda laid: Scene(theme, 5000, {}))
        self.acted: list[tuple[int, str, int]] = []
        self.row.acted.connect(lambda *values: self.acted.append(values))
        self.parent.resize(800, 600)
        self.parent.show()

    def show(self, row: Row) -> None:
        laid = lay_out(row, 800, self.look, self.row.layout_)
        self.row.resize(800, laid.height)
        self.row.show_layout(laid)

    def buttons(self) -> list[QAbstractButton]:
        return [button for button in self.row.findChildren(QAbstractButton) if button.isVisible()]


@pytest.fixture
def stage(qtbot: QtBot, theme: Theme) -> Stage:
    made = Stage(theme)
    qtbot.addWidget(made.parent)
    return made


def test_buttons_have_names_and_tell_what_was_wanted(stage: Stage) -> None:
    row = Row(new_uid(), RowKind.ASSISTANT, TEXT, 1)
    stage.show(row)
    assert [button.accessibleName() for button in stage.buttons()] == ["Copy code", "Copy message"]
    QTest.mouseClick(stage.buttons()[0], Qt.MouseButton.LeftButton)
    QTest.keyClick(stage.buttons()[1], Qt.Key.Key_Space)
    assert stage.acted == [(row.uid, Action.COPY_CODE, 1), (row.uid, Action.COPY_MESSAGE, -1)]


def test_an_error_offers_ways_on(stage: Stage) -> None:
    stage.show(error_row("No key.", "details", 1, "r"))
    assert [button.text() for button in stage.buttons()] == ["Try again", "Copy details"]


def test_buttons_stay_while_text_streams_in(stage: Stage) -> None:
    live = Row(new_uid(), RowKind.ASSISTANT, TEXT, 1, mark=Mark.LIVE)
    stage.show(live)
    before = stage.buttons()
    stage.show(replace(live, text=TEXT + "\n\nand more"))
    assert stage.buttons() == before
    stage.show(replace(live, text="nothing"))
    assert stage.buttons() == []


def test_wide_code_can_be_scrolled(stage: Stage) -> None:
    stage.show(Row(new_uid(), RowKind.ASSISTANT, TEXT, 1))
    bar = stage.row.findChild(QScrollBar)
    assert isinstance(bar, QScrollBar)
    bar.setValue(50)
    assert stage.row.layout_ is not None
    assert stage.row.layout_.pieces[1].offset == 50
    assert bar.maximum() == stage.row.layout_.pieces[1].overflow


def test_a_reader_hears_the_message(stage: Stage) -> None:
    stage.show(Row(new_uid(), RowKind.ASSISTANT, "Hello there", 0))
    assert stage.row.accessibleName() == "Assistant, Hello there"
