"""The first-run card."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import LocalModels, texts

from clawd_desktop.ui.overview.welcome import Welcome, needs_welcome

pytestmark = pytest.mark.qt


def test_it_is_honest_about_the_small_model() -> None:
    assert any(
        "not very clever" in text
        for text in texts(Welcome(lambda: None, lambda _server: None, lambda: None, lambda _button: None))
    )


def test_servers_that_were_found_are_offered_with_their_first_model() -> None:
    used: list[str] = []
    card = Welcome(lambda: None, lambda server: used.append(server.kind), lambda: None, lambda _button: None)
    card.offer([LocalModels(), LocalModels(kind="lmstudio", models=("qwen",)), LocalModels(models=())])
    offers = [button for button in card.findChildren(QPushButton) if button.text().startswith("Use ")]
    assert [offer.text() for offer in offers] == ["Use llama3.2:3b from Ollama", "Use qwen from LM Studio"]
    offers[1].click()
    assert used == ["lmstudio"]
    card.offer([])
    assert card._found.count() == 0


def test_who_has_a_backup_can_say_so() -> None:
    asked: list[QPushButton] = []
    card = Welcome(lambda: None, lambda _server: None, lambda: None, asked.append)
    card.earlier.click()
    assert asked == [card.earlier]


@pytest.mark.parametrize(
    ("model", "needed"), [("", True), ("local/smollm2-135m-instruct", True), ("ollama/llama3", False)]
)
def test_it_is_shown_while_only_the_built_in_model_answers(model: str, needed: bool) -> None:
    assert needs_welcome(model) is needed
