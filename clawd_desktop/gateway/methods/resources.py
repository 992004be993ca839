"""Methods that show what there is room for, suggest limits that fit this computer, and show and clear the cache."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clawd_desktop.config.presets import Machine, advice, patch_of
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.acting import actor
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.ports import Ledger
from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_object
from clawd_desktop.gateway.methods.table import Call, Method, NoParams, Params, Scope
from clawd_desktop.gateway.results.resources import (
    CacheCleared,
    CacheNamespace,
    CacheReport,
    ComputerNow,
    ResourceLimits,
    ResourceReport,
    ResourceState,
    Suggestion,
)
from clawd_desktop.operations.admission_rules import SystemStatus
from clawd_desktop.operations.resource_kinds import MIB, ceilings_of
from clawd_desktop.operations.resources import ResourceManager, ResourceRow
from clawd_desktop.operations.units import Unit, parsed
from clawd_desktop.storage.cache import MultiLevelCache
from clawd_desktop.storage.cache_rows import CacheStats


class SuggestParams(Params):
    """`production`, or the preset "server", for a computer that serves others; else for somebody's own."""

    production: bool = False
    preset: Literal["desktop", "server"] | None = None


class ClearParams(Params):
    """One kind of entries, or all."""

    namespace: str | None = Field(None, min_length=1, max_length=200)


class ResourceMethods:
    """What manager and cache say."""

    def __init__(
        self, manager: ResourceManager, cache: MultiLevelCache, config: ConfigStore, clock: Clock, ledger: Ledger
    ) -> None:
        self._ledger = ledger
        self._manager = manager
        self._cache = cache
        self._config = config
        self._clock = clock

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("resources.get", Scope.READ, NoParams, self.get, listed=False, result=ResourceReport),
            Method("resources.suggest", Scope.READ, SuggestParams, self.suggest, listed=False, result=Suggestion),
            Method("cache.stats", Scope.READ, NoParams, self.stats, listed=False, result=CacheReport),
            Method("cache.clear", Scope.ADMIN, ClearParams, self.clear, listed=False, result=CacheCleared),
        )

    async def get(self, call: Call, params: NoParams) -> ResourceReport:
        """How all kinds stand, and what was measured at most two seconds ago."""
        status = await self._manager.look()
        report: ResourceReport = {
            "ts": self._clock.wall_ms(),
            "limits": self._limits(),
            "kinds": [_kind(row) for row in self._manager.live()],
        }
        if status is not None:
            report["system"] = _system(status)
        else:
            report["fault"] = self._manager.fault
        return report

    def _limits(self) -> ResourceLimits:
        config = self._config.config
        ceilings = ceilings_of(config)
        return {
            "reserveMemory": ceilings.reserve_memory,
            "reserveDisk": ceilings.reserve_disk,
            "maxCpu": ceilings.max_cpu,
            "memoryLimit": ceilings.memory_limit,
            "waitTimeoutMs": round(parsed(config.resources.wait_timeout, Unit.SECONDS) * 1000),
            "maxWaiting": config.resources.max_waiting,
        }

    async def suggest(self, call: Call, params: SuggestParams) -> Suggestion:
        """Limits that fit this computer. Raises Unavailable when it cannot be measured."""
        status = await self._manager.look()
        if status is None:
            raise Unavailable(f"This computer cannot be measured: {self._manager.fault}.", hint="Try again.")
        production = params.preset == "server" if params.preset is not None else params.production
        rows = advice(production, Machine(status.cores, status.memory_total))
        keys = tuple(dict.fromkeys(row.path.partition(".")[0] for row in rows))
        now = self._config.config.with_defaults(keys)
        return {
            "preset": "server" if production else "desktop",
            "machine": {"cores": status.cores, "memory": status.memory_total},
            "settings": [
                {"path": row.path, "value": row.value, "current": _at(now, row.path), "why": row.why} for row in rows
            ],
            "patch": patch_of(rows),
        }

    async def stats(self, call: Call, params: NoParams) -> CacheReport:
        """What the cache holds and how often it helped."""
        said = self._config.config.cache
        return {
            "memoryBytes": self._cache.memory_bytes,
            "memoryLimit": round(said.memory * MIB),
            "diskBytes": await self._cache.disk_bytes(),
            "diskLimit": round(said.disk * MIB),
            "namespaces": [_namespace(row) for row in self._cache.stats()],
        }

    async def clear(self, call: Call, params: ClearParams) -> CacheCleared:
        """Forget entries on both levels. Raises BadInput for an unknown kind."""
        cleared = await self._cache.clear(params.namespace)
        self._ledger.record(actor(), "cache.cleared", params.namespace or "all")
        return {"ok": True, "cleared": cleared}


def _system(status: SystemStatus) -> ComputerNow:
    shown: ComputerNow = {
        "memoryUsage": status.memory_usage,
        "memoryAvailable": status.memory_available,
        "memoryTotal": status.memory_total,
        "cores": status.cores,
        "diskUsage": status.disk_usage,
        "diskFree": status.disk_free,
        "activeConnections": status.active_connections,
        "contained": status.contained,
    }
    if status.cpu_usage is not None:
        shown["cpuUsage"] = status.cpu_usage
    if status.network_free is not None:
        shown["networkFree"] = status.network_free
    return shown


def _kind(row: ResourceRow) -> ResourceState:
    shown: ResourceState = {
        "kind": row.kind,
        "title": row.title,
        "used": row.used,
        "waiting": row.waiting,
        "memory": row.memory,
        "needs": row.needs.memory,
        "built": row.built,
        "holders": list(row.holders),
        "waitedMs": round(row.waited_s * 1000),
    }
    if row.ceiling is not None:
        shown["ceiling"] = row.ceiling
    if row.reason:
        shown["reason"], shown["cause"] = row.reason, row.cause
    return shown


def _namespace(row: CacheStats) -> CacheNamespace:
    return {
        "namespace": row.namespace,
        "hitsMemory": row.hits_memory,
        "hitsDisk": row.hits_disk,
        "misses": row.misses,
        "joined": row.joined,
        "made": row.made,
        "failed": row.failed,
        "evictions": row.evictions,
        "faults": row.faults,
        "entries": row.entries,
        "bytes": row.bytes,
        "ttlMs": round(row.ttl_s * 1000),
        "onDisk": row.on_disk,
    }


def _at(config: JsonObject, path: str) -> float | bool:
    value: JsonValue = config
    for key in path.split("."):
        value = as_object(value).get(key)
    return value if isinstance(value, bool) else as_float(value)
