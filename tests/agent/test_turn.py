"""A turn as a table: what happens goes in, what is to be done comes out."""

from __future__ import annotations

import pytest

from clawd_desktop.agent.turn import (
    CUT_OFF,
    MAX_MODEL_CALLS,
    SAID_NOTHING,
    TIMEOUT,
    TOOK_TOO_LONG,
    Abort,
    Began,
    CallModel,
    Fail,
    Happening,
    ModelBroke,
    Reply,
    RunTools,
    Say,
    Stopped,
    Store,
    ToolsEnded,
    Turn,
    step,
)
from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.core.messages import Message, Text, Thinking, ToolCall, Usage
from clawd_desktop.core.ports import ModelChosen, ModelDone, TextDelta, ThinkingDelta, ToolCallReady

CALL = ToolCall("c1", "read", {"path": "x"})
RESULT = Message("toolResult", (Text("42"),), 5, tool_call_id="c1", tool_name="read")
BROKEN = ModelFault("The stream broke.", kind=ModelFaultKind.BROKEN_STREAM, hint="Send it again.")


def play(*happenings: Happening) -> tuple[Turn, list[object]]:
    turn, done = Turn(), []
    for happening in happenings:
        turn, actions = step(turn, happening, now_ms=7)
        done += actions
    return turn, done


def kinds(actions: list[object]) -> list[str]:
    return [type(action).__name__ for action in actions]


def test_a_plain_answer_is_said_stored_and_replied() -> None:
    turn, actions = play(
        Began(), ModelChosen("p", "m", 1000), TextDelta("Hel"), TextDelta("lo"), ModelDone("stop", Usage(3, 2))
    )
    assert kinds(actions) == ["CallModel", "Say", "Say", "Store", "Reply"]
    assert actions[2] == Say("Hello", "lo")
    reply = actions[-1]
    assert isinstance(reply, Reply)
    assert reply.message.text == "Hello"
    assert (reply.message.provider, reply.message.model, reply.message.usage) == ("p", "m", Usage(3, 2))
    assert turn.ended


def test_tools_run_and_the_model_is_asked_again() -> None:
    turn, actions = play(
        Began(), TextDelta("Let me look."), ToolCallReady(CALL), ModelDone("toolUse", Usage(1, 1)),
        ToolsEnded((RESULT,)), TextDelta("It is 42."), ModelDone("stop", Usage(2, 2)),
    )  # fmt: skip
    assert kinds(actions) == ["CallModel", "Say", "Store", "RunTools", "Store", "CallModel", "Say", "Store", "Reply"]
    assert actions[3] == RunTools((CALL,))
    assert actions[4] == Store(RESULT)
    assert actions[6] == Say("It is 42.", "It is 42."), "the text starts anew after tools"
    assert turn.usage == Usage(3, 3)


def test_tools_without_end_are_stopped() -> None:
    once: tuple[Happening, ...] = (ToolCallReady(CALL), ModelDone("toolUse", Usage()), ToolsEnded((RESULT,)))
    turn, actions = play(Began(), *once * MAX_MODEL_CALLS)
    assert isinstance(actions[-1], Fail)
    assert actions[-1].code == "turn.too_many_calls"
    assert sum(isinstance(action, CallModel) for action in actions) == MAX_MODEL_CALLS
    assert turn.ended


@pytest.mark.parametrize(
    ("happenings", "text", "error"),
    [
        ((Began(), ModelBroke(BROKEN)), "", "The stream broke. Send it again."),
        ((Began(), TextDelta("Half"), ModelBroke(BROKEN)), "Half", "The stream broke. Send it again."),
        ((Began(), ModelDone("stop", Usage())), "", SAID_NOTHING),
        ((Began(), TextDelta("  "), ModelDone("stop", Usage())), "  ", SAID_NOTHING),
    ],
)
def test_a_failure_is_kept_and_told(happenings: tuple[Happening, ...], text: str, error: str) -> None:
    _, actions = play(*happenings)
    stored, failed = actions[-2:]
    assert isinstance(stored, Store)
    assert (stored.message.text, stored.message.error, stored.message.stop_reason) == (text, error, "error")
    assert isinstance(failed, Fail)
    assert failed.sentence == error


def test_a_broken_message_keeps_no_call_that_never_runs() -> None:
    _, actions = play(Began(), TextDelta("I will"), ToolCallReady(CALL), ModelBroke(BROKEN))
    stored = actions[-2]
    assert isinstance(stored, Store)
    assert stored.message.tool_calls == ()


@pytest.mark.parametrize(
    ("said", "expected"), [("Half an ans", ["Store", "Abort"]), ("", ["Abort"]), ("  \n", ["Abort"])]
)
def test_stopping_keeps_what_was_said(said: str, expected: list[str]) -> None:
    _, actions = play(Began(), TextDelta(said), Stopped("rpc"))
    assert kinds(actions)[2:] == expected
    assert actions[-1] == Abort("rpc")


@pytest.mark.parametrize("said", ["Half an ans", ""])
def test_a_turn_that_took_too_long_says_so_in_the_chat(said: str) -> None:
    _, actions = play(Began(), TextDelta(said), Stopped(TIMEOUT))
    stored, aborted = actions[-2:]
    assert isinstance(stored, Store)
    assert (stored.message.text, stored.message.stop_reason, stored.message.error) == (said, "error", TOOK_TOO_LONG)
    assert aborted == Abort(TIMEOUT)


def test_nothing_follows_an_ending() -> None:
    turn, _ = play(Began(), Stopped("rpc"))
    assert step(turn, TextDelta("late"), 9) == (turn, ())


def test_an_answer_cut_at_the_limit_says_so() -> None:
    _, actions = play(Began(), TextDelta("and then"), ModelDone("length", Usage()))
    reply = actions[-1]
    assert isinstance(reply, Reply)
    assert reply.message.error == CUT_OFF


def test_thinking_is_joined_until_it_is_signed() -> None:
    turn, _ = play(Began(), ThinkingDelta("a"), ThinkingDelta("b", "sig"), ThinkingDelta("c"), TextDelta("d"))
    assert turn.parts == (Thinking("ab", "sig"), Thinking("c"), Text("d"))


def test_another_model_begins_without_the_reasoning_of_the_one_before() -> None:
    turn, _ = play(
        Began(), ModelChosen("a", "m", 1000), ThinkingDelta("hm"), ModelChosen("b", "n", 1000), TextDelta("Hi")
    )
    assert turn.parts == (Text("Hi"),)
    assert (turn.provider, turn.model) == ("b", "n")
