"""Runs are remembered while they go on and for ten minutes after."""

from __future__ import annotations

from clawd_desktop.agent.runs import REMEMBERED_S, Outcome, Run, RunRegistry, RunState, Submission
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.messages import user_message


def run(name: str, session: str = "agent:main:main") -> Run:
    return Run(Submission(session, "hi", name), session, user_message("hi", now_ms=1))


def ended(name: str, session: str = "agent:main:main") -> Run:
    done = run(name, session)
    done.end(Outcome(RunState.OK, 1, 2))
    return done


async def test_only_the_first_outcome_counts() -> None:
    one = run("a")
    one.end(Outcome(RunState.ABORTED, 1, 2))
    one.end(Outcome(RunState.OK, 1, 3))
    assert one.outcome is not None
    assert one.outcome.state is RunState.ABORTED
    assert one.ended.is_set()


async def test_what_goes_on_is_listed_by_session_oldest_first() -> None:
    registry = RunRegistry(ManualClock())
    a, b, c = run("a"), run("b", "agent:main:other"), run("c")
    for each in (a, b, c, ended("d")):
        registry.add(each)
    assert registry.going_on() == (a, b, c)
    assert registry.going_on("agent:main:main") == (a, c)


async def test_ended_runs_are_forgotten_after_ten_minutes_and_running_ones_never() -> None:
    clock = ManualClock()
    registry = RunRegistry(clock)
    registry.add(ended("old"))
    going_on = run("going on")
    registry.add(going_on)
    clock.advance(REMEMBERED_S + 1)
    registry.add(run("new"))
    assert registry.get("old") is None
    assert registry.get("going on") is going_on


async def test_there_is_a_bound_on_what_is_remembered() -> None:
    registry = RunRegistry(ManualClock())
    for number in range(1200):
        registry.add(ended(str(number)))
    assert registry.get("0") is None
    assert registry.get("1199") is not None


async def test_a_run_that_never_began_can_be_tried_again() -> None:
    registry = RunRegistry(ManualClock())
    one = run("a")
    registry.add(one)
    registry.discard(one)
    assert registry.get("a") is None


async def test_what_was_asked_is_not_remembered_once_it_was_answered() -> None:
    registry = RunRegistry(ManualClock())
    done, going = ended("a"), run("b")
    for each in (done, going, run("c")):
        registry.add(each)
    assert (done.submission.text, done.own.text, done.id) == ("", "", "a")
    assert (going.submission.text, going.own.text) == ("hi", "hi")
    assert registry.get("a") is done
