"""What metrics.get, metrics.list and metrics.history answer; a key is absent while its value is not known."""

from __future__ import annotations

from typing import NotRequired, TypeAlias

from typing_extensions import TypedDict


class GatewayNow(TypedDict):
    """The gateway; times in seconds, `errorRate` from 0 to 1."""

    uptime: NotRequired[float]
    activeConnections: NotRequired[float]
    requestsPerSecond: NotRequired[float]
    errorRate: NotRequired[float]
    errorsPerMinute: NotRequired[float]
    latency: NotRequired[float]
    latencyP99: NotRequired[float]
    restarts: NotRequired[float]


class TokenUsage(TypedDict):
    """Tokens since the start."""

    input: NotRequired[float]
    output: NotRequired[float]
    total: NotRequired[float]


class AgentsNow(TypedDict):
    """The assistant's work; times in seconds, costs in US dollars, `toolRuns` by tool."""

    activeSessions: NotRequired[float]
    averageResponseTime: NotRequired[float]
    firstToken: NotRequired[float]
    tokenUsage: TokenUsage
    cost: NotRequired[float]
    costToday: NotRequired[float]
    running: NotRequired[float]
    queued: NotRequired[float]
    queueWait: NotRequired[float]
    turns: NotRequired[float]
    failures: NotRequired[float]
    failuresPerMinute: NotRequired[float]
    failovers: NotRequired[float]
    toolRuns: dict[str, float]


NetworkIO = TypedDict("NetworkIO", {"in": NotRequired[float], "out": NotRequired[float]})


class SystemNow(TypedDict):
    """This computer, or the container around us; shares from 0 to 1, sizes in bytes."""

    cpuUsage: NotRequired[float]
    memoryUsage: NotRequired[float]
    memoryAvailable: NotRequired[float]
    diskUsage: NotRequired[float]
    diskFree: NotRequired[float]
    networkIO: NetworkIO
    load: NotRequired[float]


class ProcessNow(TypedDict):
    """This program with its children; `cpu` is 1 for one core, sizes in bytes."""

    cpu: NotRequired[float]
    memory: NotRequired[float]
    ownMemory: NotRequired[float]
    threads: NotRequired[float]
    openFiles: NotRequired[float]
    children: NotRequired[float]


class LoopNow(TypedDict):
    """How long the event loop takes to answer, in seconds."""

    lag: NotRequired[float]
    lagP95: NotRequired[float]


class ChannelNow(TypedDict):
    """One chat channel; `up` is 1 while it is connected, `authExpires` in seconds."""

    up: NotRequired[float]
    authExpires: NotRequired[float]
    messages: NotRequired[float]


class ModelNow(TypedDict):
    """One model; `responseTime` in seconds."""

    tokens: NotRequired[float]
    responseTime: NotRequired[float]
    failures: NotRequired[float]


class MetricsNow(TypedDict):
    """Everything that is measured, as it was at `ts` (milliseconds since the epoch, 0 before the first time).

    `values` has it all by the keys that metrics.history takes.
    """

    ts: int
    gateway: GatewayNow
    agents: AgentsNow
    system: SystemNow
    process: ProcessNow
    loop: LoopNow
    channels: dict[str, ChannelNow]
    models: dict[str, ModelNow]
    values: dict[str, float]


class MetricRow(TypedDict):
    """One row of the table; `label` names what its series are told apart by, `keys` are those series."""

    name: str
    title: str
    unit: str
    help: str
    label: NotRequired[str]
    counter: bool
    keys: list[str]


class MetricList(TypedDict):
    """The table of everything that can be measured."""

    metrics: list[MetricRow]


Value: TypeAlias = "float | None"


class MetricHistoryPage(TypedDict):
    """Values of one series, oldest first; null is a gap. `stepMs` is what one value stands for."""

    key: str
    unit: str
    stepMs: int
    times: list[int]
    low: list[Value]
    mean: list[Value]
    high: list[Value]
