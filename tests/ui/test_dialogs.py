"""Dialogs are awaited: the loop goes on, each way out has its answer, and Escape backs out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMessageBox
from ui.staging import settled

from clawd_desktop.core.tasks import spawn
from clawd_desktop.ui import dialogs

pytestmark = pytest.mark.qt
T = TypeVar("T")


async def answer(question: Coroutine[object, object, T], act: Callable[[QDialog], None]) -> T:
    task = spawn(question, name="question")
    await settled(QApplication.activeModalWidget)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    act(dialog)
    return await task


def press(text: str) -> Callable[[QDialog], None]:
    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, QMessageBox)
        next(button for button in dialog.buttons() if button.text() == text).click()

    return act


def key(code: Qt.Key) -> Callable[[QDialog], None]:
    return lambda dialog: QTest.keyClick(dialog, code)


@pytest.mark.parametrize(
    ("act", "danger", "confirmed"),
    [
        (press("Delete"), False, True),
        (press("Cancel"), False, False),
        (key(Qt.Key.Key_Escape), False, False),
        (key(Qt.Key.Key_Return), False, True),
        (key(Qt.Key.Key_Return), True, False),
        (press("Delete"), True, True),
    ],
)
async def test_confirm(act: Callable[[QDialog], None], danger: bool, confirmed: bool) -> None:
    question = dialogs.confirm(None, "Delete it?", "It goes.", yes="Delete", danger=danger)
    assert await answer(question, act) is confirmed


async def test_choices_answer_with_their_number() -> None:
    assert await answer(dialogs.choose(None, "Which?", "", ["One", "Two"]), press("Two")) == 1


def typed(text: str) -> Callable[[QDialog], None]:
    def act(dialog: QDialog) -> None:
        line = dialog.findChild(QLineEdit)
        assert line is not None and line.accessibleName() == "Name"  # noqa: PT018
        line.setText(text)
        QTest.keyClick(line, Qt.Key.Key_Return)

    return act


async def test_text_is_answered_and_escape_is_none() -> None:
    assert await answer(dialogs.ask_text(None, "Rename", "Name", "old"), typed("new")) == "new"
    assert await answer(dialogs.ask_text(None, "Rename", "Name"), key(Qt.Key.Key_Escape)) is None


async def test_a_secret_is_hidden_while_it_is_typed() -> None:
    def act(dialog: QDialog) -> None:
        line = dialog.findChild(QLineEdit)
        assert line is not None and line.echoMode() is QLineEdit.EchoMode.Password  # noqa: PT018
        typed("hunter2")(dialog)

    assert await answer(dialogs.ask_secret(None, "Key", "Name"), act) == "hunter2"


async def test_a_file_is_chosen(tmp_path: Path) -> None:
    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog)
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        assert line is not None
        line.setText(str(tmp_path / "notes.txt"))
        dialog.accept()

    (tmp_path / "notes.txt").write_text("x")
    chosen = await answer(dialogs.choose_file(None, "Open"), act)
    assert chosen is not None
    assert chosen.name == "notes.txt"


async def test_text_from_elsewhere_is_not_taken_for_markup() -> None:
    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, QMessageBox)
        assert "&lt;img" in dialog.text()
        assert "&lt;b>" in dialog.informativeText()
        dialog.reject()

    await answer(dialogs.error(None, "<img src=x>", "<b>bad</b>"), act)


async def test_the_loop_goes_on_while_a_question_is_open() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while ticks < 20:
            ticks += 1
            await asyncio.sleep(0.001)

    ticker = spawn(tick(), name="ticker")
    question = spawn(dialogs.confirm(None, "Sure?", "", yes="Yes"), name="question")
    await ticker
    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question


async def test_a_cancelled_question_closes_its_dialog() -> None:
    question = spawn(dialogs.confirm(None, "Sure?", "", yes="Yes"), name="question")
    await settled(QApplication.activeModalWidget)
    question.cancel()
    await settled(lambda: QApplication.activeModalWidget() is None)


async def test_a_new_file_gets_its_suffix_and_backing_out_gives_none(tmp_path: Path) -> None:
    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog)
        assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
        dialog.setDirectory(str(tmp_path))
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        assert line is not None
        line.setText("values")
        dialog.accept()

    assert await answer(dialogs.choose_new_file(None, "Save", "x.csv", suffix="csv"), act) == tmp_path / "values.csv"
    assert await answer(dialogs.choose_new_file(None, "Save", "x.csv", suffix="csv"), lambda one: one.reject()) is None
