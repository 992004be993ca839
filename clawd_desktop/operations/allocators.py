"""Asks the allocators of Python and of the C library what they hold."""

from __future__ import annotations

import ctypes
import re

_ARENAS = re.compile(rb"arenas \* (\d+) bytes/arena\s*=\s*([\d,]+)")
_IN_BLOCKS = re.compile(rb"bytes in allocated blocks\s*=\s*([\d,]+)")


def python_arenas() -> tuple[int | None, int | None]:
    """Bytes that Python keeps for small objects, and how many of them are in use; None where that is not told."""
    stats = _malloc_stats()
    arenas, used = _ARENAS.search(stats), _IN_BLOCKS.search(stats)
    return (_number(arenas.group(2)) if arenas else None), (_number(used.group(1)) if used else None)


def _malloc_stats() -> bytes:
    """What sys._debugmallocstats prints, without printing it; nothing where that cannot be done."""
    try:
        libc = ctypes.CDLL(None)
        open_stream, close, tell = libc.open_memstream, libc.fclose, ctypes.pythonapi["_PyObject_DebugMallocStats"]
    except (AttributeError, OSError, TypeError):
        return b""  # Windows has no such stream, and a build may hide the function.
    text, size = ctypes.c_void_p(), ctypes.c_size_t()
    open_stream.restype, close.argtypes, tell.argtypes = ctypes.c_void_p, [ctypes.c_void_p], [ctypes.c_void_p]
    libc.free.argtypes = [ctypes.c_void_p]
    stream = open_stream(ctypes.byref(text), ctypes.byref(size))
    if not stream:
        return b""
    tell(stream)
    close(stream)
    try:
        return ctypes.string_at(text.value or 0, size.value) if text.value else b""
    finally:
        libc.free(text)


_MALLINFO = (
    "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
)  # fmt: skip


class _Mallinfo2(ctypes.Structure):
    """Source: mallinfo2(3) of glibc 2.33 and later."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in _MALLINFO)


def glibc() -> tuple[int | None, int | None]:
    """Bytes in use and bytes kept and free in glibc's allocator; None with another C library."""
    try:
        ask = ctypes.CDLL(None).mallinfo2
    except (AttributeError, OSError, TypeError):
        return None, None
    ask.restype = _Mallinfo2
    told = ask()
    # Arenas of Python are mapped directly and are not counted here; large blocks are, under hblkhd.
    return int(told.uordblks) + int(told.hblkhd), int(told.fordblks)


def _number(digits: bytes) -> int:
    return int(digits.replace(b",", b""))
