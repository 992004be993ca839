"""Profiles this process while it runs: where its processor time goes, and what takes its memory."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, Busy
from clawd_desktop.operations import heap
from clawd_desktop.operations.heap import (
    Allocators,
    Heap,
    ProcessMemory,
    TypeRow,
    allocators,
    count_heap,
    process_memory,
)
from clawd_desktop.operations.sampling import Samples, ThreadSampler
from clawd_desktop.operations.stalls import Stall, short_path

LONGEST_S = 60.0
TRACED_S = 600.0  # Tracing costs memory and time with each object: it ends by itself.
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Tracing:
    """The tracing of lines: since when (ms), bytes that it sees, bytes that it needs for itself."""

    since_ms: int
    seen: int
    own: int


@dataclass(frozen=True, slots=True)
class MemoryProfile:
    """What takes memory now. `tracing` is None while lines are not traced."""

    at_ms: int
    process: ProcessMemory
    allocators: Allocators
    heap: Heap
    blocks: int
    collections: tuple[int, ...]
    tracing: Tracing | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line that asked for memory since the snapshot: objects and bytes that it holds more (or less) than then."""

    file: str
    line: int
    count: int
    size: int


@dataclass(frozen=True, slots=True)
class MemoryDiff:
    """What changed since the snapshot `seconds` ago; rows hold differences, the largest first.

    `traced` says whether lines were traced all the time; `tracing` what that has cost, `lines_s` how long sorting them
    out took.
    """

    seconds: float
    before: MemoryProfile
    after: MemoryProfile
    types: tuple[TypeRow, ...]
    lines: tuple[LineRow, ...]
    traced: bool
    tracing: Tracing | None
    lines_s: float


class Profiler:
    """Takes profiles of this process, one CPU profile at a time. To be used on the loop's thread.

    `stalls` gives the last times in which the event loop stood still, oldest first.
    """

    def __init__(self, clock: Clock, stalls: Callable[[], tuple[Stall, ...]]) -> None:
        self._clock = clock
        self.stalls = stalls
        self._sampler: ThreadSampler | None = None
        self._base: tuple[float, MemoryProfile, tracemalloc.Snapshot | None] | None = None
        self._since_ms = 0
        self._timer: asyncio.TimerHandle | None = None
        self._measuring = asyncio.Lock()

    async def cpu(self, seconds: float, *, everything: bool = False) -> Samples:
        """Sample the loop's thread, or every thread, for `seconds` (at most 60). Raises BadInput, Busy."""
        if not 0 < seconds <= LONGEST_S:
            raise BadInput(f"A CPU profile takes more than 0 and at most {LONGEST_S:.0f} s, not {seconds:g}.")
        if self._sampler is not None:
            raise Busy("A CPU profile is being taken already.", hint="Wait until it is done.")
        sampler = self._sampler = ThreadSampler(threading.get_ident(), everything=everything)
        sampler.start()
        try:
            await asyncio.sleep(seconds)
        finally:
            sampler.halt()
            self._sampler = None
        return await asyncio.to_thread(sampler.result)

    async def snapshot(self, *, trace: bool = False) -> MemoryProfile:
        """Measure now, and keep it for `compare`; with `trace` lines are traced from now on, for ten minutes."""
        async with self._measuring:
            told = allocators()  # Before lines are traced: then Python's allocator tells nothing.
            if trace:
                self._trace()
            lines = await asyncio.to_thread(_lines) if tracemalloc.is_tracing() else None
            profile = await self._measure(told)
            self._base = (self._clock.monotonic(), profile, lines)
            return profile

    async def compare(self, *, keep: bool = False) -> MemoryDiff:
        """What changed since the snapshot; then tracing ends, unless it is to `keep` on. Raises BadInput."""
        async with self._measuring:
            if self._base is None:
                raise BadInput(
                    "There is no snapshot to compare with.", hint="Take one first: clawd-desktop profile memory --trace"
                )
            began, before, old = self._base
            since = time.perf_counter()
            traced = old is not None and tracemalloc.is_tracing()
            rows = await asyncio.to_thread(_changed_lines, old) if old is not None and traced else ()
            lines_s = time.perf_counter() - since
            after = await self._measure(allocators())
            diff = MemoryDiff(
                seconds=self._clock.monotonic() - began,
                before=before,
                after=after,
                types=changed_types(before.heap, after.heap),
                lines=rows,
                traced=traced,
                tracing=after.tracing,
                lines_s=lines_s,
            )
            if not keep:
                self._end_tracing()
            return diff

    def close(self) -> None:
        """Stop whatever goes on."""
        if self._sampler is not None:
            self._sampler.halt()
        self._end_tracing()

    async def _measure(self, told: Allocators) -> MemoryProfile:
        process = await asyncio.to_thread(process_memory)
        return MemoryProfile(
            at_ms=self._clock.wall_ms(),
            process=process,
            allocators=told,
            heap=await count_heap(),
            blocks=sys.getallocatedblocks(),
            collections=tuple(int(generation["collections"]) for generation in gc.get_stats()),
            tracing=self._tracing(),
        )

    def _tracing(self) -> Tracing | None:
        if not tracemalloc.is_tracing():
            return None
        return Tracing(self._since_ms, tracemalloc.get_traced_memory()[0], tracemalloc.get_tracemalloc_memory())

    def _trace(self) -> None:
        if not tracemalloc.is_tracing():
            tracemalloc.start(1)
            self._since_ms = self._clock.wall_ms()
        if self._timer is not None:
            self._timer.cancel()
        if self._since_ms:  # one that somebody else began, such as PYTHONTRACEMALLOC, is theirs to end
            self._timer = asyncio.get_running_loop().call_later(TRACED_S, self._end_tracing)

    def _end_tracing(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._since_ms:
            tracemalloc.stop()
            self._since_ms = 0


def changed_types(before: Heap, after: Heap) -> tuple[TypeRow, ...]:
    """How many objects and bytes of each type there are more or less, the largest change first."""
    old, new = before.counts(), after.counts()
    rows: list[TypeRow] = []
    for name in old.keys() | new.keys():
        was, now = old.get(name, TypeRow(name, 0, 0)), new.get(name, TypeRow(name, 0, 0))
        if (was.count, was.size) != (now.count, now.size):
            rows.append(TypeRow(name, now.count - was.count, now.size - was.size))
    return tuple(sorted(rows, key=lambda row: (-abs(row.size), -abs(row.count), row.name))[:SHOWN])


def _lines() -> tracemalloc.Snapshot:
    # What looking itself takes is not what somebody looks for.
    own = (tracemalloc.__file__, heap.__file__)
    return tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(False, file) for file in own])


def _changed_lines(old: tracemalloc.Snapshot) -> tuple[LineRow, ...]:
    found = _lines().compare_to(old, "lineno")[:SHOWN]
    return tuple(
        LineRow(short_path(row.traceback[0].filename), row.traceback[0].lineno, row.count_diff, row.size_diff)
        for row in found
        if row.size_diff or row.count_diff
    )
