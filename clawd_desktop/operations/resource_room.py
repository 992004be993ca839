"""Builds resource manager, memory guard and cache, and keeps them at what the configuration says."""

from __future__ import annotations

from contextlib import AsyncExitStack

from clawd_desktop.config.schema import Config
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.events import ConfigChanged, ConnectionsChanged
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.models.local import LARGEST_BYTES, LocalModel
from clawd_desktop.operations.machine import RealMachine
from clawd_desktop.operations.measuring import Measuring
from clawd_desktop.operations.memory_guard import Child, Evictable, MemoryGuard
from clawd_desktop.operations.resident import resident_bytes
from clawd_desktop.operations.resource_kinds import MIB
from clawd_desktop.operations.resource_watch import ResourceWatch
from clawd_desktop.operations.resources import ResourceManager
from clawd_desktop.operations.series import series_key
from clawd_desktop.operations.units import Unit, parsed
from clawd_desktop.storage.cache import MultiLevelCache
from clawd_desktop.storage.cache_rows import CacheLimits
from clawd_desktop.storage.sessions import SessionStore


def cache_limits(config: Config) -> CacheLimits:
    """What the configuration says of the cache; a time that cannot be read counts as not said."""
    cache, web = config.cache, config.tools.web
    ttls = {"web_fetch": web.fetch.cache_ttl_minutes * 60.0, "web_search": web.search.cache_ttl_minutes * 60.0}
    for name, text in cache.namespaces.items():
        try:
            ttls[name] = parsed(text, Unit.SECONDS)
        except BadInput:
            continue
    return CacheLimits(
        memory=round(cache.memory * MIB),
        disk=round(cache.disk * MIB),
        ttl_s=parsed(cache.ttl, Unit.SECONDS),
        ttls_s=ttls,
    )


def cache_values(cache: MultiLevelCache) -> dict[str, float]:
    """What the cache counts, by the keys of its series."""
    values: dict[str, float] = {}
    for row in cache.stats():
        values[series_key("cache.hits", row.namespace)] = float(row.hits_memory + row.hits_disk)
        values[series_key("cache.misses", row.namespace)] = float(row.misses)
        values[series_key("cache.bytes", row.namespace)] = float(row.bytes)
    return values


class ResourceRoom:
    """Manager and cache with all that serves them, started; `stack` closes them."""

    def __init__(
        self,
        stack: AsyncExitStack,
        store: ConfigStore,
        bus: EventBus,
        clock: Clock,
        notices: NoticeBoard,
        cache: MultiLevelCache,
        work: tuple[SessionStore, LocalModel],
    ) -> None:
        self.cache = cache
        self._connections = 0
        sessions, local = work

        def config() -> Config:
            return store.config

        def follow(event: ConfigChanged) -> None:
            cache.configure(cache_limits(config()))
            sessions.keep_contexts(config().agents.session_cache_size)
            self.manager.look_again()

        measuring = Measuring(RealMachine(sessions.folder), clock, lambda: self._connections)
        self.manager = ResourceManager(config, measuring, clock)
        children = (Child("the built-in model", lambda: local.pid, LARGEST_BYTES, local.recycle),)
        guard = MemoryGuard(config, bus, clock, _evictables(cache, sessions, local), children)
        self.watch = watch = ResourceWatch(self.manager, measuring, notices, clock, guard.look, cache.sweep)
        follow(ConfigChanged(()))
        stack.push_async_callback(cache.close)
        stack.callback(bus.subscribe(ConfigChanged, follow))
        stack.callback(bus.subscribe(ConnectionsChanged, self._count))
        watch.start()
        stack.push_async_callback(watch.close)

    def _count(self, event: ConnectionsChanged) -> None:
        self._connections = event.count


def _evictables(cache: MultiLevelCache, sessions: SessionStore, local: LocalModel) -> tuple[Evictable, ...]:
    """From what is had again at once to what takes a second."""

    async def memory() -> int:
        return cache.evict_memory()

    async def contexts() -> int:
        return sessions.evict_contexts()

    async def model() -> int:
        used = resident_bytes((local.pid,)) - resident_bytes()
        return used if await local.rest() else 0

    return (
        Evictable("the cache in memory", memory),
        Evictable("conversations kept ready", contexts),
        Evictable("the idle process of the built-in model", model),
    )
