"""Keeps what costs time to get: in memory over disk, made once for all who ask, renewed before it is out of date."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import orjson

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, Unavailable
from clawd_desktop.core.tasks import spawn
from clawd_desktop.core.values import JsonValue
from clawd_desktop.storage.cache_disk import DiskLevel
from clawd_desktop.storage.cache_entry import Entry, packed, unpacked
from clawd_desktop.storage.cache_memory import Item, MemoryLevel
from clawd_desktop.storage.cache_rows import NAMESPACES, CacheLimits, CacheStats, Counts, NamespaceRow

# In the last tenth of its time a value is made anew in the background, while all still get the one that is good. So a
# value that many ask for never runs out under them all at once, and none is ever older than its time.
REFRESH_SHARE = 0.9
SWEEP_S = 60.0
Make: TypeAlias = Callable[[], Awaitable[bytes]]


@dataclass(slots=True, eq=False)
class _Flight:
    """One making of a value. `look` says that the disk may hold it.

    `forgotten` says that the key was deleted meanwhile: what is made is not kept.
    """

    look: bool = False
    task: asyncio.Task[bytes | ClawdError] | None = None
    askers: int = 0
    forgotten: bool = False


class MultiLevelCache:
    """All namespaces over one memory and one disk level. To be used on the loop's thread.

    A broken, full or slow disk is as if nothing were there. `folder` is made when something is first kept on the disk.
    """

    def __init__(
        self, folder: Path, clock: Clock, limits: CacheLimits, rows: Sequence[NamespaceRow] = NAMESPACES
    ) -> None:
        self._clock = clock
        self._limits = limits
        self._spaces = {row.name: Namespace(self, row) for row in rows}
        self._counts = {row.name: Counts() for row in rows}
        self._memory = MemoryLevel(limits.memory, self._evicted)
        self._disk = DiskLevel(folder, limits.disk, clock)
        self._flights: dict[str, _Flight] = {}
        self._deletions = 0
        self._swept = clock.monotonic()

    def namespace(self, name: str) -> Namespace:
        """The entries of one kind. Raises BadInput when the table of kinds does not hold it."""
        found = self._spaces.get(name)
        if found is None:
            raise BadInput(f'The cache has no kind "{name}".', hint=f"There are {', '.join(self._spaces)}.")
        return found

    def stats(self) -> tuple[CacheStats, ...]:
        """What happened in each namespace, and what it holds in memory."""
        return tuple(self._stats(space.row) for space in self._spaces.values())

    @property
    def memory_bytes(self) -> int:
        """Bytes that the memory level holds."""
        return self._memory.size

    async def disk_bytes(self) -> int:
        """Bytes that the disk level holds."""
        return await self._disk.size()

    def configure(self, limits: CacheLimits) -> None:
        """Follow other limits from now on; what is kept already keeps its time."""
        self._limits = limits
        self._memory.resize(limits.memory)
        self._disk.resize(limits.disk)

    async def clear(self, name: str | None = None) -> int:
        """Forget all entries of one namespace, or of all, on both levels; returns how many stood in memory."""
        if name is not None:
            self.namespace(name)
        self._deletions += 1
        for flight in self._flights.values():
            flight.forgotten = True
        count = self._memory.clear(name)
        await self._disk.clear(name)
        return count

    def evict_memory(self) -> int:
        """Give the memory level back; what is on the disk stays. Returns bytes."""
        freed = self._memory.size
        self._memory.clear()
        return freed

    def sweep(self) -> int:
        """Forget what is out of date in memory; returns how many."""
        self._swept = self._clock.monotonic()
        return self._memory.sweep(self._swept)

    async def close(self) -> None:
        """End what is being made, and close the disk level."""
        for flight in list(self._flights.values()):
            if flight.task is not None:
                flight.task.cancel()
        await self._disk.close()

    # What namespaces ask for.

    async def find(self, row: NamespaceRow, key: str) -> Item | None:
        """The entry of a hashed key, from memory or promoted from the disk; counted as hit or miss."""
        counts = self._counts[row.name]
        item = self._memory.get(key, self._clock.monotonic())
        if item is None:
            return await self._looked_up(row, key)
        counts.hits_memory += 1
        return item

    async def _looked_up(self, row: NamespaceRow, key: str) -> Item | None:
        counts = self._counts[row.name]
        item = await self._from_disk(row, key) if row.on_disk else None
        if item is None:
            counts.misses += 1
        else:
            counts.hits_disk += 1
        return item

    async def _from_disk(self, row: NamespaceRow, key: str) -> Item | None:
        before = self._deletions
        data = await self._disk.get(key)
        if data is None:
            return None
        entry = unpacked(data, key)
        now_ms, now = self._clock.wall_ms(), self._clock.monotonic()
        # An entry of the future is one whose clock was wrong: nobody knows how old it is.
        if entry is None or not entry.stored_ms <= now_ms < entry.expires_ms:
            self._counts[row.name].faults += entry is None
            await self._disk.remove(key)
            return None
        if self._deletions != before:
            return None
        left = (entry.expires_ms - now_ms) / 1000
        life = (entry.expires_ms - entry.stored_ms) / 1000
        item = Item(row.name, entry.value, now + left, now + left - life * (1 - REFRESH_SHARE), entry.exists)
        if self._memory.get(key, now) is None:  # a newer one may have been put meanwhile
            self._memory.put(key, item)
        return item

    def keep(self, row: NamespaceRow, key: str, value: bytes, seconds: float, *, exists: bool = True) -> None:
        """Keep a value under a hashed key on both levels."""
        if seconds <= 0:
            return
        now = self._clock.monotonic()
        self._memory.put(key, Item(row.name, value, now + seconds, now + seconds * REFRESH_SHARE, exists))
        if now - self._swept >= SWEEP_S:
            self.sweep()
        if row.on_disk:
            stored = self._clock.wall_ms()
            data = packed(Entry(value, stored, stored + round(seconds * 1000), exists), key)
            self._disk.put(key, data, row.name, seconds)

    async def forget(self, row: NamespaceRow, key: str) -> None:
        """Delete the entry of a hashed key on both levels."""
        self._deletions += 1
        flight = self._flights.pop(key, None)
        if flight is not None:
            flight.forgotten = True
        self._memory.remove(key)
        if row.on_disk:
            await self._disk.remove(key)

    async def made(self, row: NamespaceRow, key: str, make: Make, ttl_s: float | None) -> bytes:
        """The entry of a hashed key; made when there is none. Raises what `make` raises."""
        now = self._clock.monotonic()
        item = self._memory.get(key, now)
        counts, known = self._counts[row.name], self._flights.get(key)
        if item is None:
            # The look at the disk is part of the making: a thousand who ask do not look a thousand times.
            counts.joined += known is not None
            return await self._ask(known or self._begin(row, key, make, ttl_s, look=True))
        counts.hits_memory += 1
        if item.refresh <= now and known is None:
            self._begin(row, key, make, ttl_s).askers += 1  # nobody waits for it, yet it is to end
        said = _said(item)
        if isinstance(said, ClawdError):
            raise said
        return said

    async def _ask(self, flight: _Flight) -> bytes:
        task = flight.task
        assert task is not None
        flight.askers += 1
        try:
            await asyncio.wait({task})
        finally:
            flight.askers -= 1
            if not flight.askers and not task.done():
                task.cancel()  # the last one who wanted it has gone
        if task.cancelled():
            raise Unavailable("What was asked for is not made any more.", hint="Try again.")
        found = task.result()
        if isinstance(found, ClawdError):
            raise found
        return found

    def _begin(self, row: NamespaceRow, key: str, make: Make, ttl_s: float | None, *, look: bool = False) -> _Flight:
        flight = self._flights[key] = _Flight(look=look)
        flight.task = spawn(self._fly(flight, row, key, make, ttl_s), name=f"cache {row.name}")
        flight.task.add_done_callback(lambda _: self._landed(key, flight))
        return flight

    def _landed(self, key: str, flight: _Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

    async def _fly(
        self, flight: _Flight, row: NamespaceRow, key: str, make: Make, ttl_s: float | None
    ) -> bytes | ClawdError:
        if flight.look and (item := await self._looked_up(row, key)) is not None:
            return _said(item)
        counts = self._counts[row.name]
        try:
            value = await make()
        except ClawdError as fault:
            counts.failed += 1
            if isinstance(fault, NotFound) and row.missing_s and not flight.forgotten:
                self.keep(row, key, fault.sentence().encode(), row.missing_s, exists=False)
            else:
                self._later(key)
            return fault
        counts.made += 1
        if not flight.forgotten:
            self.keep(row, key, value, self._limits.ttl_of(row) if ttl_s is None else ttl_s)
        return value

    def _later(self, key: str) -> None:
        """A value that could not be made anew stays good to its end; half of that time passes before the next try."""
        now = self._clock.monotonic()
        item = self._memory.get(key, now)
        if item is not None:
            self._memory.put(key, replace(item, refresh=now + (item.expires - now) / 2))

    def ttl_of(self, row: NamespaceRow) -> float:
        """How long entries of this kind are kept, in seconds."""
        return self._limits.ttl_of(row)

    def _evicted(self, name: str) -> None:
        self._counts[name].evictions += 1

    def _stats(self, row: NamespaceRow) -> CacheStats:
        counts, (entries, size) = self._counts[row.name], self._memory.held(row.name)
        return CacheStats(
            namespace=row.name,
            hits_memory=counts.hits_memory,
            hits_disk=counts.hits_disk,
            misses=counts.misses,
            joined=counts.joined,
            made=counts.made,
            failed=counts.failed,
            evictions=counts.evictions,
            faults=counts.faults,
            entries=entries,
            bytes=size,
            ttl_s=self._limits.ttl_of(row),
            on_disk=row.on_disk and self._limits.disk > 0,
        )


class Namespace:
    """The entries of one kind, by any text as a key. Values are bytes, or JSON by the methods that say so."""

    def __init__(self, cache: MultiLevelCache, row: NamespaceRow) -> None:
        self._cache = cache
        self.row = row

    async def get(self, key: str) -> bytes | None:
        """The value, None when there is none."""
        item = await self._cache.find(self.row, self._hashed(key))
        return item.value if item is not None and item.exists else None

    async def put(self, key: str, value: bytes, ttl_s: float | None = None) -> None:
        """Keep the value for `ttl_s` seconds, without one as long as its kind is kept."""
        seconds = self._cache.ttl_of(self.row) if ttl_s is None else ttl_s
        self._cache.keep(self.row, self._hashed(key), value, seconds)

    async def delete(self, key: str) -> None:
        """Forget the value on both levels; one that is being made is not kept."""
        await self._cache.forget(self.row, self._hashed(key))

    async def get_or_make(self, key: str, make: Make, ttl_s: float | None = None) -> bytes:
        """The value, made by `make` when there is none: once, however many ask at the same time.

        Raises what `make` raises, to all who waited for that one making; a failure is not kept, except that something
        does not exist (NotFound), for as long as the kind remembers that.
        """
        return await self._cache.made(self.row, self._hashed(key), make, ttl_s)

    async def get_or_make_json(
        self, key: str, make: Callable[[], Awaitable[JsonValue]], ttl_s: float | None = None
    ) -> JsonValue:
        """The same for a JSON value. Raises as `get_or_make`."""

        async def encoded() -> bytes:
            return orjson.dumps(await make())

        value: JsonValue = orjson.loads(await self.get_or_make(key, encoded, ttl_s))
        return value

    def _hashed(self, key: str) -> str:
        return hashlib.sha256(f"{self.row.name}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()


def _said(item: Item) -> bytes | NotFound:
    return item.value if item.exists else NotFound(item.value.decode("utf-8", "replace"))
