"""Sources that raise, hang or talk nonsense, the pace, and clocks that jump."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from gateway_rig import until
from log_lines import log_lines

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock, SystemClock
from clawd_desktop.core.events import MetricsSampled
from clawd_desktop.operations.sampler import Sampler

CPU, LOAD, DISK = "system.cpuUsage", "system.load", "system.diskUsage"


@dataclass
class Kept:
    """What the sampler gave to be kept."""

    samples: list[tuple[int, Mapping[str, float], int]] = field(default_factory=list)

    def keep(self, at_ms: int, values: Mapping[str, float], jumped_ms: int) -> None:
        self.samples.append((at_ms, values, jumped_ms))

    @property
    def last(self) -> Mapping[str, float]:
        return self.samples[-1][1]


@pytest.fixture
def said() -> Iterator[list[str]]:
    """Lines of the log about measuring."""
    with log_lines("clawd.metrics") as lines:
        yield lines


def make(kept: Kept, clock: ManualClock | SystemClock | None = None, **pace: float) -> Sampler:
    return Sampler(kept.keep, EventBus(), clock or ManualClock(), **pace)


@pytest.mark.parametrize("timeout_s", [None, 20.0], ids=["at once", "in a thread"])
async def test_a_source_that_raises_leaves_a_gap_of_its_own_and_one_line_each_way(
    said: list[str], timeout_s: float | None
) -> None:
    kept, broken = Kept(), [False]
    sampler = make(kept)

    def source() -> dict[str, float]:
        if broken[0]:
            raise ZeroDivisionError("a bug")
        return {CPU: 0.5}

    sampler.add("cpu", source, timeout_s=timeout_s)
    sampler.add("load", lambda: {LOAD: 2.0})
    for is_broken in (False, True, True, True, False, False):
        broken[0] = is_broken
        await sampler.sample()
    assert [CPU in values for _, values, _ in kept.samples] == [True, False, False, False, True, True]
    assert all(values[LOAD] == 2.0 for _, values, _ in kept.samples)
    assert said == ["cpu cannot be measured: ZeroDivisionError: a bug", "cpu can be measured again"]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None, "12", [1.0]])
async def test_a_value_that_is_no_number_is_a_gap_for_that_metric_only(said: list[str], value: object) -> None:
    kept, now = Kept(), [value]
    sampler = make(kept)
    sampler.add("both", lambda: {CPU: now[0], LOAD: 1.0})  # type: ignore[dict-item]
    await sampler.sample()
    await sampler.sample()
    assert kept.last == {LOAD: 1.0}
    now[0] = 0.25
    await sampler.sample()
    await sampler.sample()
    assert kept.last == {CPU: 0.25, LOAD: 1.0}
    assert said == [f"{CPU} cannot be measured: both says {value!r}", f"{CPU} can be measured again"]


async def test_what_is_not_in_the_table_is_not_kept_and_said_once(said: list[str]) -> None:
    kept = Kept()
    sampler = make(kept)
    sampler.add("odd", lambda: {"made.up": 1.0, CPU + "{label}": 1.0, "model.tokens": 1.0, "model.tokens{m}": 2.0})
    await sampler.sample()
    await sampler.sample()
    assert kept.last == {"model.tokens{m}": 2.0}
    assert len(said) == 3


async def test_a_source_that_is_no_source_at_all_is_told(said: list[str]) -> None:
    kept = Kept()
    sampler = make(kept)
    sampler.add("none", lambda: None)  # type: ignore[arg-type, return-value]
    await sampler.sample()
    assert kept.last == {}
    assert said[0].startswith("none cannot be measured: TypeError")


async def test_a_source_that_hangs_holds_up_nothing_and_piles_up_no_threads(said: list[str]) -> None:
    kept, go, asked = Kept(), threading.Event(), []
    sampler = make(kept)

    def hangs() -> dict[str, float]:
        asked.append(1)
        go.wait(20)
        return {DISK: 0.5}

    sampler.add("disk", hangs, timeout_s=0.05)
    sampler.add("load", lambda: {LOAD: 1.0})
    before = threading.active_count()
    began = time.monotonic()
    for _ in range(20):
        await sampler.sample()
    assert time.monotonic() - began < 5
    assert [dict(values) for _, values, _ in kept.samples] == [{LOAD: 1.0}] * 20
    assert len(asked) == 1, "it is not asked again before it has answered"
    assert threading.active_count() <= before + 1
    assert said == ["disk cannot be measured: TimeoutError: it did not answer within 0.05 s"]
    go.set()
    # pytest's own clock runs on; each sampling asks whether the thread is free again.
    async with asyncio.timeout(10):
        while DISK not in kept.last:
            await sampler.sample()
    assert said[1:] == ["disk can be measured again"]
    await sampler.close()


async def test_a_hundred_blocking_samplings_use_one_thread() -> None:
    kept, seen = Kept(), set[int]()
    sampler = make(kept)

    def reads() -> dict[str, float]:
        seen.add(threading.get_ident())
        return {CPU: 0.1}

    sampler.add("cpu", reads, timeout_s=5.0)
    for _ in range(100):
        await sampler.sample()
    assert len(seen) == 1
    assert threading.get_ident() not in seen
    await sampler.close()


async def test_everybody_is_told_of_each_sampling() -> None:
    bus, heard = EventBus(), list[MetricsSampled]()
    bus.subscribe(MetricsSampled, heard.append)
    clock = ManualClock()
    sampler = Sampler(Kept().keep, bus, clock)
    assert await sampler.sample() == clock.wall_ms()
    assert heard == [MetricsSampled(clock.wall_ms())]


async def test_a_wall_clock_that_jumps_is_noticed_by_the_other_clock() -> None:
    kept, clock = Kept(), ManualClock()
    sampler = make(kept, clock)
    for jump in (0, 0, 3_600, -7_200, -0.5, 1, 400 * 86_400):
        clock.jump_wall(jump)
        await sampler.sample()
        clock.advance(2)
    # Half a second back, while two passed, is no jump: clocks are slewed so.
    assert [jumped for _, _, jumped in kept.samples] == [0, 0, 3_600_000, -7_200_000, 0, 0, 400 * 86_400_000]


async def test_it_begins_soon_and_keeps_its_pace_whatever_the_wall_clock_does() -> None:
    kept, clock = Kept(), SystemClock()
    sampler = make(kept, clock, idle_s=0.05, watched_s=0.01, first_s=0.01)
    sampler.add("load", lambda: {LOAD: 1.0})
    sampler.start()
    assert kept.samples == [], "not during the start"
    await until(lambda: len(kept.samples) >= 5)
    await sampler.close()
    times = [at for at, _, _ in kept.samples]
    assert all(second - first >= 30 for first, second in zip(times, times[1:], strict=False))


async def test_who_looks_is_served_at_once_and_more_often() -> None:
    kept = Kept()
    sampler = make(kept, SystemClock(), idle_s=60.0, watched_s=0.02, first_s=60.0)
    assert sampler.interval_s == 60.0
    sampler.start()
    await asyncio.sleep(0)
    with sampler.watch():
        assert sampler.interval_s == 0.02
        with sampler.watch():
            await until(lambda: len(kept.samples) >= 4)
        assert sampler.interval_s == 0.02
        await until(lambda: len(kept.samples) >= 6)
    assert sampler.interval_s == 60.0
    await sampler.close()
    count = len(kept.samples)
    await asyncio.sleep(0.05)
    assert len(kept.samples) == count


async def test_looking_again_and_again_does_not_sample_faster_than_every_two_seconds() -> None:
    kept, clock = Kept(), SystemClock()
    sampler = make(kept, clock, idle_s=60.0, watched_s=0.2, first_s=0.0)
    sampler.start()
    await until(lambda: len(kept.samples) == 1)
    for _ in range(20):
        with sampler.watch():
            await asyncio.sleep(0.005)
    await until(lambda: len(kept.samples) >= 2)
    first, second = (at for at, _, _ in kept.samples[:2])
    assert second - first >= 150
    await sampler.close()
