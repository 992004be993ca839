"""A conversation is fitted into the small window: newest kept, beginning with a person."""

from __future__ import annotations

import pytest

from clawd_desktop.core.messages import Image, Message, Text, Thinking, user_message
from clawd_desktop.core.ports import ModelRequest
from clawd_desktop.models.local_prompt import LEAN_SYSTEM, chat_body, fitting, shortened
from clawd_desktop.models.tokens import estimate


def said(text: str) -> Message:
    return Message("assistant", (Thinking("hm"), Text(text)), 0)


def asked(text: str) -> Message:
    return user_message(text, now_ms=0)


def texts(messages: tuple[Message, ...], budget: int) -> list[str]:
    return [str(message["content"]) for message in fitting(messages, budget)]


TALK = (asked("one"), said("two"), asked("three"), said("four"), asked("five"))


@pytest.mark.parametrize(
    ("budget", "kept"),
    [
        (1000, ["one", "two", "three", "four", "five"]),
        (48, ["one", "two", "three", "four", "five"]),
        (40, ["three", "four", "five"]),
        (20, ["five"]),
        (1, ["five"]),
    ],
)
def test_the_newest_are_kept(budget: int, kept: list[str]) -> None:
    assert texts(TALK, budget) == kept


def test_a_message_that_is_too_long_keeps_beginning_and_end() -> None:
    (text,) = texts((asked("old"), asked("start " + "x" * 9000 + " end")), 200)
    assert text.startswith("start ")
    assert text.endswith(" end")
    assert estimate(text) <= 210


@pytest.mark.parametrize("text", ["short", "word " * 5000, "你好" * 5000, "a你" * 3000])
def test_shortened(text: str) -> None:
    assert estimate(shortened(text, 100)) <= 115


def test_what_has_no_text_is_left_out() -> None:
    picture = user_message("", now_ms=0, images=(Image("AA", "image/png"),))
    tool = Message("toolResult", (Text("42"),), 0, tool_call_id="c")
    assert fitting((picture, asked("sum?"), tool, Message("assistant", (), 0)), 100) == [
        {"role": "user", "content": "sum?"},
        {"role": "user", "content": "42"},
    ]


@pytest.mark.parametrize(
    ("system", "sent"), [("You are Tom.", "You are Tom."), ("", LEAN_SYSTEM), ("long " * 500, LEAN_SYSTEM)]
)
def test_a_long_system_prompt_is_replaced(system: str, sent: str) -> None:
    body = chat_body(ModelRequest(system, (asked("hi"),), max_tokens=9000), budget=500, longest_answer=400)
    assert body["messages"] == [{"role": "system", "content": sent}, {"role": "user", "content": "hi"}]
    assert body["max_tokens"] == 400


def test_a_conversation_without_words_is_no_crash() -> None:
    assert chat_body(ModelRequest("", ()), budget=500, longest_answer=400)["messages"] == [
        {"role": "system", "content": LEAN_SYSTEM}
    ]
