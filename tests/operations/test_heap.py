"""Memory is measured, not guessed: each number follows what is really asked for."""

from __future__ import annotations

import asyncio
import gc
import sys

from clawd_desktop.core.tasks import spawn
from clawd_desktop.operations.heap import count_heap, process_memory

MEGA = 1024 * 1024


class Canary:
    """A type of its own, to be counted."""

    def __init__(self) -> None:
        self.values = [0]


def test_the_resident_size_follows_what_is_used() -> None:
    before = process_memory()
    block = bytearray(b"x" * (64 * MEGA))
    assert process_memory().resident - before.resident > 50 * MEGA
    del block
    assert 0 < before.shared < before.resident < before.virtual


async def test_objects_are_counted_by_type() -> None:
    gc.unfreeze()
    kept = [Canary() for _ in range(1234)]
    heap = await count_heap()
    row = heap.counts()[f"{__name__}.Canary"]
    assert (row.count, row.size) == (1234, 1234 * sys.getsizeof(kept[0]))
    assert heap.counts()["list"].count >= 1234
    assert heap.size == sum(one.size for one in heap.types)
    assert heap.objects == sum(one.count for one in heap.types)
    assert [one.size for one in heap.types] == sorted((one.size for one in heap.types), reverse=True)
    assert heap.functions > 1000
    assert heap.code_size > 100_000


async def test_what_was_set_aside_is_counted_apart() -> None:
    gc.unfreeze()
    kept = [Canary() for _ in range(1234)]
    assert (await count_heap()).set_aside == 0
    gc.freeze()
    try:
        heap = await count_heap()
    finally:
        gc.unfreeze()
    assert heap.set_aside > len(kept)
    assert f"{__name__}.Canary" not in heap.counts()


async def test_counting_a_large_heap_leaves_the_loop_its_turns() -> None:
    kept = [[number] for number in range(600_000)]
    turns, done = 0, False

    async def tick() -> None:
        nonlocal turns
        while not done:
            await asyncio.sleep(0)
            turns += 1

    ticking = spawn(tick(), name="tick")
    heap = await count_heap()
    done = True
    await ticking
    assert heap.objects > len(kept)
    assert turns > 10
    # 20 ms where the computer has nothing else to do; how long it is on a busy one says nothing.
    assert heap.longest_s < heap.seconds / 2
