"""What the chat methods answer. Source: Clawdbot 2026.1.24, results as observed."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias

from typing_extensions import TypedDict

from clawd_desktop.gateway.results import Open


class ChatHistory(TypedDict):
    """Messages as the transcript holds them, oldest first."""

    sessionKey: str
    sessionId: NotRequired[str]
    messages: list[Open]
    thinkingLevel: str


class ChatAck(TypedDict):
    """The message is stored; the answer comes as events."""

    runId: str
    status: Literal["started", "in_flight", "ok", "aborted"]


class ChatAborted(TypedDict):
    """Which runs were stopped."""

    ok: bool
    aborted: bool
    runIds: list[str]


ChatSent: TypeAlias = ChatAck | ChatAborted


class ChatInjected(TypedDict):
    """The note's id in the transcript."""

    ok: bool
    messageId: str
