"""diskcache without pickle: what lies in the folder is only ever taken for bytes, and no name in it leads elsewhere.

By default diskcache unpickles what it finds, so that whoever can write into the folder can run code (CVE-2025-69872).
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from diskcache import Cache, Disk  # type: ignore[import-untyped]
from diskcache.core import MODE_BINARY, MODE_RAW  # type: ignore[import-untyped]

_NAME = re.compile(r"[0-9a-f]{2}[/\\][0-9a-f]{2}[/\\][0-9a-f]{28}\.val")


class BytesDisk(Disk):  # type: ignore[misc]  # diskcache has no types
    """Stores bytes under texts. Raises ValueError for whatever else is given or found."""

    def put(self, key: object) -> tuple[str, bool]:
        """The key as it stands in the database."""
        if not isinstance(key, str):
            raise ValueError("a key of the cache is a text")
        return key, True

    def get(self, key: object, raw: object) -> str:
        """A key of the database."""
        if not raw or not isinstance(key, str):
            raise ValueError("a key of the cache is no text")
        return key

    def store(self, value: object, read: bool, key: object = None) -> tuple[int, int, str | None, object]:
        """Where the value goes: into the database, or into a file when it is long."""
        if read or type(value) is not bytes:
            raise ValueError("the cache keeps bytes")
        stored: tuple[int, int, str | None, object] = super().store(value, False)
        return stored

    def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> bytes:
        """The value that the database says."""
        if mode == MODE_RAW and isinstance(value, bytes):
            return value
        if mode == MODE_BINARY and filename is not None and _NAME.fullmatch(filename):
            return Path(self._directory, filename).read_bytes()
        raise ValueError("the cache holds something else than bytes")

    def remove(self, file_path: str) -> None:
        """Remove the file of a value; a name that is none of ours is left alone."""
        if _NAME.fullmatch(file_path):
            super().remove(file_path)


def open_cache(folder: Path, limit: int) -> Cache:
    """The cache in that folder, at most about `limit` bytes. Raises what SQLite and the system raise."""
    cache = Cache(
        str(folder),
        timeout=0.5,
        disk=BytesDisk,
        size_limit=limit,
        # Reads then write nothing; what is used often stands in memory.
        eviction_policy="least-recently-stored",
        # A file that is cut while it is mapped kills the process.
        sqlite_mmap_size=0,
    )
    # A database that is broken in the middle opens well; asked at once, it does not break what relies on it.
    if cache._sql("PRAGMA quick_check(1)").fetchone() != ("ok",):  # noqa: SLF001 - diskcache has no public way
        cache.close()
        raise sqlite3.DatabaseError("the check of the database failed")
    return cache
