"""What the config methods answer. Source: Clawdbot 2026.1.24, results as observed."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from clawd_desktop.gateway.results import Open


class Complaint(TypedDict):
    """What is wrong, and where: a dotted path."""

    path: str
    message: str


class ConfigSnapshot(TypedDict):
    """The file as it stands and what it means; `hash` is the SHA-256 of its bytes."""

    path: str
    exists: bool
    raw: str | None
    parsed: object
    valid: bool
    config: Open
    hash: str
    issues: list[Complaint]
    warnings: list[Complaint]
    legacyIssues: list[Complaint]


class UiHint(TypedDict):
    """How a form shows one key."""

    label: str
    help: NotRequired[str]
    group: str
    order: NotRequired[int]
    advanced: NotRequired[bool]
    sensitive: NotRequired[bool]
    unit: NotRequired[str]
    placeholder: NotRequired[str]


class ConfigSchema(TypedDict):
    """A JSON schema (draft 7) and hints by dotted path."""

    schema: Open
    uiHints: dict[str, UiHint]
    version: str
    generatedAt: int


class ConfigSaved(TypedDict):
    """The file was replaced."""

    ok: bool
    path: str
    config: Open


class Restart(TypedDict):
    """The restart that follows where the change needs one."""

    ok: bool
    pid: int
    signal: str
    delayMs: int
    reason: str
    mode: str


class SentinelStats(TypedDict):
    """Which change it was, and of which file."""

    mode: str
    root: str


class SentinelPayload(TypedDict):
    """What was done, as Clawdbot notes it down for after its restart."""

    kind: str
    status: str
    ts: int
    message: str | None
    stats: SentinelStats


class Sentinel(TypedDict):
    """`path` is null: nothing has to be remembered over a restart here."""

    path: str | None
    payload: SentinelPayload


class ConfigApplied(ConfigSaved):
    """The file was changed, and what needs a restart gets one."""

    restart: Restart
    sentinel: Sentinel
