"""The steps that are one card: the passphrase, a failure, the end, and work."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from ui.staging import Stage, texts
from ui.test_accessibility import mute

from clawd_desktop.core.errors import Unreadable
from clawd_desktop.ui.backup.restore_cards import EndCard, FaultCard, KeyCard, WorkCard, as_page
from clawd_desktop.ui.backup.restore_words import Ending

pytestmark = pytest.mark.qt


@pytest.fixture
def asked() -> list[str]:
    return []


def test_what_is_typed_opens_and_an_empty_line_does_nothing(stage: Stage, asked: list[str]) -> None:
    card = KeyCard(stage.services.theme, asked.append, lambda: asked.append("back"))
    card.ask("a.tar.zst.age", wrong=False)
    assert {"This backup is locked.", "a.tar.zst.age"} <= set(texts(card))
    assert card.wrong.isHidden()
    card.open.click()
    assert asked == []
    card.line.setText("word")
    QTest.keyClick(card.line, Qt.Key.Key_Return)
    card.ask("a.tar.zst.age", wrong=True)
    assert "That does not open it." in texts(card)
    assert card.line.text() == ""
    assert asked == ["word"]
    assert mute(card) == []


def test_a_failure_says_why_and_can_be_tried_again(stage: Stage, asked: list[str]) -> None:
    card = FaultCard(stage.services.theme, lambda: asked.append("again"), lambda: asked.append("back"))
    card.show_fault("a.tar.zst", Unreadable("Byte 7 is wrong.", hint="Take another.", path="a"))
    assert "a.tar.zst\nByte 7 is wrong. Take another." in texts(card)
    card.again.click()
    card.back.click()
    assert asked == ["again", "back"]


def test_the_end_lists_what_to_do_and_offers_what_can_be_done(stage: Stage, asked: list[str]) -> None:
    card = EndCard(
        stage.services.theme,
        lambda: asked.append("settings"), lambda: asked.append("undo"), lambda: asked.append("done"),
    )  # fmt: skip
    card.show_ending(Ending("good", "good", "Your data is back.", "More.", ("Note.",), ("models.x.apiKey",), "r1"))
    assert {"Your data is back.", "More.", "•  Note.", "•  models.x.apiKey"} <= set(texts(card))
    for button in (card.settings, card.undo, card.done):
        button.click()
    assert asked == ["settings", "undo", "done"]
    card.show_ending(Ending("error", "bad", "It did not happen."))
    assert card.undo.isHidden()
    assert card.settings.isHidden()


def test_work_can_be_stopped_and_stands_on_a_page(stage: Stage, asked: list[str]) -> None:
    card = WorkCard(stage.services.theme, lambda: asked.append("stop"))
    page = as_page("Restore", card)
    assert "Restore" in texts(page)
    card.stop.click()
    assert asked == ["stop"]
