"""What channels, pairing of their senders and messages out answer.

Source: Clawdbot 2026.1.24; pairing.* as openclaw-node 0.14 asks for them.
"""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from clawd_desktop.gateway.results import Open


class ChannelMeta(TypedDict):
    """How a channel is shown."""

    id: str
    label: str
    detailLabel: str
    systemImage: NotRequired[str]


class ChannelsStatus(TypedDict):
    """All channels and their accounts; an account is an open object with at least `accountId`."""

    ts: int
    channelOrder: list[str]
    channelLabels: dict[str, str]
    channelDetailLabels: dict[str, str]
    channelSystemImages: dict[str, str]
    channelMeta: list[ChannelMeta]
    channels: dict[str, Open]
    channelAccounts: dict[str, list[Open]]
    channelDefaultAccountId: dict[str, str]


class ChannelLoggedOut(TypedDict):
    """The account's credentials are gone."""

    channel: str
    accountId: str
    cleared: bool
    loggedOut: NotRequired[bool]


class WebLoginStarted(TypedDict):
    """A QR code to scan, as a data URL."""

    message: str
    qrDataUrl: NotRequired[str]


class WebLoginWaited(TypedDict):
    """Whether somebody has scanned it."""

    connected: bool
    message: str


class MessageSent(TypedDict):
    """Where a message was delivered."""

    runId: str
    messageId: str
    channel: str
    chatId: NotRequired[str]
    channelId: NotRequired[str]
    toJid: NotRequired[str]
    conversationId: NotRequired[str]


class PollSent(MessageSent):
    """Where a poll was delivered."""

    pollId: NotRequired[str]


class PairingRequest(TypedDict):
    """Somebody who wrote and is not known; times are ISO 8601."""

    id: str
    code: str
    createdAt: str
    lastSeenAt: str
    meta: NotRequired[dict[str, str]]


class PairingRequests(TypedDict):
    """Who waits to be let in."""

    channel: str
    requests: list[PairingRequest]


class PairingApproved(TypedDict):
    """Who may write from now on."""

    ok: bool
    channel: str
    id: str
