"""A page is loading, empty, broken or there."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from ui.staging import Stage, settled, texts

from clawd_desktop.ui.widgets.states import SKELETON_AFTER_MS, States

pytestmark = pytest.mark.qt


def press(states: States, text: str) -> None:
    next(button for button in states.findChildren(QPushButton) if button.text() == text).click()


async def test_quick_data_shows_no_skeleton(stage: Stage) -> None:
    states = States(stage.services.theme, QWidget())
    states.loading()
    assert states.state() == "blank"
    states.normal()
    await asyncio.sleep(SKELETON_AFTER_MS / 1000 + 0.05)
    assert states.state() == "normal"


async def test_slow_data_shows_one(stage: Stage) -> None:
    states = States(stage.services.theme, QWidget())
    states.loading()
    await settled(lambda: states.state() == "loading")


async def test_an_empty_page_has_one_sentence_and_one_button(stage: Stage) -> None:
    states, pressed = States(stage.services.theme, QWidget()), list[int]()
    states.empty("Nothing is here yet.", "Add one", lambda: pressed.append(1))
    press(states, "Add one")
    assert pressed == [1]
    assert "Nothing is here yet." in texts(states)


async def test_an_error_says_what_and_why_and_can_be_tried_again_and_copied(stage: Stage, qapp: QApplication) -> None:
    states, tried = States(stage.services.theme, QWidget()), list[int]()
    states.error("It cannot be shown.", "The disk is full.", lambda: tried.append(1), details="storage")
    press(states, "Try again")
    press(states, "Copy details")
    assert tried == [1]
    assert qapp.clipboard().text() == "It cannot be shown.\nThe disk is full.\nstorage"


async def test_messages_do_not_pile_up(stage: Stage) -> None:
    states = States(stage.services.theme, QWidget())
    for number in range(5):
        states.empty(f"Nothing {number}", "Add", lambda: None)
    assert states._stack.count() == 4
