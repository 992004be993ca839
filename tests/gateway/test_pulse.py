"""The health event: one for a crowd, one a minute, none for nobody."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from wire_listener import Listener

from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.pulse import HealthPulse


class Health:
    """Counts how often it was asked; breaks down as often as it is told to."""

    def __init__(self, broken: int = 0) -> None:
        self.asked = 0
        self.broken = broken

    def health(self) -> JsonObject:
        self.asked += 1
        if self.asked <= self.broken:
            raise RuntimeError("a bug")
        return {"ok": True, "asked": self.asked}


@asynccontextmanager
async def pulse(broadcaster: Broadcaster, health: Health, soon_s: float, every_s: float) -> AsyncIterator[HealthPulse]:
    made = HealthPulse(broadcaster, health, soon_s=soon_s, every_s=every_s)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        await made.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}


async def until_asked(health: Health, times: int) -> None:
    async with asyncio.timeout(5):
        while health.asked < times:
            await asyncio.sleep(0.001)


async def test_all_who_come_together_get_one_event() -> None:
    broadcaster, health = Broadcaster(), Health()
    listeners = [Listener(broadcaster) for _ in range(3)]
    async with pulse(broadcaster, health, 0.02, 60) as made:
        for _ in listeners:
            made.soon()
        await until_asked(health, 1)
        assert [listener.payloads("health") for listener in listeners] == [[{"ok": True, "asked": 1}]] * 3
        made.soon()
        await until_asked(health, 2)
    assert [frame["seq"] for frame in listeners[0].frames] == [1, 2]
    assert [frame["stateVersion"] for frame in listeners[0].frames] == [
        {"presence": 1, "health": 2}, {"presence": 1, "health": 3},
    ]  # fmt: skip


async def test_it_also_comes_by_itself() -> None:
    broadcaster, health = Broadcaster(), Health()
    Listener(broadcaster)
    async with pulse(broadcaster, health, 60, 0.005):
        await until_asked(health, 3)


async def test_nobody_there_costs_nothing() -> None:
    broadcaster, health = Broadcaster(), Health()
    async with pulse(broadcaster, health, 0.001, 0.001) as made:
        made.soon()
        await asyncio.sleep(0.02)
    assert (health.asked, broadcaster.seq, broadcaster.versions.health) == (0, 0, 1)


async def test_one_that_fails_does_not_silence_the_next(caplog: pytest.LogCaptureFixture) -> None:
    broadcaster, health = Broadcaster(), Health(broken=1)
    listener = Listener(broadcaster)
    logging.getLogger("clawd").propagate = True
    async with pulse(broadcaster, health, 60, 0.005):
        await until_asked(health, 2)
    assert listener.payloads("health")[0] == {"ok": True, "asked": 2}
    assert "health event failed" in caplog.text
