"""What traces.* and sessions.inspect answer."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from clawd_desktop.gateway.results import Open


class TraceTokens(TypedDict):
    """Tokens of a run, and their cost in US dollars (0: unknown or nothing)."""

    input: int
    output: int
    cacheRead: int
    cacheWrite: int
    total: int
    cost: float


class TracePerformance(TypedDict):
    """What a run took, in milliseconds, and used; `firstToken` counts from when it was queued."""

    totalDuration: float
    waitTime: float
    modelCallTime: float
    toolExecutionTime: float
    firstToken: NotRequired[float]
    modelCalls: int
    toolCalls: int
    failovers: int
    tokenUsage: TraceTokens


class TraceEntry(TypedDict):
    """One run in the list; `state` is finished, failed, aborted or unfinished, `bytes` what it takes on the disk."""

    runId: str
    sessionKey: str
    sessionId: str
    startedMs: int
    state: str
    error: NotRequired[str]
    provider: str
    model: str
    replayable: bool
    bytes: int
    performance: TracePerformance


class TraceList(TypedDict):
    """The newest runs first, and what is kept by the settings."""

    traces: list[TraceEntry]
    enabled: bool
    recording: bool
    keep: int
    dropped: int


class TraceEvent(TypedDict):
    """One thing that happened; `timestamp` is an ISO time, `data` holds no text of the conversation."""

    timestamp: str
    type: str
    data: Open


class TraceSpan(TypedDict):
    """A stretch of the run in milliseconds since it was queued; `depth` says what lies within what."""

    depth: int
    name: str
    start: float
    duration: float
    facts: Open
    error: NotRequired[str]


class TraceDetails(TypedDict):
    """The course's TraceResult, and the spans as a list in the order of beginning. `cut`: some events are missing."""

    sessionId: str
    sessionKey: str
    runId: str
    startTime: str
    state: str
    error: NotRequired[str]
    cut: bool
    events: list[TraceEvent]
    performance: TracePerformance
    spans: list[TraceSpan]


class ReplayEnd(TypedDict):
    """How a replayed turn ended."""

    kind: Literal["reply", "fail", "abort"]
    code: NotRequired[str]
    sentence: NotRequired[str]


class ReplayResult(TypedDict):
    """Whether the turn came out as it was recorded; `difference` is the first one."""

    runId: str
    same: bool
    difference: NotRequired[str]
    modelCalls: int
    messages: int
    end: ReplayEnd


class ChromeTrace(TypedDict):
    """Chrome's trace-event format; opens in https://ui.perfetto.dev."""

    traceEvents: list[Open]
    displayTimeUnit: str
    otherData: Open


class InspectedMessage(TypedDict):
    """One of the largest messages: bytes in the file, estimated tokens, when it was said."""

    bytes: int
    tokens: int
    role: str
    entryId: str
    timestamp: int


class InspectedCall(TypedDict):
    """A tool call that no result followed."""

    callId: str
    tool: str
    entryId: str


class TranscriptFacts(TypedDict):
    """What a transcript holds. Times are milliseconds, `tornAt` byte offsets of the first unreadable lines."""

    lines: int
    version: NotRequired[int]
    roles: dict[str, int]
    tokens: dict[str, int]
    models: dict[str, int]
    otherEntries: dict[str, int]
    reported: TraceTokens
    firstMs: int
    lastMs: int
    largest: list[InspectedMessage]
    openCalls: list[InspectedCall]
    openCallCount: int
    strayResults: int
    errors: int
    aborted: int
    compactions: int
    tornLines: int
    tornAt: list[int]
    unfinished: bool


class SessionInspection(TypedDict):
    """The course's SessionInspection: `size` in bytes, `lastModified` an ISO time, `metadata` the row of the index.

    `error` says what could not be seen. `tokenCount` is an estimate of all messages together.
    """

    sessionId: str
    sessionKey: str
    exists: bool
    path: NotRequired[str]
    size: NotRequired[int]
    lastModified: NotRequired[str]
    messageCount: NotRequired[int]
    tokenCount: NotRequired[int]
    metadata: NotRequired[Open]
    model: NotRequired[str]
    thinkingLevel: NotRequired[str]
    transcript: NotRequired[TranscriptFacts]
    runs: list[TraceEntry]
    error: NotRequired[str]
