"""Profiles are taken on demand, one at a time, and what they switch on is switched off again."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc

import pytest
from operations.test_sampling import burn, share

from clawd_desktop.core.clock import ManualClock, SystemClock
from clawd_desktop.core.errors import BadInput, Busy
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.operations import profiling
from clawd_desktop.operations.heap import Heap, TypeRow
from clawd_desktop.operations.profiling import Profiler, changed_types


def profiler() -> Profiler:
    return Profiler(SystemClock(), tuple)


async def test_a_cpu_profile_of_what_the_loop_does() -> None:
    made = profiler()
    taking = spawn(made.cpu(0.5), name="profile")
    while not taking.done():
        await asyncio.sleep(0)
        burn(0.05)
    assert share(await taking, "burn") > 0.8


@pytest.mark.parametrize("seconds", [0, -1, 60.1, float("nan"), float("inf")])
async def test_impossible_lengths_are_refused(seconds: float) -> None:
    with pytest.raises(BadInput, match="at most 60 s"):
        await profiler().cpu(seconds)


async def test_one_at_a_time_and_one_that_is_given_up_makes_room() -> None:
    made = profiler()
    first = spawn(made.cpu(60), name="profile")
    await asyncio.sleep(0.01)
    with pytest.raises(Busy):
        await made.cpu(1)
    await stop(first)
    assert (await made.cpu(0.05)).seconds > 0


def hold(count: int) -> list[bytearray]:
    return [bytearray(1000) for _ in range(count)]


async def test_what_a_line_holds_is_named() -> None:
    made = profiler()
    assert not tracemalloc.is_tracing()
    first = await made.snapshot(trace=True)
    assert first.tracing is not None
    kept = hold(5000)
    diff = await made.compare()
    assert not tracemalloc.is_tracing()
    assert diff.traced
    line = diff.lines[0]
    assert line.file.endswith("test_profiling.py")
    assert not any(one.file.endswith("operations/heap.py") for one in diff.lines)
    assert 5_000_000 < line.size < 5_700_000
    assert line.count >= 5000
    assert {row.name: row.count for row in diff.types}.get("bytearray") is None  # the collector does not track those
    assert diff.tracing is not None
    assert diff.tracing.own > 0
    assert diff.after.process.resident > 0
    del kept


async def test_types_are_compared_without_tracing() -> None:
    gc.collect()  # what other tests left behind would be missed in the second count
    made = profiler()
    await made.snapshot()
    kept = [{"a": [number]} for number in range(3000)]
    diff = await made.compare()
    changes = {row.name: row.count for row in diff.types}
    assert changes["dict"] > 2900  # others may have gone meanwhile
    assert changes["list"] > 2900
    assert (diff.traced, diff.lines, diff.tracing) == (False, (), None)
    assert len(kept) == 3000


async def test_without_a_snapshot_there_is_nothing_to_compare() -> None:
    with pytest.raises(BadInput, match="no snapshot"):
        await profiler().compare()


async def test_tracing_goes_on_where_that_is_wanted_and_ends_with_us() -> None:
    made = profiler()
    await made.snapshot(trace=True)
    await made.compare(keep=True)
    assert tracemalloc.is_tracing()
    made.close()
    assert not tracemalloc.is_tracing()


async def test_tracing_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiling, "TRACED_S", 0.01)
    made = profiler()
    await made.snapshot(trace=True)
    async with asyncio.timeout(5):
        while tracemalloc.is_tracing():
            await asyncio.sleep(0.005)
    assert not (await made.compare()).traced


async def test_tracing_of_somebody_else_is_left_on() -> None:
    tracemalloc.start()
    try:
        made = profiler()
        await made.snapshot(trace=True)
        await made.compare()
        made.close()
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()


def heap(*types: TypeRow) -> Heap:
    return Heap(0, 0, types, 0, 0, 0.0, 0.0)


def test_changed_types() -> None:
    before = heap(TypeRow("a", 1, 10), TypeRow("same", 1, 1), TypeRow("gone", 2, 50))
    after = heap(TypeRow("a", 3, 30), TypeRow("same", 1, 1), TypeRow("new", 1, 5))
    assert changed_types(before, after) == (TypeRow("gone", -2, -50), TypeRow("a", 2, 20), TypeRow("new", 1, 5))


async def test_what_stalled_is_handed_through() -> None:
    assert Profiler(ManualClock(), tuple).stalls() == ()
