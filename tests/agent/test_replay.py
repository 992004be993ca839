"""A recorded turn comes out the same when it is run again, and whatever was tampered with is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clawd_desktop.agent import turn
from clawd_desktop.agent.replay import replay
from clawd_desktop.agent.turn import TOOK_TOO_LONG
from clawd_desktop.core.messages import Message, Text, ToolCall, Usage, tool_result, user_message
from clawd_desktop.core.ports import (
    ModelChosen,
    ModelDone,
    ModelEvent,
    ModelRequest,
    TextDelta,
    ThinkingDelta,
    ToolCallReady,
)
from clawd_desktop.core.recorded import RecordedCall, RecordedEnd, RecordedFault, RecordedRun

ASKED = user_message("What time is it?", now_ms=1)
CALL = ToolCall("c1", "clock", {"zone": "UTC"})
WISH = Message("assistant", (Text("I look."), CALL), 5, "p", "m", usage=Usage(5, 2), stop_reason="toolUse")
TIME = tool_result(CALL, "12:00", now_ms=6)
SAID = Message("assistant", (Text("It is 12:00."),), 7, "p", "m", usage=Usage(9, 4), stop_reason="stop")


def question(*messages: Message) -> ModelRequest:
    return ModelRequest("be kind", messages)


def call(request: ModelRequest, *events: ModelEvent, fault: RecordedFault | None = None) -> RecordedCall:
    chosen = ModelChosen("p", "m", 8192)
    return RecordedCall(request, tuple((0.1 * n, event) for n, event in enumerate((chosen, *events))), fault)


FIRST = call(
    question(ASKED), TextDelta("I "), TextDelta("look."), ToolCallReady(CALL), ModelDone("toolUse", Usage(5, 2))
)
SECOND = call(question(ASKED, WISH, TIME), TextDelta("It is 12:00."), ModelDone("stop", Usage(9, 4)))
WHOLE = RecordedRun("r1", "agent:main:main", (FIRST, SECOND), (WISH, TIME, SAID), RecordedEnd("reply"))


def test_a_turn_with_a_tool_comes_out_the_same() -> None:
    again = replay(WHOLE)
    assert (again.same, again.difference, again.calls, again.end) == (True, "", 2, RecordedEnd("reply"))
    assert [message.text for message in again.messages] == ["I look.", "12:00", "It is 12:00."]


def test_a_fault_and_what_was_said_before_it() -> None:
    fault = RecordedFault("model.timeout", "It was too slow.", "Try again.")
    broken = Message("assistant", (Text("We"),), 9, "p", "m", stop_reason="error", error="It was too slow. Try again.")
    end = RecordedEnd("fail", "model.timeout", "It was too slow. Try again.")
    run = RecordedRun("r", "k", (call(question(ASKED), TextDelta("We"), fault=fault),), (broken,), end)
    assert replay(run).same


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        ("rpc", Message("assistant", (Text("We"),), 9, "p", "m", stop_reason="aborted")),
        ("timeout", Message("assistant", (Text("We"),), 9, "p", "m", stop_reason="error", error=TOOK_TOO_LONG)),
    ],
)
def test_a_stop_in_the_middle_of_an_answer(reason: str, left: Message) -> None:
    run = RecordedRun("r", "k", (call(question(ASKED), TextDelta("We")),), (left,), RecordedEnd("abort", reason))
    assert replay(run).same


def test_a_stop_while_a_tool_ran() -> None:
    run = RecordedRun("r", "k", (FIRST,), (WISH,), RecordedEnd("abort", "rpc"))
    assert not replay(replace(run, end=RecordedEnd("reply"))).same
    aborted = Message("assistant", WISH.content[:1], 9, "p", "m", stop_reason="aborted")
    assert replay(replace(run, stored=(WISH, aborted))).same


def test_a_stop_before_the_first_question() -> None:
    assert replay(RecordedRun("r", "k", (), (), RecordedEnd("abort", "rpc"))).same


def without_done(run: RecordedRun) -> RecordedRun:
    return replace(run, calls=(FIRST, replace(SECOND, answer=SECOND.answer[:-1])))


def other_word(run: RecordedRun) -> RecordedRun:
    return replace(run, calls=(FIRST, call(SECOND.request, TextDelta("It is 13:00."), ModelDone("stop", Usage(9, 4)))))


def other_usage(run: RecordedRun) -> RecordedRun:
    return replace(run, stored=(WISH, TIME, replace(SAID, usage=Usage(9, 5))))


def other_result(run: RecordedRun) -> RecordedRun:
    return replace(run, stored=(WISH, replace(TIME, content=(Text("11:00"),)), SAID))


def no_result(run: RecordedRun) -> RecordedRun:
    return replace(run, stored=(WISH, SAID))


def less_asked(run: RecordedRun) -> RecordedRun:
    return replace(run, calls=(FIRST,))


def more_asked(run: RecordedRun) -> RecordedRun:
    return replace(run, calls=(FIRST, SECOND, SECOND))


def other_end(run: RecordedRun) -> RecordedRun:
    return replace(run, end=RecordedEnd("fail", "disk", "The disk is full."))


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (other_word, "Message 3 (assistant) differs: its text was 'It is 12:00.', and is 'It is 13:00.' now."),
        (other_usage, "Message 3 (assistant) differs: its usage was "),
        (other_result, "Question 2 was recorded with another last message: its text was '12:00', and is '11:00' now."),
        (no_result, "2 messages were recorded, and 1 come out now."),
        (without_done, "3 messages were recorded, and 2 come out now."),
        (less_asked, "3 messages were recorded, and 2 come out now."),
        (more_asked, "The model was asked 3 times, and 2 times now."),
        (other_end, "It ended as fail disk The disk is full., and ends as reply now."),
    ],
)
def test_the_first_difference_is_named(tamper: Callable[[RecordedRun], RecordedRun], told: str) -> None:
    again = replay(tamper(WHOLE))
    assert not again.same
    assert again.difference.startswith(told)


def test_other_rules_of_a_turn_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "MAX_MODEL_CALLS", 1)
    again = replay(WHOLE)
    assert again.difference == "3 messages were recorded, and 2 come out now."
    assert again.end.code == "turn.too_many_calls"


def test_reasoning_of_a_model_that_was_given_up_is_void() -> None:
    events = (
        ThinkingDelta("hm"),
        ModelChosen("q", "n", 8192, "p is busy"),
        TextDelta("Hi"),
        ModelDone("stop", Usage()),
    )
    said = Message("assistant", (Text("Hi"),), 3, "q", "n", usage=Usage(), stop_reason="stop")
    assert replay(RecordedRun("r", "k", (call(question(ASKED), *events),), (said,), RecordedEnd("reply"))).same
