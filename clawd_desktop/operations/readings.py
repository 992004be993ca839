"""Which fact each metric of ours is read from: one row per metric, beside the table that names them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from clawd_desktop.core.ports import StatusReport
from clawd_desktop.operations.meter import Pace
from clawd_desktop.system.measure import Reading


@dataclass(frozen=True, slots=True)
class LoopFacts:
    """What is known on the loop, without asking a disk or another process; lags in seconds, oldest first."""

    status: StatusReport
    pace: Pace
    uptime_s: float
    starts: int
    active_sessions: int
    lags: Sequence[float]


ON_LOOP: dict[str, Callable[[LoopFacts], float | None]] = {
    "gateway.uptime": lambda facts: facts.uptime_s,
    "gateway.activeConnections": lambda facts: facts.status.connections,
    "gateway.requestsPerSecond": lambda facts: facts.pace.per_second,
    "gateway.errorRate": lambda facts: facts.pace.error_rate,
    "gateway.errorsPerMinute": lambda facts: facts.pace.errors_per_minute,
    "gateway.latency": lambda facts: facts.pace.p50,
    "gateway.latencyP99": lambda facts: facts.pace.p99,
    "gateway.restarts": lambda facts: facts.starts,
    "agents.activeSessions": lambda facts: facts.active_sessions,
    "agents.running": lambda facts: facts.status.runs,
    "agents.queued": lambda facts: facts.status.queued,
    "agents.costToday": lambda facts: facts.status.tokens_today.cost,
    "loop.lag": lambda facts: facts.lags[-1] if facts.lags else None,
    "loop.lagP95": lambda facts: p95(facts.lags),
}
OF_SYSTEM: dict[str, Callable[[Reading], float | None]] = {
    "system.cpuUsage": lambda reading: reading.cpu,
    "system.memoryUsage": lambda reading: reading.memory,
    "system.memoryAvailable": lambda reading: reading.memory_available,
    "system.diskUsage": lambda reading: reading.disk,
    "system.diskFree": lambda reading: reading.disk_free,
    "system.networkIn": lambda reading: reading.network_in,
    "system.networkOut": lambda reading: reading.network_out,
    "system.load": lambda reading: reading.load,
    "process.cpu": lambda reading: reading.tree.cpu,
    "process.memory": lambda reading: reading.tree.memory,
    "process.ownMemory": lambda reading: reading.tree.own_memory,
    "process.threads": lambda reading: reading.tree.threads,
    "process.openFiles": lambda reading: reading.tree.open_files,
    "process.children": lambda reading: reading.tree.children,
}
# Counted from the bus (`run_meter`) and in the data folder (`state_size`), and by services that add a source.
FROM_RUNS = frozenset({
    "agents.queueWait", "agents.averageResponseTime", "agents.firstToken", "agents.turns", "agents.failures",
    "agents.failuresPerMinute", "agents.toolRuns", "agents.failovers", "agents.tokenUsage.input",
    "agents.tokenUsage.output", "agents.tokenUsage.total", "agents.cost", "model.tokens", "model.responseTime",
    "model.failures", "channel.up", "channel.authExpires", "channel.messages",
})  # fmt: skip
FROM_FOLDER = frozenset({"storage.stateSize"})
FROM_SERVICES = frozenset({
    "backup.age", "backup.drillAge", "resource.used", "resource.waiting", "cache.hits", "cache.misses", "cache.bytes",
    "log.dropped", "service.up", "alerts.open",
})  # fmt: skip


def on_loop(facts: LoopFacts) -> dict[str, float]:
    """The metrics that the loop knows by itself; what is not known is left out."""
    return _known((name, read(facts)) for name, read in ON_LOOP.items())


def of_system(reading: Reading) -> dict[str, float]:
    """The metrics of computer and processes; what could not be measured is left out."""
    return _known((name, read(reading)) for name, read in OF_SYSTEM.items())


def p95(lags: Sequence[float]) -> float | None:
    """The value that 95 of 100 do not pass; None without any."""
    ordered = sorted(lags)
    return ordered[math.ceil(0.95 * len(ordered)) - 1] if ordered else None


def _known(pairs: Iterable[tuple[str, float | None]]) -> dict[str, float]:
    return {name: float(value) for name, value in pairs if value is not None}
