"""The pause ends by itself at its time, by the wall clock."""

from __future__ import annotations

import asyncio

from clawd_desktop.agent.pause import PauseSwitch
from clawd_desktop.agent.queue import Lanes
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock, SystemClock
from clawd_desktop.core.events import PauseChanged


async def test_pause_and_resume_are_told() -> None:
    bus, lanes, seen = EventBus(), Lanes(lambda: 1), []
    bus.subscribe(PauseChanged, lambda event: seen.append(event.until_ms))
    switch = PauseSwitch(lanes, bus, ManualClock())
    switch.pause()
    assert (lanes.paused, switch.until_ms) == (True, 0)
    switch.resume()
    assert (lanes.paused, switch.until_ms) == (False, None)
    assert seen == [0, None]


async def test_it_resumes_by_itself() -> None:
    clock, bus, resumed = SystemClock(), EventBus(), asyncio.Event()
    switch = PauseSwitch(Lanes(lambda: 1), bus, clock)
    switch.pause(clock.wall_ms() + 20)
    bus.subscribe(PauseChanged, lambda event: resumed.set())
    async with asyncio.timeout(5):
        await resumed.wait()
    assert switch.until_ms is None


async def test_a_later_pause_replaces_an_earlier_one() -> None:
    clock = ManualClock()
    lanes = Lanes(lambda: 1)
    switch = PauseSwitch(lanes, EventBus(), clock)
    switch.pause(clock.wall_ms() + 1)
    switch.pause(0)
    clock.advance(60)
    await asyncio.sleep(0)
    assert lanes.paused
    switch.close()
