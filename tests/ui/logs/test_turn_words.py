"""A turn in words."""

from __future__ import annotations

import pytest

from clawd_desktop.core.messages import Usage
from clawd_desktop.operations.trace_tree import Sums
from clawd_desktop.ui.logs.turn_words import facts_of, state_word

pytestmark = pytest.mark.qt


@pytest.mark.parametrize(("state", "word"), [("finished", "Answered"), ("aborted", "Stopped"), ("new", "new")])
def test_how_it_ended(state: str, word: str) -> None:
    assert state_word(state) == word


def test_what_a_turn_used_in_one_line() -> None:
    used = Sums("finished", 2.5, 0.1, 2.0, 0.2, 0.4, Usage(1200, 300, cost=0.25), "openai", "gpt-5", 2, 1, 1, "")
    assert facts_of(used) == (
        "2.5 s in all · first word after 400 ms · openai/gpt-5 · 1.2k tokens read, 300 written · $0.25 · 1 tool · "
        "1 change of model"
    )
