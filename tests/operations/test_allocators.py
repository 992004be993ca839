"""What the allocators tell follows what is really asked for."""

from __future__ import annotations

import ctypes
import sys

import pytest

from clawd_desktop.operations.heap import allocators

MEGA = 1024 * 1024
linux = pytest.mark.skipif(sys.platform != "linux", reason="only glibc tells this")


@linux
def test_small_objects_are_in_the_arenas() -> None:
    before = allocators()
    assert before.arenas is not None
    assert before.arenas_used is not None
    assert 0 < before.arenas_used <= before.arenas
    kept = [b"%d" % number for number in range(200_000)]
    after = allocators()
    assert after.arenas_used is not None
    assert 200_000 * 33 < after.arenas_used - before.arenas_used < 200_000 * 100
    del kept


@linux
def test_large_and_native_blocks_are_in_malloc() -> None:
    before = allocators()
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    native = libc.malloc(ctypes.c_size_t(32 * MEGA))
    after = allocators()
    libc.free(native)
    assert after.malloc_used is not None
    assert before.malloc_used is not None
    assert 31 * MEGA < after.malloc_used - before.malloc_used < 40 * MEGA
    assert allocators().malloc_used - before.malloc_used < 5 * MEGA  # type: ignore[operator]
