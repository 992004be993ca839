"""Suggests limits that fit this computer, as a change that can be merged into the configuration.

The numbers of the PerformanceConfig of the course are kept for the computer that they fit: 2 cores and 4 GiB. Another
computer gets them multiplied: by its cores what works, by its memory what is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from clawd_desktop.config.merge import merge_patch
from clawd_desktop.core.values import JsonObject, JsonValue, as_object

USUAL_CORES = 2.0
USUAL_MEMORY = 4 * 2**30
_LEAST, _MOST = 0.25, 8.0
# Below this the application itself does not fit.
_SMALLEST_LIMIT_MB = 384
_MB = 2**20


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is: cores (a container may have half of one) and bytes of memory."""

    cores: float
    memory: int

    @property
    def work(self) -> float:
        """How many times the usual computer's cores, within reason."""
        return min(_MOST, max(_LEAST, self.cores / USUAL_CORES))

    @property
    def room(self) -> float:
        """How many times the usual computer's memory, within reason."""
        return min(_MOST, max(_LEAST, self.memory / USUAL_MEMORY))


@dataclass(frozen=True, slots=True)
class Advice:
    """One setting by its dotted path, the value that fits, and why."""

    path: str
    value: int | bool
    why: str


@dataclass(frozen=True, slots=True)
class _Row:
    """`desktop` and `server` are the numbers for the usual computer; `fit` makes them those of another one."""

    path: str
    desktop: float
    server: float
    fit: Callable[[float, Machine], float]
    why: str


def _as_is(base: float, machine: Machine) -> float:
    return base


def _by_cores(base: float, machine: Machine) -> float:
    return base * machine.work


def _by_memory(base: float, machine: Machine) -> float:
    return base * machine.room


def _memory_limit(base: float, machine: Machine) -> float:
    return min(max(base * machine.room, _SMALLEST_LIMIT_MB), machine.memory / _MB * 0.75)


def _browsers(base: float, machine: Machine) -> float:
    # Each may take its own limit of memory: together at most half of what there is.
    return min(base * machine.work, machine.memory / _MB / 2 / 1_024)


_ROWS = (
    _Row("gateway.maxConnections", 10, 100, _by_memory, "by memory: each client is held in it"),
    _Row("gateway.requestTimeout", 30_000, 30_000, _as_is, "the same everywhere: people do not wait longer"),
    _Row("gateway.rateLimiting.requestsPerMinute", 100, 1_000, _as_is, "the same everywhere: it is for each client"),
    _Row("gateway.rateLimiting.burstSize", 10, 100, _as_is, "the same everywhere: it is for each client"),
    _Row("agents.defaults.maxConcurrent", 2, 5, _by_cores, "by cores"),
    _Row("agents.sessionCacheSize", 10, 100, _by_memory, "by memory"),
    _Row("agents.memoryLimit", 512, 1_024, _memory_limit, "by memory, at most three quarters of it"),
    _Row("agents.gcThreshold", 384, 768, lambda b, m: _memory_limit(b / 0.75, m) * 0.75, "three quarters of the limit"),
    _Row("tools.exec.maxProcesses", 8, 16, _by_cores, "by cores"),
    _Row("tools.browser.maxInstances", 2, 4, _browsers, "by cores, and each may take 1 GiB of half the memory"),
    _Row("resources.reserveMemory", 512, 256, _by_memory, "by memory; a desktop leaves more to other programs"),
    _Row("cache.memory", 16, 32, _by_memory, "by memory"),
)  # fmt: skip


def advice(production: bool, machine: Machine) -> tuple[Advice, ...]:
    """The settings that fit a server (`production`) or somebody's own computer."""
    limited = Advice(
        "gateway.rateLimiting.enabled", production, "on a server strangers may ask; at home it would only be in the way"
    )
    return (limited, *(_fitted(row, production, machine) for row in _ROWS))


def suggest_performance(production: bool, machine: Machine) -> JsonObject:
    """The same as a merge patch (RFC 7396)."""
    return patch_of(advice(production, machine))


def patch_of(rows: tuple[Advice, ...]) -> JsonObject:
    """The change that puts the values in their places."""
    patch: JsonObject = {}
    for row in rows:
        change: JsonValue = row.value
        for key in reversed(row.path.split(".")):
            change = {key: change}
        patch = as_object(merge_patch(patch, change))
    return patch


def _fitted(row: _Row, production: bool, machine: Machine) -> Advice:
    value = row.fit(row.server if production else row.desktop, machine)
    return Advice(row.path, max(1, math.floor(value + 0.5)), row.why)
