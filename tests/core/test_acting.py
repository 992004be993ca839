"""Who acts is known in whatever a task does and begins."""

from __future__ import annotations

import asyncio

from clawd_desktop.core.acting import APPLICATION, acting_as, actor
from clawd_desktop.core.tasks import spawn


async def test_who_acts_goes_along_with_the_work_and_ends_with_the_block() -> None:
    seen: list[str] = []

    async def work() -> None:
        seen.append(actor())
        await asyncio.sleep(0)
        seen.append(await asyncio.to_thread(actor))

    assert actor() == APPLICATION
    with acting_as("device:1"):
        task = spawn(work(), name="work")
        with acting_as("device:2"):
            assert actor() == "device:2"
        assert actor() == "device:1"
    assert actor() == APPLICATION
    await task
    assert seen == ["device:1", "device:1"]
