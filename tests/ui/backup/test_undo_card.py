"""What can be taken back is listed with its time, and each row has its button."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import NOW, Stage, texts

from clawd_desktop.backup.undo import Undoable
from clawd_desktop.ui.backup.undo_card import UndoCard

pytestmark = pytest.mark.qt
WEEK_MS = 7 * 86_400_000
ONE = Undoable("r1", NOW, NOW + WEEK_MS, "b.tar.zst", ("sessions",))
TWO = Undoable("r2", NOW + 1, NOW + WEEK_MS, "c.tar.zst", ("config",), undoes="r0")


def test_without_any_nothing_is_seen(stage: Stage) -> None:
    card = UndoCard(lambda one: None)
    card.show_undoable([], NOW)
    assert card.isHidden()


def test_each_can_be_taken_back_when_nothing_else_goes_on(stage: Stage) -> None:
    asked: list[str] = []
    card = UndoCard(lambda one: asked.append(one.id))
    card.set_free(False)
    card.show_undoable([TWO, ONE], NOW)
    assert not card.isHidden()
    buttons = card.findChildren(QPushButton)
    assert not any(button.isEnabled() for button in buttons)
    card.set_free(True)
    for button in buttons:
        button.click()
    assert asked == ["r2", "r1"]
    assert any(text.startswith("A restore was taken back, ") for text in texts(card))
    assert buttons[1].accessibleName().startswith("Take back: Restored, ")


def test_it_is_built_again_only_when_something_differs(stage: Stage) -> None:
    card = UndoCard(lambda one: None)
    card.show_undoable([ONE], NOW)
    before = card.findChildren(QPushButton)
    card.show_undoable([ONE], NOW)
    assert card.findChildren(QPushButton) == before
