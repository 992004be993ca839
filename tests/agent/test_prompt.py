"""What a model is told fits its window and says nothing twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.agent.prompt import (
    FILE_LIMIT,
    SMALL_WINDOW,
    PromptFacts,
    estimate_tokens,
    fit,
    part_tokens,
    sections,
    system_prompt,
    text_tokens,
    usable,
)
from clawd_desktop.core.messages import Image, Message, Text, Thinking, ToolCall, ToolSpec, user_message

FACTS = PromptFacts("Clawd", "Monday", files=(("SOUL.md", "Be kind."), ("USER.md", "  ")), extra="Be quick.")


def said(text: str, at: int = 1) -> Message:
    return Message("assistant", (Text(text),), at)


def asked(text: str, at: int = 1) -> Message:
    return user_message(text, now_ms=at)


def test_the_prompt_has_the_workspace_only_where_there_is_room() -> None:
    large = system_prompt(sections("I am {name}, today is {today}.", FACTS, SMALL_WINDOW))
    assert large == "I am Clawd, today is Monday.\n\n## SOUL.md\n\nBe kind.\n\nBe quick."
    assert "SOUL.md" not in system_prompt(sections("I am {name}.", FACTS, SMALL_WINDOW - 1))


def test_a_long_workspace_file_is_cut_and_says_so() -> None:
    text = system_prompt(sections("x", PromptFacts("C", "M", files=(("A.md", "y" * (FILE_LIMIT + 9)),)), 100_000))
    assert "[cut at 20,000 characters]" in text
    assert text.count("y") == FILE_LIMIT


def test_each_part_of_a_question_has_its_tokens() -> None:
    made = sections("I am {name}.", FACTS, SMALL_WINDOW)
    spec = ToolSpec("clock", "Tells the time.", {"type": "object"})
    rows = dict(part_tokens(made, (spec,), (asked("a" * 360), said("b" * 720), asked("c" * 36))))
    assert list(rows) == ["identity", "SOUL.md", "extra", "tools", "history", "message"]
    assert rows["identity"] == text_tokens("I am Clawd.")
    assert (rows["history"], rows["message"]) == (4 + 100 + 4 + 200, 4 + 10)
    assert rows["tools"] > text_tokens(spec.description)
    assert "tools" not in dict(part_tokens(made, (), (asked("a"),)))


def test_the_newest_messages_are_kept_and_begin_with_a_person() -> None:
    history = tuple(message for i in range(50) for message in (asked(f"q{i} " * 40, i), said(f"a{i} " * 40, i)))
    kept = fit((*history, asked("last", 99)), 600)
    assert kept[-1].text == "last"
    assert kept[0].role == "user"
    assert kept == (*history, asked("last", 99))[-len(kept) :]
    assert sum(map(estimate_tokens, kept)) <= 600


def test_a_message_larger_than_the_window_is_cut_in_its_middle() -> None:
    (kept,) = fit((asked("begin " + "x" * 100_000 + " end"),), 500)
    assert kept.text.startswith("begin ")
    assert kept.text.endswith(" end")
    assert "characters left out" in kept.text
    assert estimate_tokens(kept) <= 560


@given(st.lists(st.tuples(st.booleans(), st.text(max_size=300)), min_size=1, max_size=30), st.integers(50, 2000))
def test_the_last_message_is_always_there(turns: list[tuple[bool, str]], room: int) -> None:
    history = tuple(asked(text, i) if person else said(text, i) for i, (person, text) in enumerate(turns))
    kept = fit(history, room)
    assert kept
    assert kept[-1].role == history[-1].role


def test_what_waits_for_its_own_turn_is_left_out_and_the_own_message_comes_last() -> None:
    first, second, third = asked("one", 1), asked("two", 2), asked("three", 3)
    stored = (first, second, third, said("answer to one", 4))
    assert usable(stored, second, not_yet=(third,)) == (first, said("answer to one", 4), second)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (Message("assistant", (), 1, error="The key was refused."), ()),
        (Message("assistant", (Thinking("hm"), Text("Hi")), 1), (Text("Hi"),)),
        (
            Message("assistant", (Thinking("hm", "s"), ToolCall("1", "read", {})), 1),
            (Thinking("hm", "s"), ToolCall("1", "read", {})),
        ),
    ],
)
def test_old_failures_and_reasoning_are_not_sent_again(message: Message, shown: tuple[object, ...]) -> None:
    own = asked("next", 9)
    *before, last = usable((asked("q", 0), message, own), own)
    assert last == own
    assert [part for each in before[1:] for part in each.content] == list(shown)


def test_pictures_and_chinese_are_counted_for_what_they_cost() -> None:
    assert estimate_tokens(Message("user", (Image("x", "image/png"),), 1)) > 1000
    assert estimate_tokens(asked("你好吗" * 100)) >= 300
