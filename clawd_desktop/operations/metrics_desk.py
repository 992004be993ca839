"""What the rest of the application asks of the measurements: a picture of now, closer looks, and further sources."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field

from clawd_desktop.core.clock import Clock
from clawd_desktop.operations.history import MetricHistory
from clawd_desktop.operations.meter import RequestMeter
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.sampler import Sampler, Values
from clawd_desktop.operations.series import split_key

GLANCE_S = 10.0
Labelled = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens since the start; `input` is with what came from a provider's cache."""

    input: float | None
    output: float | None
    total: float | None


@dataclass(frozen=True, slots=True)
class GatewayMetrics:
    """The gateway; times in seconds, `error_rate` from 0 to 1."""

    uptime: float | None
    active_connections: float | None
    requests_per_second: float | None
    error_rate: float | None
    errors_per_minute: float | None
    latency: float | None
    latency_p99: float | None
    restarts: float | None


@dataclass(frozen=True, slots=True)
class AgentMetrics:
    """The assistant's work; times in seconds, `cost` in US dollars, `tool_runs` by tool."""

    active_sessions: float | None
    average_response_time: float | None
    first_token: float | None
    token_usage: TokenUsage
    cost: float | None
    cost_today: float | None
    running: float | None
    queued: float | None
    queue_wait: float | None
    turns: float | None
    failures: float | None
    failures_per_minute: float | None
    failovers: float | None
    tool_runs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class NetworkIO:
    """Bytes a second, without loopback."""

    received: float | None
    sent: float | None


@dataclass(frozen=True, slots=True)
class SystemMetrics:
    """This computer, or the container that we are in; shares from 0 to 1, sizes in bytes."""

    cpu_usage: float | None
    memory_usage: float | None
    memory_available: float | None
    disk_usage: float | None
    disk_free: float | None
    network_io: NetworkIO
    load: float | None


@dataclass(frozen=True, slots=True)
class ProcessMetrics:
    """This program with its children; `cpu` is 1 for one core, sizes in bytes."""

    cpu: float | None
    memory: float | None
    own_memory: float | None
    threads: float | None
    open_files: float | None
    children: float | None


@dataclass(frozen=True, slots=True)
class Metrics:
    """Everything that is measured, as it was at `at_ms` (0 before the first sampling); None for what is not known.

    `models` and `channels` are by name what the metrics `model.*` and `channel.*` say, `values` everything by its key.
    """

    at_ms: int
    gateway: GatewayMetrics
    agents: AgentMetrics
    system: SystemMetrics
    process: ProcessMetrics
    loop_lag: float | None
    loop_lag_p95: float | None
    models: Labelled
    channels: Labelled
    values: Mapping[str, float] = field(repr=False)


class MetricsDesk:
    """The way to all measurements. `meter` counts requests, `history` remembers, `sampler` asks the sources."""

    def __init__(self, meter: RequestMeter, history: MetricHistory, sampler: Sampler, clock: Clock) -> None:
        self.meter = meter
        self.history = history
        self.sampler = sampler
        self._clock = clock
        self._glance = ExitStack()
        self._glance_over: asyncio.TimerHandle | None = None

    def add_source(self, name: str, read: Callable[[], Values], *, timeout_s: float | None = None) -> None:
        """Ask this source too at each sampling; it gives values by series key, of metrics in the table.

        It is asked on the loop and must not block; with `timeout_s` it is asked in a thread of its own, and may. A
        source that raises, hangs or gives no numbers leaves gaps, and is told in the log once.
        """
        self.sampler.add(name, read, timeout_s=timeout_s)

    def watch(self) -> AbstractContextManager[None]:
        """While at least one is held, everything is measured every 2 s instead of every 15 s."""
        return self.sampler.watch()

    def glance(self) -> None:
        """Watch for the next 10 s: for whoever asks again and again from outside, and may go without a word."""
        if self._glance_over is None:
            self._glance.enter_context(self.watch())
        else:
            self._glance_over.cancel()
        self._glance_over = asyncio.get_running_loop().call_later(GLANCE_S, self._look_away)

    def _look_away(self) -> None:
        self._glance_over = None
        self._glance.close()

    def snapshot(self) -> Metrics:
        """The newest values, at most 15 s old, 2 s while somebody watches."""
        return pictured(self.history.newest_ms or 0, self.history.newest())


def pictured(at_ms: int, values: Mapping[str, float]) -> Metrics:
    """Values by series key as a picture."""
    get = values.get
    tokens = TokenUsage(*(get(f"agents.tokenUsage.{kind}") for kind in ("input", "output", "total")))
    return Metrics(
        at_ms=at_ms,
        gateway=GatewayMetrics(
            uptime=get("gateway.uptime"),
            active_connections=get("gateway.activeConnections"),
            requests_per_second=get("gateway.requestsPerSecond"),
            error_rate=get("gateway.errorRate"),
            errors_per_minute=get("gateway.errorsPerMinute"),
            latency=get("gateway.latency"),
            latency_p99=get("gateway.latencyP99"),
            restarts=get("gateway.restarts"),
        ),
        agents=AgentMetrics(
            active_sessions=get("agents.activeSessions"),
            average_response_time=get("agents.averageResponseTime"),
            first_token=get("agents.firstToken"),
            token_usage=tokens,
            cost=get("agents.cost"),
            cost_today=get("agents.costToday"),
            running=get("agents.running"),
            queued=get("agents.queued"),
            queue_wait=get("agents.queueWait"),
            turns=get("agents.turns"),
            failures=get("agents.failures"),
            failures_per_minute=get("agents.failuresPerMinute"),
            failovers=get("agents.failovers"),
            tool_runs=_by_label(values, "agents.toolRuns"),
        ),
        system=SystemMetrics(
            cpu_usage=get("system.cpuUsage"),
            memory_usage=get("system.memoryUsage"),
            memory_available=get("system.memoryAvailable"),
            disk_usage=get("system.diskUsage"),
            disk_free=get("system.diskFree"),
            network_io=NetworkIO(get("system.networkIn"), get("system.networkOut")),
            load=get("system.load"),
        ),
        process=ProcessMetrics(
            cpu=get("process.cpu"),
            memory=get("process.memory"),
            own_memory=get("process.ownMemory"),
            threads=get("process.threads"),
            open_files=get("process.openFiles"),
            children=get("process.children"),
        ),
        loop_lag=get("loop.lag"),
        loop_lag_p95=get("loop.lagP95"),
        models=_labelled(values, "model."),
        channels=_labelled(values, "channel."),
        values=values,
    )


def _by_label(values: Mapping[str, float], name: str) -> dict[str, float]:
    return {split_key(key)[1]: value for key, value in values.items() if split_key(key)[0] == name}


def _labelled(values: Mapping[str, float], prefix: str) -> dict[str, dict[str, float]]:
    """By label what each metric of that prefix says: {"openai/gpt-5": {"tokens": 1200}}."""
    found: dict[str, dict[str, float]] = {}
    for key, value in values.items():
        name, label = split_key(key)
        if name.startswith(prefix) and name in BY_NAME:
            found.setdefault(label, {})[name.removeprefix(prefix)] = value
    return found
