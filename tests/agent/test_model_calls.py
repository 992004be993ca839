"""Each model of one question is measured from when it was chosen until it answered or was given up."""

from __future__ import annotations

from clawd_desktop.agent.model_calls import NO_REASON, CallWatch, ModelCall
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.messages import ToolCall, Usage
from clawd_desktop.core.ports import ModelChosen, ModelDone, TextDelta, ToolCallReady


def test_a_good_answer() -> None:
    clock = ManualClock()
    watch = CallWatch(clock.monotonic)
    assert watch.note(ModelChosen("p", "m", 8192)) is None
    clock.advance(2)
    assert watch.note(TextDelta("a")) is None
    clock.advance(3)
    assert watch.note(TextDelta("b")) is None
    assert watch.note(ModelDone("stop", Usage(1, 2))) == ModelCall("p", "m", Usage(1, 2), 5.0, 2.0)


def test_the_next_model_ends_the_one_before_with_its_reason() -> None:
    clock = ManualClock()
    watch = CallWatch(clock.monotonic)
    watch.note(ModelChosen("p", "a", 8192, "a rest of another"))
    clock.advance(1)
    assert watch.note(ModelChosen("q", "b", 8192, "a is busy")) == ModelCall("p", "a", Usage(), 1.0, None, "a is busy")
    clock.advance(4)
    watch.note(ToolCallReady(ToolCall("c", "clock", {})))
    assert watch.note(ModelDone("toolUse", Usage(3))) == ModelCall("q", "b", Usage(3), 4.0, 4.0)


def test_a_model_that_begins_anew_without_a_reason() -> None:
    watch = CallWatch(ManualClock().monotonic)
    watch.note(ModelChosen("p", "a", 8192))
    ended = watch.note(ModelChosen("p", "a", 8192))
    assert ended is not None
    assert ended.error == NO_REASON


def test_a_fault_ends_the_call_once_and_only_when_there_is_one() -> None:
    watch = CallWatch(ManualClock().monotonic)
    fault = BadInput("It broke.", hint="Mend it.")
    assert watch.broke(fault) is None
    watch.note(ModelChosen("p", "a", 8192))
    assert watch.broke(fault) == ModelCall("p", "a", Usage(), 0.0, None, "It broke.")
    assert watch.broke(fault) is None
