"""A loop that stands still is noticed while it does, and the guilty stack is written down."""

from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import LoopLagged
from clawd_desktop.operations.watchdog import Watchdog


def guilty_function(seconds: float) -> None:
    """Stand still on purpose: what is tested is a loop that is blocked in real time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        threading.Event().wait(0.01)


async def test_a_stall_is_told_with_its_stack(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("clawd").propagate = True
    bus, told = EventBus(), asyncio.Event()
    lags: list[float] = []
    bus.subscribe(LoopLagged, lambda event: (lags.append(event.seconds), told.set()))
    dog = Watchdog(bus, beat_s=0.01, stall_s=0.05)
    dog.start()
    with caplog.at_level(logging.WARNING, "clawd.watchdog"):
        guilty_function(0.3)
        async with asyncio.timeout(5):
            await told.wait()
    dog.close()
    assert lags[0] >= 0.05
    assert "guilty_function" in caplog.text


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


async def test_it_ends_when_it_is_closed() -> None:
    dog = Watchdog(EventBus())
    dog.start()
    dog.close()
    assert "watchdog" not in {thread.name for thread in threading.enumerate()}
