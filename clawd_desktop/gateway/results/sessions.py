"""What the session methods answer.

Source: Clawdbot 2026.1.24, results as observed; describe and subscribe as openclaw-node 0.14 reads them.
"""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from clawd_desktop.gateway.results import Open


class SessionDefaults(TypedDict):
    """The model that answers when a conversation chose none."""

    modelProvider: str
    model: str
    contextTokens: int


class SessionRow(TypedDict):
    """One conversation; absent facts have no key, times are milliseconds since the epoch."""

    key: str
    kind: str
    label: NotRequired[str]
    displayName: NotRequired[str]
    derivedTitle: NotRequired[str]
    lastMessagePreview: NotRequired[str]
    channel: NotRequired[str]
    subject: NotRequired[str]
    groupChannel: NotRequired[str]
    space: NotRequired[str]
    chatType: NotRequired[str]
    origin: NotRequired[Open]
    updatedAt: int | None
    sessionId: NotRequired[str]
    systemSent: NotRequired[bool]
    abortedLastRun: NotRequired[bool]
    thinkingLevel: NotRequired[str]
    verboseLevel: NotRequired[str]
    reasoningLevel: NotRequired[str]
    elevatedLevel: NotRequired[str]
    sendPolicy: NotRequired[str]
    inputTokens: NotRequired[int]
    outputTokens: NotRequired[int]
    totalTokens: int
    responseUsage: NotRequired[str]
    modelProvider: NotRequired[str]
    model: NotRequired[str]
    contextTokens: NotRequired[int]
    deliveryContext: NotRequired[Open]
    lastChannel: NotRequired[str]
    lastTo: NotRequired[str]
    lastAccountId: NotRequired[str]
    spawnedBy: NotRequired[str]


class SessionList(TypedDict):
    """Conversations, last used first; `path` is their store, or "(multiple)"."""

    ts: int
    path: str
    count: int
    defaults: SessionDefaults
    sessions: list[SessionRow]


class PreviewItem(TypedDict):
    """A message as one plain line."""

    role: Literal["user", "assistant", "tool", "system", "other"]
    text: str


class Preview(TypedDict):
    """The last lines of one conversation."""

    key: str
    status: Literal["ok", "empty", "missing", "error"]
    items: list[PreviewItem]


class PreviewList(TypedDict):
    """The last lines of several conversations."""

    ts: int
    previews: list[Preview]


class SessionResolved(TypedDict):
    """The one that was meant."""

    ok: bool
    key: str


class SessionReset(TypedDict):
    """The index entry of the fresh transcript."""

    ok: bool
    key: str
    entry: Open


class SessionPatched(SessionReset):
    """The index entry after the change, and the index file."""

    path: str


class SessionDeleted(TypedDict):
    """The files to which the transcripts were renamed."""

    ok: bool
    key: str
    deleted: bool
    archived: list[str]


class SessionCompacted(TypedDict):
    """How many lines are left, and where the whole is kept."""

    ok: bool
    key: str
    compacted: bool
    kept: NotRequired[int]
    archived: NotRequired[list[str]]
    reason: NotRequired[str]


class SessionDescribed(TypedDict):
    """Whether the conversation exists and what happens in it; `lastActivityAt` in milliseconds since the epoch."""

    key: str
    exists: bool
    status: Literal["idle", "processing", "waiting"]
    activeRunId: str | None
    lastActivityAt: NotRequired[int]


class SessionFollowed(TypedDict):
    """Events of this conversation carry `key` as their session's name."""

    key: str
    subscribed: bool
