"""What the cron methods answer. Source: Clawdbot 2026.1.24, the schema of its jobs."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from clawd_desktop.gateway.results import Open


class JobState(TypedDict):
    """When a job ran and runs; times are milliseconds since the epoch."""

    nextRunAtMs: NotRequired[int]
    runningAtMs: NotRequired[int]
    lastRunAtMs: NotRequired[int]
    lastStatus: NotRequired[Literal["ok", "error", "skipped"]]
    lastError: NotRequired[str]
    lastDurationMs: NotRequired[int]


class CronJob(TypedDict):
    """Planned work."""

    id: str
    agentId: NotRequired[str]
    name: str
    description: NotRequired[str]
    enabled: bool
    deleteAfterRun: NotRequired[bool]
    createdAtMs: int
    updatedAtMs: int
    schedule: Open
    sessionTarget: Literal["main", "isolated"]
    wakeMode: Literal["next-heartbeat", "now"]
    payload: Open
    isolation: NotRequired[Open]
    state: JobState


class CronJobs(TypedDict):
    """Jobs by their next run."""

    jobs: list[CronJob]


class CronStatus(TypedDict):
    """Whether jobs run, and when the next one does."""

    enabled: bool
    storePath: str
    jobs: int
    nextWakeAtMs: int | None


class CronRemoved(TypedDict):
    """Whether there was such a job."""

    ok: bool
    removed: bool


class CronRan(TypedDict):
    """Whether the job ran, and why not."""

    ok: bool
    ran: bool
    reason: NotRequired[Literal["not-due"]]


class CronRun(TypedDict):
    """One run that has ended."""

    ts: int
    jobId: str
    action: Literal["finished"]
    status: NotRequired[Literal["ok", "error", "skipped"]]
    error: NotRequired[str]
    summary: NotRequired[str]
    runAtMs: NotRequired[int]
    durationMs: NotRequired[int]
    nextRunAtMs: NotRequired[int]


class CronRuns(TypedDict):
    """Runs of a job, oldest first."""

    entries: list[CronRun]
