"""Gives unused memory back to the system without holding up the event loop for longer than it may stand still."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ctypes

# Everything waits while Python looks through its objects, in whatever thread that happens.
LONGEST_S = 0.03
# Source: malloc.h of GNU's C library.
_M_ARENA_MAX = -8
# What one block of memory costs in a full collection, as long as none was measured: on the slow side.
_USUAL_S = 200e-9
_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was done. `collected` objects were garbage; `stood_s` is for how long everything waited.

    `whole` says that all objects were looked at, not only the younger ones. `trimmed` says that the C library gave back
    what it could.
    """

    collected: int
    stood_s: float
    whole: bool
    trimmed: bool


class Tidier:
    """Knows from earlier collections how long the next one takes."""

    def __init__(self, *, longest_s: float = LONGEST_S) -> None:
        self._longest_s = longest_s
        self._per_block_s = _USUAL_S
        self._settled = 0

    def settle(self) -> None:
        """Take out of all further collections what is there now: modules, classes, all that stays to the end.

        To be called once, when the start is over. Each collection, Python's own too, is then shorter by all of that.
        """
        gc.collect(1)
        gc.freeze()
        self._settled = sys.getallocatedblocks()

    async def tidy(self) -> Tidied:
        """Collect garbage: all of it where that is quick enough, else what is young; then trim the heap in a thread."""
        began = time.perf_counter()
        collected = gc.collect(1)
        # Counting objects would take as long as looking through them; counting the blocks they lie in does not.
        blocks = max(0, sys.getallocatedblocks() - self._settled)
        whole = blocks * self._per_block_s <= self._longest_s
        if whole:
            collected += self._collect_all(blocks)
        stood = time.perf_counter() - began
        # The call leaves Python alone, and takes the lock of one arena after the other.
        trimmed = await asyncio.to_thread(trim)
        return Tidied(collected, stood, whole, trimmed)

    def _collect_all(self, blocks: int) -> int:
        began = time.perf_counter()
        collected = gc.collect()
        if blocks:
            took = (time.perf_counter() - began) / blocks
            self._per_block_s += (took - self._per_block_s) * _SHARE
        return collected


def trim() -> bool:
    """Let the C library give free memory back to the system; False where it cannot (only GNU's can)."""
    library = _library()
    return library is not None and bool(library.malloc_trim(0))


def one_heap() -> bool:
    """Let all threads share one heap; False where there is no such choice, or the person made another.

    Each thread would otherwise begin one of its own, and what lies free in one is of no use to the next. To be called
    before there are threads.
    """
    library = _library()
    if library is None or "MALLOC_ARENA_MAX" in os.environ:
        return False
    return bool(library.mallopt(_M_ARENA_MAX, 1))


@cache
def _library() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    try:
        library = ctypes.CDLL(None)
        library.malloc_trim.argtypes = [ctypes.c_size_t]
        library.mallopt.argtypes = [ctypes.c_int, ctypes.c_int]
    except (OSError, AttributeError):
        return None
    return library
