"""A message goes into a transcript and comes back; odd ones come back as well as they can."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.core.messages import (
    Image,
    Message,
    Text,
    Thinking,
    ToolCall,
    Usage,
    from_wire,
    to_wire,
    user_message,
)
from clawd_desktop.core.values import JsonObject

texts = st.text(max_size=20)
contents = st.one_of(
    st.builds(Text, texts),
    st.builds(Image, texts, texts),
    st.builds(Thinking, texts, texts),
    st.builds(ToolCall, texts, texts, st.dictionaries(texts, texts | st.integers() | st.none(), max_size=3)),
)
counts = st.integers(0, 10**9)
usages = st.builds(Usage, counts, counts, counts, counts, st.floats(0, 1000))
told = st.builds(
    Message,
    role=st.sampled_from(["user", "assistant"]),
    content=st.lists(contents, max_size=4).map(tuple),
    timestamp=st.integers(0, 2**50),
    provider=texts,
    model=texts,
    api=texts,
    usage=st.none() | usages,
    stop_reason=st.sampled_from([None, "stop", "length", "toolUse", "error", "aborted", "injected"]),
    error=texts,
)
results = st.builds(
    Message,
    role=st.just("toolResult"),
    content=st.lists(contents, max_size=2).map(tuple),
    timestamp=st.integers(0, 2**50),
    tool_call_id=texts,
    tool_name=texts,
    is_error=st.booleans(),
)


@given(told | results)
def test_there_and_back(message: Message) -> None:
    assert from_wire(json.loads(json.dumps(to_wire(message)))) == message


def test_the_wire_form_of_an_answer() -> None:
    message = Message(
        "assistant",
        (Thinking("hm", "sig"), Text("Let me look."), ToolCall("c1", "read", {"path": "x"})),
        5,
        provider="openai",
        model="gpt-5",
        api="openai-completions",
        usage=Usage(1, 2, 3, 4, 0.5),
        stop_reason="toolUse",
    )
    assert to_wire(message) == {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "hm", "thinkingSignature": "sig"},
            {"type": "text", "text": "Let me look."},
            {"type": "toolCall", "id": "c1", "name": "read", "arguments": {"path": "x"}},
        ],
        "api": "openai-completions",
        "provider": "openai",
        "model": "gpt-5",
        "usage": {
            "input": 1, "output": 2, "cacheRead": 3, "cacheWrite": 4, "totalTokens": 10, "cost": {"total": 0.5},
        },
        "stopReason": "toolUse",
        "timestamp": 5,
    }  # fmt: skip


def test_absent_facts_have_no_key() -> None:
    assert to_wire(user_message("hi", now_ms=1)) == {
        "role": "user",
        "content": [{"type": "text", "text": "hi"}],
        "timestamp": 1,
    }


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        ({"role": "user", "content": "plain"}, "plain"),
        ({"role": "user"}, ""),
        ({"role": "user", "content": None}, ""),
        ({"role": "user", "content": [{"type": "text", "text": "a"}, 5, {"type": "odd"}, {"type": "text"}]}, "a"),
        ({"role": "assistant", "content": [{"type": "text", "text": "a"}], "usage": [], "stopReason": 9}, "a"),
    ],
)
def test_odd_messages(wire: JsonObject, text: str) -> None:
    message = from_wire(wire)
    assert message is not None
    assert message.text == text
    assert (message.usage, message.stop_reason, message.timestamp) == (None, None, 0)


@pytest.mark.parametrize("wire", [{}, {"role": "system"}, {"role": 5}, {"role": None, "content": "x"}])
def test_what_is_no_message(wire: JsonObject) -> None:
    assert from_wire(wire) is None


def test_usage_adds_up() -> None:
    total = Usage(1, 2, 3, 4, 0.5) + Usage(10, 20, 30, 40, 0.25)
    assert total == Usage(11, 22, 33, 44, 0.75)
    assert total.total == 110
    assert Usage().total == 0


def test_text_and_tool_calls() -> None:
    call = ToolCall("c", "n", {})
    message = Message("assistant", (Text("a"), call, Thinking("x"), Text("b")), 1)
    assert (message.text, message.tool_calls) == ("ab", (call,))


def test_what_a_person_says() -> None:
    picture = Image("aGk=", "image/png")
    assert user_message("", now_ms=1, images=(picture,)).content == (picture,)
    assert user_message("hi", now_ms=1, images=(picture,)).content == (Text("hi"), picture)
