"""Background tasks are kept, named, and never fail in silence."""

from __future__ import annotations

import asyncio
import gc
import logging

import pytest

from clawd_desktop.core import tasks
from clawd_desktop.core.errors import NotFound
from clawd_desktop.core.tasks import attempt, spawn, stop


async def test_a_task_has_a_name_and_a_result() -> None:
    async def answer() -> int:
        return 42

    task = spawn(answer(), name="answer")
    assert task.get_name() == "answer"
    assert await task == 42


async def test_a_task_that_nobody_holds_goes_on() -> None:
    done = asyncio.Event()
    gate = asyncio.Event()

    async def wait() -> None:
        await gate.wait()
        done.set()

    spawn(wait(), name="forgotten")
    gc.collect()
    gate.set()
    await asyncio.wait_for(done.wait(), 5)


async def test_a_failure_is_logged_with_the_name(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ValueError("went wrong")

    with caplog.at_level(logging.ERROR, "clawd.tasks"):
        task = spawn(fail(), name="doomed")
        await asyncio.wait({task})
        await asyncio.sleep(0)
    assert "doomed" in caplog.text
    assert "went wrong" in caplog.text
    assert caplog.records[0].exc_info


async def test_ended_tasks_are_let_go() -> None:
    async def nothing() -> None:
        return None

    task = spawn(nothing(), name="short")
    assert task in tasks._running
    await task
    await asyncio.sleep(0)
    assert task not in tasks._running


async def test_stop_ends_a_task_and_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    ended = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    task = spawn(forever(), name="forever")
    await asyncio.sleep(0)
    await stop(task)
    assert task.cancelled()
    assert ended == [True]
    assert not caplog.records


async def test_stop_waits_for_a_task_that_takes_its_time() -> None:
    steps: list[str] = []
    gate = asyncio.Event()

    async def slow() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            steps.append("asked")
            await gate.wait()
            steps.append("ended")

    task = spawn(slow(), name="slow")
    await asyncio.sleep(0)
    stopping = spawn(stop(task), name="stopping")
    for _ in range(3):
        await asyncio.sleep(0)
    assert steps == ["asked"]
    gate.set()
    await stopping
    assert steps == ["asked", "ended"]


async def test_stop_of_nothing_of_an_ended_task_and_of_oneself() -> None:
    async def nothing() -> None:
        return None

    await stop(None)
    task = spawn(nothing(), name="over")
    await task
    await stop(task)
    await stop(asyncio.current_task())


def test_attempt_gives_the_result() -> None:
    assert attempt(lambda: 42, name="sum") == 42


def test_attempt_gives_a_foreseen_failure_without_a_log_line(caplog: pytest.LogCaptureFixture) -> None:
    failure = NotFound("Not there.")

    def work() -> None:
        raise failure

    assert attempt(work, name="look") is failure
    assert not caplog.records


def test_attempt_logs_what_nobody_foresaw(caplog: pytest.LogCaptureFixture) -> None:
    def work() -> None:
        raise ZeroDivisionError("odd")

    assert isinstance(attempt(work, name="divide"), ZeroDivisionError)
    assert "divide failed" in caplog.text
    assert caplog.records[0].exc_info
