"""What clients are told about commands that need an approval, and about the list of those that do not."""

from __future__ import annotations

from typing import NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict


class ApprovalDecided(TypedDict):
    """The answer to a question; `decision` is null when nobody gave one in time. Times are milliseconds."""

    id: str
    decision: str | None
    createdAtMs: int
    expiresAtMs: int


class ApprovalResolved(TypedDict):
    """The decision was taken."""

    ok: bool


class ApprovalSocket(TypedDict):
    """Where a companion program listens; its token is never shown."""

    path: str


class AllowedCommand(TypedDict):
    """A pattern of program paths that may run without a question."""

    id: NotRequired[str]
    pattern: str
    lastUsedAt: NotRequired[int]
    lastUsedCommand: NotRequired[str]
    lastResolvedPath: NotRequired[str]


class ApprovalRules(TypedDict):
    """How strict it is: security (deny, allowlist, full), ask (off, on-miss, always), what holds without an answer."""

    security: NotRequired[str]
    ask: NotRequired[str]
    askFallback: NotRequired[str]
    autoAllowSkills: NotRequired[bool]


class AgentApprovals(ApprovalRules):
    """The rules of one agent."""

    allowlist: NotRequired[list[AllowedCommand]]


class ApprovalList(TypedDict):
    """The file's content without the socket's token."""

    version: int
    socket: ApprovalSocket
    defaults: ApprovalRules
    agents: dict[str, AgentApprovals]


class ApprovalSnapshot(TypedDict):
    """The file of allowed commands; `hash` must be named to change it."""

    path: str
    exists: bool
    hash: str
    file: ApprovalList


class NodeApprovalSnapshot(TypedDict, total=False):
    """The same of a node, as that answers it."""

    path: str
    exists: bool
    hash: str
    file: dict[str, JsonValue]
