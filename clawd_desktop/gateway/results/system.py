"""What health, status, presence, the log and system events answer.

Source: Clawdbot 2026.1.24, results as observed.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias

from typing_extensions import TypedDict

from clawd_desktop.gateway.results import Open


class Ok(TypedDict):
    """It was done."""

    ok: bool


class RecentSession(TypedDict):
    """When a conversation was last used; times are milliseconds since the epoch, `age` milliseconds."""

    key: str
    updatedAt: int | None
    age: int | None


class SessionCount(TypedDict):
    """How many conversations there are, and the newest."""

    path: str
    count: int
    recent: list[RecentSession]


class Heartbeat(TypedDict):
    """How an agent's heartbeat is set."""

    enabled: bool
    every: str
    everyMs: int | None
    prompt: str
    target: str
    ackMaxChars: int


class AgentHealth(TypedDict):
    """One agent."""

    agentId: str
    isDefault: bool
    heartbeat: Heartbeat
    sessions: SessionCount


class Health(TypedDict):
    """HealthSummary."""

    ok: bool
    ts: int
    durationMs: int
    channels: dict[str, Open]
    channelOrder: list[str]
    channelLabels: dict[str, str]
    heartbeatSeconds: int
    defaultAgentId: str
    agents: list[AgentHealth]
    sessions: SessionCount


class AgentBeat(TypedDict):
    """How often an agent's heart beats."""

    agentId: str
    enabled: bool
    every: str
    everyMs: int | None


class Beats(TypedDict):
    """The heartbeats of all agents."""

    defaultAgentId: str
    agents: list[AgentBeat]


class StatusSession(TypedDict):
    """A conversation with its use of the model's window; numbers are tokens."""

    agentId: str
    key: str
    kind: str
    sessionId: str
    updatedAt: int | None
    age: int | None
    thinkingLevel: NotRequired[str]
    verboseLevel: NotRequired[str]
    reasoningLevel: NotRequired[str]
    elevatedLevel: NotRequired[str]
    systemSent: NotRequired[bool]
    abortedLastRun: NotRequired[bool]
    inputTokens: int
    outputTokens: int
    totalTokens: int
    remainingTokens: int
    percentUsed: int
    model: str
    contextTokens: int
    flags: list[str]


class StatusDefaults(TypedDict):
    """The model that answers when a conversation chose none."""

    model: str
    contextTokens: int


class AgentSessions(TypedDict):
    """The conversations of one agent."""

    agentId: str
    path: str
    count: int
    recent: list[StatusSession]


class StatusSessions(TypedDict):
    """All conversations."""

    paths: list[str]
    count: int
    defaults: StatusDefaults
    recent: list[StatusSession]
    byAgent: list[AgentSessions]


class DesktopTokens(TypedDict):
    """What was used since midnight; `cost` in US dollars."""

    input: int
    output: int
    cacheRead: int
    cacheWrite: int
    cost: float


class DesktopStatus(TypedDict):
    """What the desktop's own pages show; times in milliseconds, durations in seconds, sizes in bytes."""

    phase: str
    addresses: list[str]
    reason: str
    pid: int
    version: str
    startedMs: int
    uptimeS: float
    connections: int
    sessions: int
    runs: int
    queued: int
    pausedUntilMs: int | None
    model: str
    fallbacks: list[str]
    tokensToday: DesktopTokens
    secretsState: str
    secretsBackend: str
    configPath: str
    stateFolder: str
    safeMode: bool
    residentBytes: int
    cpuFraction: float
    loopLagS: float
    notices: list[Open]
    certificate: str
    requestsPerSecond: float


class Status(TypedDict):
    """StatusSummary; `queuedSystemEvents` are what the main conversation's next turn will be told."""

    heartbeat: Beats
    channelSummary: list[str]
    queuedSystemEvents: list[str]
    sessions: StatusSessions
    desktop: DesktopStatus


class PresenceEntry(TypedDict):
    """Somebody who is or was there; `ts` in milliseconds since the epoch."""

    host: NotRequired[str]
    ip: NotRequired[str]
    version: NotRequired[str]
    platform: NotRequired[str]
    deviceFamily: NotRequired[str]
    modelIdentifier: NotRequired[str]
    mode: NotRequired[str]
    lastInputSeconds: NotRequired[float]
    reason: NotRequired[str]
    tags: NotRequired[list[str]]
    text: NotRequired[str]
    ts: int
    deviceId: NotRequired[str]
    roles: NotRequired[list[str]]
    scopes: NotRequired[list[str]]
    instanceId: NotRequired[str]


PresenceList: TypeAlias = list[PresenceEntry]


class HeartbeatEvent(TypedDict):
    """What a heartbeat came to."""

    ts: int
    status: Literal["sent", "ok-empty", "ok-token", "skipped", "failed"]
    to: NotRequired[str]
    preview: NotRequired[str]
    durationMs: NotRequired[int]
    hasMedia: NotRequired[bool]
    reason: NotRequired[str]
    channel: NotRequired[str]
    silent: NotRequired[bool]
    indicatorType: NotRequired[Literal["ok", "alert", "error"]]


class HeartbeatsSet(TypedDict):
    """Whether heartbeats are on."""

    ok: bool
    enabled: bool


class LogLines(TypedDict):
    """New lines of a log; `cursor` and `size` are byte offsets."""

    file: str
    cursor: int
    size: int
    lines: list[str]
    truncated: bool
    reset: bool
