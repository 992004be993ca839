"""Measures what this process keeps in memory: by kind of owner, by type of object, and by line that asked for it."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from types import CodeType, FunctionType

SLICE_S = 0.01
SHOWN_TYPES = 40


@dataclass(frozen=True, slots=True)
class ProcessMemory:
    """Bytes. `shared` is mapped from files (the program's own code and libraries), 0 where the system does not say."""

    resident: int
    virtual: int
    shared: int


@dataclass(frozen=True, slots=True)
class Allocators:
    """What the two allocators hold, in bytes; None where this system or build does not tell, or lines are traced.

    `arenas` is what Python keeps for objects of up to 512 bytes, `arenas_used` what is in use of it. `malloc_used` is
    everything else: larger Python objects and native libraries; `malloc_free` is kept by it and free.
    """

    arenas: int | None
    arenas_used: int | None
    malloc_used: int | None
    malloc_free: int | None


@dataclass(frozen=True, slots=True)
class TypeRow:
    """All objects of one type that the garbage collector tracks; `size` is theirs alone, without what they refer to."""

    name: str
    count: int
    size: int


@dataclass(frozen=True, slots=True)
class Heap:
    """The objects that the garbage collector tracks; texts, numbers and bytes are not among them.

    `longest_s` is the longest time for which counting them held up the event loop, `code_size` the bytes of their code.
    `set_aside` are objects that stay for good, most of them the program's own code, which are not listed.
    """

    objects: int
    size: int
    types: tuple[TypeRow, ...]
    functions: int
    code_size: int
    seconds: float
    longest_s: float
    set_aside: int = 0

    def counts(self) -> dict[str, TypeRow]:
        """The rows by name."""
        return {row.name: row for row in self.types}


def process_memory() -> ProcessMemory:
    """What the system says of this process; does system calls."""
    import psutil  # 0.04 s: not on the start path

    told = psutil.Process().memory_info()
    return ProcessMemory(told.rss, told.vms, getattr(told, "shared", 0))


def allocators() -> Allocators:
    """What Python's allocator and glibc's say of themselves."""
    from clawd_desktop.operations.allocators import glibc, python_arenas  # ctypes is not on the start path

    arenas, used = python_arenas()
    malloc_used, malloc_free = glibc()
    return Allocators(arenas, used, malloc_used, malloc_free)


async def count_heap() -> Heap:
    """Count the objects, on the loop's own thread and in slices.

    Not in a worker: the last reference to an object of Qt must not be dropped there.
    """
    began = time.perf_counter()
    # The list itself cannot be made in slices; it takes about 3 ms for 100,000 objects.
    objects = gc.get_objects()
    longest = time.perf_counter() - began
    counting = _Counting()
    total = len(objects)
    while objects:
        since = time.perf_counter()
        while objects and time.perf_counter() - since < SLICE_S:
            counting.take(objects[-1000:])
            del objects[-1000:]
        longest = max(longest, time.perf_counter() - since)
        await asyncio.sleep(0)
    return counting.result(total, time.perf_counter() - began, longest)


class _Counting:
    """The counts so far."""

    def __init__(self) -> None:
        self._count: Counter[type] = Counter()
        self._size: dict[type, int] = defaultdict(int)
        self._code: dict[int, int] = {}

    def take(self, objects: Iterable[object]) -> None:
        """Count these."""
        for one in objects:
            kind = type(one)
            self._count[kind] += 1
            self._size[kind] += sys.getsizeof(one, 0)
            if kind is FunctionType:
                code: CodeType = one.__code__  # type: ignore[attr-defined]
                self._code[id(code)] = sys.getsizeof(code) + len(code.co_code)

    def result(self, objects: int, seconds: float, longest: float) -> Heap:
        """Everything, the types with the most bytes first."""
        rows: dict[str, TypeRow] = {}
        for kind, count in self._count.items():
            name = _type_name(kind)
            before = rows.get(name, TypeRow(name, 0, 0))
            rows[name] = TypeRow(name, before.count + count, before.size + self._size[kind])
        ordered = tuple(sorted(rows.values(), key=lambda row: (-row.size, row.name)))
        whole = sum(row.size for row in ordered)
        code = sum(self._code.values())
        return Heap(objects, whole, ordered, len(self._code), code, seconds, longest, gc.get_freeze_count())


def _type_name(kind: type) -> str:
    module = kind.__module__ if isinstance(kind.__module__, str) else "?"
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"
