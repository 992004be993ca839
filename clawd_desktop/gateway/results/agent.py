"""What runs, agents and models answer. Source: Clawdbot 2026.1.24, results as observed."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict


class ModelChoice(TypedDict):
    """A model that can be chosen; its window is in tokens."""

    id: str
    name: str
    provider: str
    contextWindow: int
    reasoning: bool
    input: list[str]


class ModelList(TypedDict):
    """All models."""

    models: list[ModelChoice]


class AgentSummary(TypedDict):
    """An agent that takes messages."""

    id: str


class AgentList(TypedDict):
    """All agents."""

    defaultId: str
    mainKey: str
    scope: Literal["per-sender", "global"]
    agents: list[AgentSummary]


class AgentIdentity(TypedDict):
    """How an agent shows itself; `avatar` is an emoji, an address or a letter."""

    agentId: str
    name: str
    avatar: str


class RunAccepted(TypedDict):
    """The first of two answers: the message is stored and will be answered."""

    runId: str
    status: Literal["accepted"]
    acceptedAt: int


class Payload(TypedDict):
    """A piece of an answer."""

    text: str
    mediaUrl: str | None


class RunUsage(TypedDict):
    """Tokens of a run."""

    input: int
    output: int
    cacheRead: int
    cacheWrite: int
    total: int


class AgentMeta(TypedDict):
    """Who answered."""

    sessionId: str
    provider: str
    model: str
    usage: RunUsage


class RunMeta(TypedDict):
    """How long it took and who answered."""

    durationMs: int
    agentMeta: AgentMeta
    aborted: bool


class RunResult(TypedDict):
    """What was answered."""

    payloads: list[Payload]
    meta: RunMeta


class RunDone(TypedDict):
    """The second answer: the run has ended."""

    runId: str
    status: Literal["ok"]
    summary: Literal["completed", "aborted"]
    result: RunResult


class RunWaited(TypedDict):
    """How a run stands; times in milliseconds since the epoch, absent while it goes on."""

    runId: str
    status: Literal["ok", "error", "timeout"]
    startedAt: NotRequired[int]
    endedAt: NotRequired[int]
    error: NotRequired[str]
