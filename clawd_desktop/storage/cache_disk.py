"""The disk level of the cache: diskcache that keeps bytes alone, on a thread of its own, and never stops who asks."""

from __future__ import annotations

import asyncio
import errno
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import StorageFault

if TYPE_CHECKING:
    from diskcache import Cache  # type: ignore[import-untyped]

T = TypeVar("T")
PATIENCE_S = 1.0
REST_S = 60.0
MOST_PENDING = 64
# The disk refuses, or somebody else has the database: what lies there may be good, so it is left alone for a while.
_REFUSED = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE}
_REFUSALS = ("full", "readonly", "read-only", "locked", "unable to open")
_FAULTS = (
    sqlite3.Error, OSError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError,
    AssertionError,
)  # fmt: skip
_log = logging.getLogger("clawd.cache")


class DiskLevel:
    """Entries by key in `folder`. Where the disk fails, is slow or holds nonsense, it is as if nothing were there."""

    def __init__(self, folder: Path, limit: int, clock: Clock, *, patience_s: float = PATIENCE_S) -> None:
        self._folder = folder
        self._limit = limit
        self._clock = clock
        self._patience_s = patience_s
        self._thread: ThreadPoolExecutor | None = None
        self._cache: Cache | None = None
        self._rests_until = 0.0
        self._renewed = float("-inf")
        self._pending = 0
        self.faults = 0

    @property
    def resting(self) -> bool:
        """Whether the disk is left alone because it failed lately, or nothing may be kept there."""
        return self._limit <= 0 or self._clock.monotonic() < self._rests_until

    async def get(self, key: str) -> bytes | None:
        """The bytes of the key, None when there are none."""
        return await self._do(lambda cache: _read(cache, key), None)

    def put(self, key: str, data: bytes, tag: str, seconds: float) -> None:
        """Keep the bytes for some seconds, soon: nobody waits for the disk.

        More than an eighth of the level is not kept, nor what comes while the disk is far behind.
        """
        if len(data) * 8 > self._limit or self._pending >= MOST_PENDING:
            return
        future = self._submit(lambda cache: cache.set(key, data, expire=seconds, tag=tag, retry=False), None)
        if future is not None:
            self._pending += 1
            future.add_done_callback(self._written)

    def _written(self, future: asyncio.Future[None]) -> None:
        self._pending -= 1

    async def remove(self, key: str) -> None:
        """Forget the key."""
        await self._do(lambda cache: cache.delete(key, retry=False), False)

    async def clear(self, tag: str | None = None) -> None:
        """Forget the entries of one tag, or all."""
        if tag is not None:
            await self._do(lambda cache: cache.evict(tag, retry=False), 0)
        elif self._thread is not None or self._folder.exists():
            await asyncio.get_running_loop().run_in_executor(self._worker(), self._discard)

    async def size(self) -> int:
        """Bytes on the disk, 0 when it was not used yet."""
        return await self._do(lambda cache: int(cache.volume()), 0) if self._cache is not None else 0

    def resize(self, limit: int) -> None:
        """Keep at most `limit` bytes from now on; 0 empties it at the next clear."""
        if limit == self._limit:
            return
        self._limit = limit
        if self._thread is not None and limit > 0:
            self._submit(lambda cache: cache.reset("size_limit", limit), None)

    async def close(self) -> None:
        """Finish what was begun, and end the thread."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        closing = asyncio.get_running_loop().run_in_executor(thread, self._close)
        await asyncio.wait({closing}, timeout=self._patience_s)
        thread.shutdown(wait=False)

    async def _do(self, job: Callable[[Cache], T], otherwise: T) -> T:
        """What the job says, or `otherwise` when the disk cannot say it in time."""
        future = self._submit(job, otherwise)
        if future is None:
            return otherwise
        done, _ = await asyncio.wait({future}, timeout=self._patience_s)
        if done:
            return future.result()
        self._rest("it does not answer")
        return otherwise

    def _submit(self, job: Callable[[Cache], T], otherwise: T) -> asyncio.Future[T] | None:
        if self.resting:
            return None
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._worker(), self._guarded, job, otherwise)

    def _worker(self) -> ThreadPoolExecutor:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cache-disk")
        return self._thread

    # What follows runs on the thread.

    def _guarded(self, job: Callable[[Cache], T], otherwise: T) -> T:
        from diskcache import Timeout

        if self.resting:
            return otherwise
        try:
            return job(self._opened())
        except (StorageFault, Timeout) as fault:
            self._rest(str(fault) or "another program uses it")
        except _FAULTS as fault:
            self.faults += 1
            self._rest(str(fault)) if _refuses(fault) else self._renew(fault)
        return otherwise

    def _opened(self) -> Cache:
        if self._cache is None:
            from clawd_desktop.storage.cache_bytes import open_cache  # with SQLite: not on the start path

            safeio.make_folder(self._folder)
            self._cache = open_cache(self._folder, self._limit)
        return self._cache

    def _renew(self, fault: Exception) -> None:
        """What is broken is thrown away: everything in it can be had again."""
        now = self._clock.monotonic()
        _log.warning("the cache in %s is broken (%s) and begins anew", self._folder, fault)
        if now - self._renewed < REST_S:
            self._rest("it broke twice within a minute")
        self._renewed = now
        self._discard()

    def _discard(self) -> None:
        self._close()
        try:
            safeio.remove_folder(self._folder)
        except StorageFault as fault:
            self._rest(str(fault))

    def _close(self) -> None:
        cache, self._cache = self._cache, None
        if cache is not None:
            try:
                cache.close()
            except sqlite3.Error as fault:
                _log.debug("the cache did not close well: %s", fault)

    def _rest(self, why: str) -> None:
        if not self.resting:
            _log.warning("the cache in %s is not used for %.0f s: %s", self._folder, REST_S, why)
        self._rests_until = self._clock.monotonic() + REST_S


def _read(cache: Cache, key: str) -> bytes | None:
    found = cache.get(key, retry=False)
    return found if isinstance(found, bytes) else None


def _refuses(fault: Exception) -> bool:
    if isinstance(fault, OSError):
        return fault.errno in _REFUSED
    return isinstance(fault, sqlite3.OperationalError) and any(word in str(fault) for word in _REFUSALS)
