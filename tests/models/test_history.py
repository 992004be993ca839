"""A conversation is made acceptable without losing what was said."""

from __future__ import annotations

from clawd_desktop.core.messages import Image, Message, Text, Thinking, ToolCall, user_message
from clawd_desktop.models.history import acceptable
from clawd_desktop.models.pricing import ModelRow

SEES = ModelRow("anthropic", "claude", "Claude", input=("text", "image"))
BLIND = ModelRow("deepseek", "chat", "Chat")
CALL = ToolCall("c1", "read", {"path": "a"})


def answer(*parts: Text | Thinking | ToolCall, model: str = "claude") -> Message:
    return Message("assistant", parts, 2, provider="anthropic", model=model)


def result(id: str, text: str = "ok") -> Message:
    return Message("toolResult", (Text(text),), 3, tool_call_id=id, tool_name="read")


def roles(messages: tuple[Message, ...]) -> list[str]:
    return [message.role for message in messages]


def test_pictures_are_named_to_models_that_do_not_see() -> None:
    message = user_message("look", now_ms=1, images=(Image("AA", "image/png"),))
    assert acceptable([message], SEES) == (message,)
    assert "cannot see" in acceptable([message], BLIND)[0].text


def test_reasoning_goes_back_only_to_the_model_that_made_it() -> None:
    message = answer(Thinking("hm", "sig"), Text("4"))
    assert acceptable([message], SEES)[0].content == message.content
    assert acceptable([answer(Thinking("hm", "sig"), Text("4"), model="other")], SEES)[0].content == (Text("4"),)


def test_empty_answers_are_left_out() -> None:
    assert acceptable([answer(), answer(Text(" \n")), answer(Text("x"))], SEES) == (answer(Text("x")),)


def test_a_call_without_result_gets_one() -> None:
    kept = acceptable([answer(CALL), user_message("stop", now_ms=4)], SEES)
    assert roles(kept) == ["assistant", "toolResult", "user"]
    assert kept[1].tool_call_id == "c1"
    assert kept[1].is_error


def test_a_result_without_call_is_left_out() -> None:
    assert roles(acceptable([user_message("hi", now_ms=1), result("lost")], SEES)) == ["user"]


def test_results_are_moved_directly_behind_their_calls_in_order() -> None:
    second = ToolCall("c2", "read", {})
    kept = acceptable([answer(CALL, second), user_message("hurry", now_ms=3), result("c2", "two"), result("c1")], SEES)
    assert roles(kept) == ["assistant", "toolResult", "toolResult", "user"]
    assert [message.tool_call_id for message in kept[1:3]] == ["c1", "c2"]


def test_a_result_counts_once_and_only_before_the_next_answer() -> None:
    kept = acceptable([answer(CALL), result("c1", "first"), result("c1", "again"), answer(CALL), result("c1")], SEES)
    assert [message.text for message in kept if message.role == "toolResult"] == ["first", "ok"]
