"""What the set-up wizard, updates and the browser answer. Source: Clawdbot 2026.1.24, its protocol's schema."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias

from typing_extensions import TypedDict

from clawd_desktop.gateway.results import Open

WizardState: TypeAlias = Literal["running", "done", "cancelled", "error"]


class StepOption(TypedDict):
    """One of the answers to choose from."""

    value: str
    label: str
    hint: NotRequired[str]


class WizardStep(TypedDict):
    """One question; `sensitive` answers are not to be shown."""

    id: str
    type: Literal["note", "select", "text", "confirm", "multiselect", "progress", "action"]
    title: NotRequired[str]
    message: NotRequired[str]
    options: NotRequired[list[StepOption]]
    initialValue: NotRequired[object]
    placeholder: NotRequired[str]
    sensitive: NotRequired[bool]
    executor: NotRequired[Literal["gateway", "client"]]


class WizardNext(TypedDict):
    """The next question, or how it ended."""

    done: bool
    step: NotRequired[WizardStep]
    status: NotRequired[WizardState]
    error: NotRequired[str]


class WizardStarted(WizardNext):
    """The first question."""

    sessionId: str


class WizardStatus(TypedDict):
    """Where the wizard stands."""

    status: WizardState
    error: NotRequired[str]


class Versions(TypedDict):
    """An installed version."""

    version: str


class UpdateStep(TypedDict):
    """One command of an update."""

    name: str
    command: str
    cwd: str
    durationMs: int
    exitCode: int | None


class UpdateResult(TypedDict):
    """What an update came to."""

    status: Literal["ok", "error", "skipped"]
    mode: str
    root: NotRequired[str]
    before: NotRequired[Versions]
    after: NotRequired[Versions]
    reason: NotRequired[str]
    steps: list[UpdateStep]
    durationMs: int


class UpdateStats(TypedDict):
    """How the update went, as the note for after a restart has it."""

    mode: str
    before: Versions
    reason: str
    steps: list[UpdateStep]
    durationMs: int


class UpdateNote(TypedDict):
    """What was done; `ts` in milliseconds since the epoch."""

    kind: Literal["update"]
    status: Literal["ok", "error", "skipped"]
    ts: int
    message: str | None
    stats: UpdateStats


class UpdateSentinel(TypedDict):
    """`path` is null: nothing has to be remembered over a restart."""

    path: None
    payload: UpdateNote


class UpdateRun(TypedDict):
    """What an update came to; `restart` is null because nothing changed."""

    ok: bool
    result: UpdateResult
    restart: None
    sentinel: UpdateSentinel


BrowserAnswer: TypeAlias = Open
