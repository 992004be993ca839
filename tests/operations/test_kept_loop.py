"""A loop that ends, raises or falls silent goes on again, within its budget, and is told when it does not."""

from __future__ import annotations

import asyncio

import pytest
from operations.supervision import Ward, ward

from clawd_desktop.operations.kept_loop import KeptLoop
from clawd_desktop.operations.supervised import Standing


class Sampler:
    """A loop that does what the test wants in each round."""

    def __init__(self) -> None:
        self.begun = 0
        self.failure: Exception | None = None
        self.ends = False
        self.poke = asyncio.Event()

    async def go_round(self) -> None:
        self.begun += 1
        while True:
            if self.failure is not None:
                raise self.failure
            if self.ends:
                return
            await self.poke.wait()
            self.poke.clear()


def kept(w: Ward, sampler: Sampler, silent_s: float = 0.0) -> KeptLoop:
    return KeptLoop(w.supervisor, "sampler", "The sampler", sampler.go_round, w.clock, silent_s)


async def test_a_loop_that_broke_once_goes_on_at_once() -> None:
    async with ward() as w:
        sampler = Sampler()
        loop = kept(w, sampler)
        await w.until(lambda: w.row("sampler").state is Standing.WELL)
        sampler.failure = ValueError("a number that is none")
        sampler.poke.set()
        await w.until(lambda: w.row("sampler").fault != "")
        sampler.failure = None
        await w.pass_until(lambda: w.row("sampler").state is Standing.WELL)
        assert sampler.begun >= 2
        assert "ValueError: a number that is none" in w.repaired[0].text
        await loop.close()


async def test_a_loop_that_ends_is_no_better() -> None:
    async with ward() as w:
        sampler = Sampler()
        loop = kept(w, sampler)
        sampler.ends = True
        sampler.poke.set()
        await w.until(lambda: bool(w.repaired))
        assert "It ended: Nobody knows why." in w.repaired[0].text
        await loop.close()


async def test_a_loop_that_raises_for_ever_is_given_up_and_told() -> None:
    async with ward() as w:
        sampler = Sampler()
        sampler.failure = OSError("psutil is broken")
        loop = kept(w, sampler)
        await w.pass_until(lambda: w.row("sampler").state is Standing.DOWN)
        assert sampler.begun == 6
        notice = w.notice("sampler")
        assert notice is not None
        assert "psutil is broken" in notice.text
        sampler.failure = None
        await w.supervisor.restart("sampler")
        await w.pass_until(lambda: w.row("sampler").state is Standing.WELL)
        await loop.close()


async def test_a_loop_that_stands_still_is_started_again() -> None:
    async with ward() as w:
        sampler = Sampler()
        loop = kept(w, sampler, silent_s=60)
        await w.pass_until(lambda: w.row("sampler").restarts == 1)
        assert "has not gone round" in w.repaired[0].text
        loop.beat()
        await w.pass_until(lambda: w.row("sampler").state is Standing.WELL)
        await loop.close()


@pytest.mark.parametrize("broken", [True, False])
async def test_a_loop_that_was_closed_is_gone(broken: bool) -> None:
    async with ward() as w:
        sampler = Sampler()
        loop = kept(w, sampler)
        await asyncio.sleep(0)
        if broken:
            sampler.ends = True
            sampler.poke.set()
            await asyncio.sleep(0)
        await loop.close()
        begun = sampler.begun
        for _ in range(5):
            w.clock.advance(10)
            await asyncio.sleep(0.001)
        assert (w.supervisor.rows(), sampler.begun) == ((), begun)
