"""A loop that stands still is noticed while it does, and the guilty stack is written down."""

from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import LoopLagged
from clawd_desktop.operations.stalls import Seen
from clawd_desktop.operations.watchdog import MOST_STACKS, MOST_STALLS, Watchdog


def guilty_function(seconds: float) -> None:
    """Stand still on purpose: what is tested is a loop that is blocked in real time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        threading.Event().wait(0.01)


async def until_told(dog: Watchdog, count: int = 1) -> None:
    async with asyncio.timeout(5):
        while len(dog.stalls) < count:
            await asyncio.sleep(0.005)


async def test_a_stall_is_told_with_its_stack(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("clawd").propagate = True
    bus, told = EventBus(), asyncio.Event()
    lags: list[float] = []
    bus.subscribe(LoopLagged, lambda event: (lags.append(event.seconds), told.set()))
    dog = Watchdog(bus, beat_s=0.01, stall_s=0.05)
    dog.start()
    with caplog.at_level(logging.WARNING, "clawd.watchdog"):
        before = time.time() * 1000
        guilty_function(0.3)
        async with asyncio.timeout(5):
            await told.wait()
        await until_told(dog)
    dog.close()
    assert lags[0] >= 0.05
    assert "guilty_function" in caplog.text
    assert all("whole" in record.__dict__ for record in caplog.records if record.name == "clawd.watchdog")
    stall = dog.stalls[0]
    assert 0.05 <= stall.seconds < 5
    assert -50 <= stall.at_ms - before <= 5000
    assert stall.stacks[0].seen is Seen.BUSY
    assert "guilty_function" in stall.stacks[0].text()


async def test_a_long_stall_is_looked_at_again_and_again_but_not_without_end() -> None:
    dog = Watchdog(EventBus(), beat_s=0.005, stall_s=0.01, again_s=0.005)
    dog.start()
    guilty_function(0.4)
    await until_told(dog)
    dog.close()
    stacks = dog.stalls[0].stacks
    assert len(stacks) == MOST_STACKS
    assert [stack.after_s for stack in stacks] == sorted(stack.after_s for stack in stacks)
    assert sum("guilty_function" in stack.text() for stack in stacks) >= MOST_STACKS - 1


async def test_a_stack_that_was_taken_too_late_says_so(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("clawd").propagate = True
    dog = Watchdog(EventBus())
    dog._answered.set()  # it answered between the end of the wait and the look
    with caplog.at_level(logging.WARNING, "clawd.watchdog"):
        await asyncio.to_thread(dog._stalled, time.monotonic() - 0.3, threading.get_ident())
    assert dog.stalls[0].stacks[0].seen is Seen.OVER
    assert "need not be the cause" in caplog.text


async def test_a_loop_that_only_waits_is_not_accused() -> None:
    dog = Watchdog(EventBus())
    watched = threading.get_ident()
    looked = await asyncio.to_thread(lambda: (time.sleep(0.05), dog._look(time.monotonic(), watched))[1])
    assert looked.seen is Seen.WAITING


def test_only_the_last_ones_are_kept() -> None:
    dog = Watchdog(EventBus())
    dog._answered.set()
    for _ in range(MOST_STALLS + 5):
        dog._stalled(time.monotonic(), threading.get_ident())
    assert len(dog.stalls) == MOST_STALLS


async def test_a_free_loop_answers_quickly() -> None:
    dog = Watchdog(EventBus(), beat_s=0.001, stall_s=5.0)
    answered = asyncio.Event()
    tell = dog._answer
    dog._answer = lambda asked: (tell(asked), answered.set())  # type: ignore[method-assign,func-returns-value]
    dog.start()
    async with asyncio.timeout(5):
        await answered.wait()
    dog.close()
    assert 0 <= dog.lag_s < 5.0
    assert dog.stalls == ()


async def test_it_ends_when_it_is_closed() -> None:
    dog = Watchdog(EventBus())
    dog.start()
    dog.close()
    assert "watchdog" not in {thread.name for thread in threading.enumerate()}
