"""Methods that profile the running process."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clawd_desktop.gateway.methods.table import Call, Method, NoParams, Params, Scope
from clawd_desktop.gateway.results.profiles import (
    CpuProfile,
    HeapStatistics,
    LineTracing,
    MemoryComparison,
    MemoryProfile,
    ProcessMemoryFacts,
    Stalls,
    TypeCount,
)
from clawd_desktop.operations import profile_form
from clawd_desktop.operations.heap import SHOWN_TYPES, TypeRow
from clawd_desktop.operations.profiling import LONGEST_S, Profiler, Tracing
from clawd_desktop.operations.profiling import MemoryProfile as Measured


class CpuParams(Params):
    """For how long, which threads, and whether the speedscope file is wanted."""

    seconds: float = Field(default=10, gt=0, le=LONGEST_S)
    threads: Literal["loop", "all"] = "loop"
    speedscope: bool = False


class MemoryParams(Params):
    """Whether lines are traced from now on, so that profile.compare can name them."""

    trace: bool = False


class CompareParams(Params):
    """Whether tracing goes on afterwards."""

    keep: bool = False


class ProfileMethods:
    """What the profiler finds."""

    def __init__(self, profiler: Profiler) -> None:
        self._profiler = profiler

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("profile.cpu", Scope.ADMIN, CpuParams, self.cpu, listed=False, result=CpuProfile),
            Method("profile.memory", Scope.ADMIN, MemoryParams, self.memory, listed=False, result=MemoryProfile),
            Method("profile.compare", Scope.ADMIN, CompareParams, self.compare, listed=False, result=MemoryComparison),
            Method("profile.stalls", Scope.READ, NoParams, self.stalls, listed=False, result=Stalls),
        )

    async def cpu(self, call: Call, params: CpuParams) -> CpuProfile:
        """Sample for some seconds; the answer comes afterwards."""
        samples = await self._profiler.cpu(params.seconds, everything=params.threads == "all")
        answer: CpuProfile = {
            "seconds": samples.seconds,
            "samples": samples.taken,
            "intervalMs": samples.interval_s * 1000,
            "overhead": samples.overhead,
            "threads": [
                {
                    "name": thread.name,
                    "busy": thread.busy_s,
                    "clock": "cpu" if thread.by_cpu else "wall",
                    "samples": len(thread.order),
                    "idleSamples": thread.idle,
                }
                for thread in samples.threads
            ],
            "top": [
                {
                    "name": row.frame.name,
                    "file": row.frame.file,
                    "line": row.frame.line,
                    "self": row.own_s,
                    "total": row.total_s,
                }
                for row in profile_form.costs(samples)
            ],
            "text": profile_form.text(samples),
        }
        if params.speedscope:
            answer["speedscope"] = profile_form.speedscope(samples, f"clawd-desktop, {samples.seconds:.0f} s")
        return answer

    async def memory(self, call: Call, params: MemoryParams) -> MemoryProfile:
        """Measure what takes memory, and keep it to compare with."""
        found = await self._profiler.snapshot(trace=params.trace)
        answer: MemoryProfile = {
            "at": found.at_ms,
            "processMemory": _process(found),
            "heapStatistics": _statistics(found),
            "heapCodeStatistics": {"functions": found.heap.functions, "bytes": found.heap.code_size},
            "totalMemory": found.process.resident,
            "types": _types(found.heap.types[:SHOWN_TYPES]),
            "countedInMs": round(found.heap.seconds * 1000, 3),
            "longestStallMs": round(found.heap.longest_s * 1000, 3),
        }
        if found.allocators.arenas_used is not None:
            answer["usedMemory"] = found.allocators.arenas_used
        if found.allocators.malloc_used is not None:
            answer["externalMemory"] = found.allocators.malloc_used
        if found.tracing is not None:
            answer["tracing"] = _tracing(found.tracing)
        return answer

    async def compare(self, call: Call, params: CompareParams) -> MemoryComparison:
        """What changed since the last profile.memory."""
        found = await self._profiler.compare(keep=params.keep)
        answer: MemoryComparison = {
            "seconds": found.seconds,
            "rssBefore": found.before.process.resident,
            "rssAfter": found.after.process.resident,
            "objectsBefore": found.before.heap.objects,
            "objectsAfter": found.after.heap.objects,
            "types": _types(found.types),
            "traced": found.traced,
            "lines": [
                {"file": row.file, "line": row.line, "count": row.count, "bytes": row.size} for row in found.lines
            ],
            "linesMs": round(found.lines_s * 1000, 3),
        }
        if found.tracing is not None:
            answer["tracing"] = _tracing(found.tracing)
        return answer

    def stalls(self, call: Call, params: NoParams) -> Stalls:
        """When the event loop stood still, and in which code."""
        return {
            "stalls": [
                {
                    "at": stall.at_ms,
                    "seconds": stall.seconds,
                    "stacks": [
                        {"after": look.after_s, "seen": look.seen.value, "positions": [*look.positions]}
                        for look in stall.stacks
                    ],
                }
                for stall in reversed(self._profiler.stalls())
            ]
        }


def _process(found: Measured) -> ProcessMemoryFacts:
    facts: ProcessMemoryFacts = {"rss": found.process.resident, "virtual": found.process.virtual}
    if found.process.shared:
        facts["shared"] = found.process.shared
    return facts


def _statistics(found: Measured) -> HeapStatistics:
    told = found.allocators
    facts: HeapStatistics = {
        "objects": found.heap.objects,
        "objectsSetAside": found.heap.set_aside,
        "objectBytes": found.heap.size,
        "allocatedBlocks": found.blocks,
        "collections": [*found.collections],
    }
    if told.arenas is not None and told.arenas_used is not None:
        facts["pythonArenas"], facts["pythonUsed"] = told.arenas, told.arenas_used
    if told.malloc_used is not None and told.malloc_free is not None:
        facts["mallocUsed"], facts["mallocFree"] = told.malloc_used, told.malloc_free
    return facts


def _types(rows: tuple[TypeRow, ...]) -> list[TypeCount]:
    return [{"name": row.name, "count": row.count, "bytes": row.size} for row in rows]


def _tracing(tracing: Tracing) -> LineTracing:
    return {"sinceMs": tracing.since_ms, "seenBytes": tracing.seen, "ownBytes": tracing.own}
