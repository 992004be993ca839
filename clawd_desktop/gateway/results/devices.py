"""What clients are told about devices and their tokens; no token but the one that was just made."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class TokenSummary(TypedDict):
    """The tokens of one role; `silent` ones die when the shared secret is changed. Times are milliseconds."""

    role: str
    scopes: list[str]
    createdAtMs: NotRequired[int]
    rotatedAtMs: NotRequired[int]
    revokedAtMs: NotRequired[int]
    revokedBecause: NotRequired[str]
    lastUsedAtMs: NotRequired[int]
    silent: NotRequired[bool]


class PairedDevice(TypedDict):
    """A device that may come back; `approvedScopes` says by role what the owner approved by click."""

    deviceId: str
    publicKey: NotRequired[str]
    displayName: NotRequired[str]
    givenName: NotRequired[str]
    platform: NotRequired[str]
    clientId: NotRequired[str]
    clientMode: NotRequired[str]
    role: NotRequired[str]
    roles: list[str]
    scopes: NotRequired[list[str]]
    remoteIp: NotRequired[str]
    approvedScopes: NotRequired[dict[str, list[str]]]
    tokens: list[TokenSummary]
    createdAtMs: NotRequired[int]
    approvedAtMs: NotRequired[int]


class PendingDevice(TypedDict):
    """A device that waits for the owner, for at most five minutes."""

    requestId: str
    deviceId: str
    publicKey: str
    displayName: NotRequired[str]
    platform: NotRequired[str]
    clientId: NotRequired[str]
    clientMode: NotRequired[str]
    role: NotRequired[str]
    roles: NotRequired[list[str]]
    scopes: NotRequired[list[str]]
    remoteIp: NotRequired[str]
    silent: NotRequired[bool]
    isRepair: NotRequired[bool]
    ts: int


class DeviceList(TypedDict):
    """Who asks to be let in and who is, newest first."""

    pending: list[PendingDevice]
    paired: list[PairedDevice]


class DeviceApproved(TypedDict):
    """The device as it is paired now."""

    requestId: str
    device: PairedDevice


class DeviceRejected(TypedDict):
    """Which device was turned away."""

    requestId: str
    deviceId: str


class TokenRotated(TypedDict):
    """The new token, which is shown only now."""

    deviceId: str
    role: str
    token: str
    scopes: list[str]
    rotatedAtMs: int


class TokenRevoked(TypedDict):
    """Whose tokens are dead."""

    deviceId: str
    role: str
    revokedAtMs: int
