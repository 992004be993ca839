"""What profile.* answers."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from clawd_desktop.gateway.results import Open


class FunctionRow(TypedDict):
    """What one function cost in seconds: in its own lines, and with all that it called."""

    name: str
    file: str
    line: int
    self: float
    total: float


class ThreadRow(TypedDict):
    """One thread: seconds at work, by its processor clock (`cpu`) or by not waiting (`wall`)."""

    name: str
    busy: float
    clock: str
    samples: int
    idleSamples: int


class CpuProfile(TypedDict):
    """Where the processor time went; `overhead` is the share of a core that sampling has cost.

    `speedscope` is the file that https://www.speedscope.app opens, present when it was asked for.
    """

    seconds: float
    samples: int
    intervalMs: float
    overhead: float
    threads: list[ThreadRow]
    top: list[FunctionRow]
    text: str
    speedscope: NotRequired[Open]


class ProcessMemoryFacts(TypedDict):
    """Bytes by the system's own count; `shared` is mapped from files, absent where the system does not say."""

    rss: int
    virtual: int
    shared: NotRequired[int]


class HeapStatistics(TypedDict):
    """What the allocators hold, in bytes; absent keys are not told by this system, or not while lines are traced.

    `pythonArenas` is kept by Python for small objects, `pythonUsed` of it in use; `mallocUsed` is everything else,
    large Python objects and native libraries, `mallocFree` kept and free. `objects` are what the collector tracks;
    those set aside stay for good, most of them the program's own code, and are not among `types`.
    """

    objects: int
    objectsSetAside: int
    objectBytes: int
    allocatedBlocks: int
    pythonArenas: NotRequired[int]
    pythonUsed: NotRequired[int]
    mallocUsed: NotRequired[int]
    mallocFree: NotRequired[int]
    collections: list[int]


class HeapCode(TypedDict):
    """The code of all functions: how many code objects, and their bytes."""

    functions: int
    bytes: int


class TypeCount(TypedDict):
    """Objects of one type and their own bytes; in a comparison, how many more (or less)."""

    name: str
    count: int
    bytes: int


class LineTracing(TypedDict):
    """Tracing of lines: since when (ms), bytes that it sees, bytes that it needs for itself."""

    sinceMs: int
    seenBytes: int
    ownBytes: int


class MemoryProfile(TypedDict):
    """The course's MemoryProfile. `usedMemory` is what Python's small objects take, `externalMemory` all malloc'ed.

    `types` are without texts, numbers and bytes, which the collector does not track. `longestStallMs` is how long
    counting held up the event loop at most.
    """

    at: int
    processMemory: ProcessMemoryFacts
    heapStatistics: HeapStatistics
    heapCodeStatistics: HeapCode
    totalMemory: int
    usedMemory: NotRequired[int]
    externalMemory: NotRequired[int]
    types: list[TypeCount]
    countedInMs: float
    longestStallMs: float
    tracing: NotRequired[LineTracing]


class LineDifference(TypedDict):
    """A line of code and how many objects and bytes more (or less) it holds."""

    file: str
    line: int
    count: int
    bytes: int


class MemoryComparison(TypedDict):
    """What changed since the snapshot `seconds` ago; `lines` is empty when lines were not `traced` all the time."""

    seconds: float
    rssBefore: int
    rssAfter: int
    objectsBefore: int
    objectsAfter: int
    types: list[TypeCount]
    traced: bool
    lines: list[LineDifference]
    linesMs: float
    tracing: NotRequired[LineTracing]


class StallLook(TypedDict):
    """One look at the stalled thread `after` seconds into it; `seen` is busy, waiting or over."""

    after: float
    seen: str
    positions: list[str]


class StallRow(TypedDict):
    """One time in which the event loop stood still: when (ms), for how many seconds, and where."""

    at: int
    seconds: float
    stacks: list[StallLook]


class Stalls(TypedDict):
    """The last stalls of the event loop, newest first."""

    stalls: list[StallRow]
