"""What was deleted a month ago goes, what was deleted today stays."""

from __future__ import annotations

import asyncio
from pathlib import Path

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.messages import user_message
from clawd_desktop.operations.housekeeping import Housekeeping
from clawd_desktop.storage.sessions import SessionStore


def trash(state: Path) -> list[Path]:
    return list(state.rglob("*.deleted.*"))


async def test_the_trash_is_emptied_after_a_month(tmp_path: Path) -> None:
    clock = ManualClock()
    store = SessionStore(tmp_path, clock, EventBus(), "test")
    await store.open()
    await store.append("agent:main:old", user_message("hi", now_ms=clock.wall_ms()))
    await store.delete("agent:main:old")
    house = Housekeeping(store, clock, after_s=0, every_s=0.001)
    for _ in range(5):
        await asyncio.sleep(0.002)
    assert len(trash(tmp_path)) == 1
    clock.advance(31 * 86_400)
    async with asyncio.timeout(5):
        while trash(tmp_path):
            await asyncio.sleep(0.001)
    await house.close()
    await store.close()
