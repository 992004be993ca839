"""What people type at the start of a line, and what it asks for."""

from __future__ import annotations

import pytest

from clawd_desktop.agent.commands import COMMANDS, STOP_WORDS, Command, Verb, help_text, parse


@pytest.mark.parametrize("word", sorted(STOP_WORDS))
def test_every_stop_word_stops(word: str) -> None:
    assert parse(f" {word.upper()} ") == Command(Verb.STOP)


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.verb)
def test_every_command_is_understood_by_each_of_its_words_and_explained(spec: object) -> None:
    for word in spec.words:  # type: ignore[attr-defined]
        command = parse(f"{word}  rest of it ")
        assert command is not None
        assert command.verb is spec.verb  # type: ignore[attr-defined]
        assert word in help_text()


@pytest.mark.parametrize("text", ["hello", "/unknown thing", "please stop", "stop it", "", "/", "say /stop"])
def test_ordinary_text_is_no_command(text: str) -> None:
    assert parse(text) is None


def test_the_rest_of_the_line_belongs_to_the_command() -> None:
    assert parse("/new tell me a story") == Command(Verb.RESET, "tell me a story")
    assert parse("Neustart hallo", reset_triggers=("neustart",)) == Command(Verb.RESET, "hallo")
