"""Gives memory back before it runs out: caches and idle workers first, then garbage; children that grew begin anew."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from clawd_desktop.config.schema import Config
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import Repaired
from clawd_desktop.operations.admission_rules import SystemStatus
from clawd_desktop.operations.resident import resident_bytes
from clawd_desktop.operations.resource_kinds import MIB, memory_limit
from clawd_desktop.operations.tidying import Tidier
from clawd_desktop.operations.units import Unit, told

# Source of the share: the ResourceManager of the course.
EVICT_SHARE = 0.8
# Between two rounds of the same; sooner only when this share of the limit was taken meanwhile.
COOLDOWN_S = 60.0
GROWN_SHARE = 0.05
_log = logging.getLogger("clawd.memory")


@dataclass(frozen=True, slots=True)
class Evictable:
    """Something that can be given up and had again. `evict` answers about how many bytes that freed, 0 for nothing."""

    name: str
    evict: Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Child:
    """A process that may grow. `recycle` lets it begin anew when nobody needs it at that moment."""

    name: str
    pid: Callable[[], int | None]
    largest: int
    recycle: Callable[[str], None]


@dataclass(slots=True)
class _Round:
    """When something was done last, and how much memory was in use then."""

    at: float = float("-inf")
    used: int = 0

    def due(self, now: float, used: int, limit: int) -> bool:
        """Whether it is to be done again."""
        return now - self.at >= COOLDOWN_S or used - self.used > limit * GROWN_SHARE


class MemoryGuard:
    """Looks at each measurement and acts on it; all acts are logged."""

    def __init__(
        self,
        config: Callable[[], Config],
        bus: EventBus,
        clock: Clock,
        evictables: Sequence[Evictable],
        children: Sequence[Child],
        tidier: Tidier | None = None,
    ) -> None:
        self._config = config
        self._bus = bus
        self._clock = clock
        self._evictables = tuple(evictables)
        self._children = tuple(children)
        self._tidier = tidier or Tidier()
        self._evicted = _Round()
        self._tidied = _Round()
        self._settled = False

    async def look(self, status: SystemStatus) -> None:
        """Do what this measurement asks for."""
        config = self._config()
        limit = memory_limit(config)
        now = self._clock.monotonic()
        if limit and status.memory_usage >= limit * EVICT_SHARE and self._evicted.due(now, status.memory_usage, limit):
            await self._evict(status.memory_usage, limit)
        repair = config.monitoring.repair
        if repair.enabled and repair.memory_guard:
            self._settle()
            await self._tidy(round(config.agents.gc_threshold * MIB))
        for child in self._children:
            self._watch(child)

    def _settle(self) -> None:
        """Once; the first measurement comes when the start is over."""
        if not self._settled:
            self._settled = True
            self._tidier.settle()

    async def _evict(self, used: int, limit: int) -> None:
        self._evicted = _Round(self._clock.monotonic(), used)
        freed = []
        for each in self._evictables:
            size = await each.evict()
            if size:
                freed.append(f"{each.name} ({told(size, Unit.BYTES)})")
        share = f"{told(used, Unit.BYTES)} of {told(limit, Unit.BYTES)} are in use (agents.memoryLimit)"
        _log.warning("%s: given up %s", share, ", ".join(freed) or "nothing, for nothing was idle")
        if used >= limit:  # until now new turns have waited because of it
            text = f"{share}. Given up: {', '.join(freed) or 'nothing'}."
            self._bus.publish(Repaired("memory", "evict", bool(freed), text))

    async def _tidy(self, threshold: int) -> None:
        own = resident_bytes()
        now = self._clock.monotonic()
        if not threshold or own < threshold or not self._tidied.due(now, own, threshold):
            return
        done = await self._tidier.tidy()
        after = resident_bytes()
        self._tidied = _Round(now, after)
        _log.info(
            "tidied the memory (agents.gcThreshold): %s before, %s after, %d objects of %s, stood still for %.0f ms",
            told(own, Unit.BYTES), told(after, Unit.BYTES), done.collected, "all" if done.whole else "the young ones",
            done.stood_s * 1000,
        )  # fmt: skip

    def _watch(self, child: Child) -> None:
        pid = child.pid()
        if pid is None:
            return
        used = resident_bytes((pid,)) - resident_bytes()
        if used > child.largest:
            _log.info("%s uses %s and begins anew when it is idle", child.name, told(used, Unit.BYTES))
            child.recycle(f"it used {told(used, Unit.BYTES)}")
