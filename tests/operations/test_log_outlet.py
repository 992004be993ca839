"""A place that fails or blocks holds up nobody, loses as little as it can, and is told of once."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from operations.log_rig import ScriptedSink, entry, until

from clawd_desktop.operations.log_outlet import GaveUp, Outlet, Pace


class Stage:
    def __init__(self, pace: Pace) -> None:
        self.sink = ScriptedSink()
        self.changes: list[str] = []
        self.outlet = Outlet(self.sink, lambda outlet: self.changes.append(outlet.fault), pace)

    def give(self, *texts: str) -> None:
        self.outlet.give([entry(text) for text in texts])


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage(Pace(linger_s=0.0, retry_s=0.005, blocked_s=0.05))
    yield made
    made.sink.gate.set()
    made.outlet.close(1)


def test_lines_arrive_in_order_and_in_batches_of_what_the_sink_takes(stage: Stage) -> None:
    stage.sink.most = 2
    stage.give("a", "b", "c")
    stage.give("d")
    until(lambda: len(stage.sink.texts) == 4)
    assert stage.sink.texts == ["a", "b", "c", "d"]
    assert max(stage.sink.batches) == 2


def test_after_a_failure_nothing_is_missing(stage: Stage) -> None:
    stage.sink.error = OSError(28, "No space left on device")
    stage.give("a", "b")
    until(lambda: bool(stage.changes))
    assert stage.changes == ["the test's place cannot be written to: No space left on device."]
    stage.give("c")
    stage.sink.error = None
    until(lambda: len(stage.sink.texts) == 3)
    assert stage.sink.texts == ["a", "b", "c"]
    until(lambda: stage.changes[-1] == "")
    assert len(stage.changes) == 2, "it was told of once, and once that it is over"


def test_a_place_that_blocks_is_told_of_once(stage: Stage) -> None:
    stage.sink.gate.clear()
    stage.give("a")
    assert stage.sink.entered.wait(5)
    until(lambda: (stage.give("more"), bool(stage.outlet.fault))[1])
    for _ in range(20):
        stage.give("x")
    assert stage.changes == ["the test's place has taken no line for 0.05 s."]
    stage.sink.gate.set()
    until(lambda: stage.outlet.fault == "")
    until(lambda: len(stage.changes) == 2)


def test_one_that_works_now_and_then_is_told_of_once() -> None:
    stage = Stage(Pace(linger_s=0.0, retry_s=0.001, calm_s=60))
    for _ in range(5):
        stage.sink.error = OSError("away")
        stage.give("x")
        until(lambda: stage.outlet.fault != "")
        stage.sink.error = None
        count = len(stage.sink.texts)
        until(lambda count=count: len(stage.sink.texts) > count)  # type: ignore[misc]
    assert len(stage.changes) == 1
    stage.outlet.close(1)


def test_what_a_place_will_never_take_does_not_block_the_rest(stage: Stage) -> None:
    stage.sink.error = GaveUp("too large", 1)
    stage.give("a")
    until(lambda: stage.outlet.queue.dropped == 1)
    stage.sink.error = None
    stage.give("b")
    until(lambda: "b" in stage.sink.texts)
    assert "a" not in stage.sink.texts
    assert any("1 lines of the log are missing here" in text for text in stage.sink.texts)


def test_an_error_that_nobody_foresaw_ends_nothing(stage: Stage) -> None:
    stage.sink.error = ZeroDivisionError("a bug")
    stage.give("a")
    until(lambda: bool(stage.changes))
    stage.sink.error = None
    until(lambda: stage.sink.texts == ["a"])


def test_only_what_is_wanted_goes_there(stage: Stage) -> None:
    stage.outlet.pick = lambda entries: [each for each in entries if each.level >= logging.ERROR]
    stage.outlet.give([entry("a"), entry("b", logging.ERROR)])
    until(lambda: stage.sink.texts == ["b"])


def test_closing_writes_what_waits_and_takes_no_longer_than_it_may(stage: Stage) -> None:
    stage.give(*"abc")
    stage.outlet.close(5)
    assert stage.sink.texts == ["a", "b", "c"]
    assert stage.sink.closed


def test_closing_one_that_cannot_write_ends_too() -> None:
    stage = Stage(Pace(linger_s=0.0, retry_s=60))
    stage.sink.error = OSError("away")
    stage.give("a")
    until(lambda: bool(stage.changes))
    stage.outlet.close(0.1)
    until(lambda: stage.sink.closed)
