"""What clients are told about nodes: machines that lend their abilities."""

from __future__ import annotations

from typing import NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict


class NodeRow(TypedDict):
    """One node; what only it can say is there while it is connected. Times are milliseconds since the epoch."""

    nodeId: str
    displayName: NotRequired[str]
    platform: NotRequired[str]
    version: NotRequired[str]
    coreVersion: NotRequired[str]
    uiVersion: NotRequired[str]
    deviceFamily: NotRequired[str]
    modelIdentifier: NotRequired[str]
    remoteIp: NotRequired[str]
    caps: list[str]
    commands: list[str]
    pathEnv: NotRequired[str]
    permissions: NotRequired[dict[str, bool]]
    connectedAtMs: NotRequired[int]
    paired: bool
    connected: bool


class NodeList(TypedDict):
    """All nodes, those that are connected first."""

    ts: int
    nodes: list[NodeRow]


class NodeDescription(NodeRow):
    """One node, now."""

    ts: int


class NodeRenamed(TypedDict):
    """What the node is called from now on."""

    nodeId: str
    displayName: str


class NodeInvoked(TypedDict):
    """What a node answered; `payload` is absent when it sent none."""

    ok: bool
    nodeId: str
    command: str
    payload: NotRequired[JsonValue]
    payloadJSON: str | None


class NodeAcknowledged(TypedDict):
    """A node's message has come; `ignored` when nobody waits for it any more."""

    ok: bool
    ignored: NotRequired[bool]


class SkillBins(TypedDict):
    """The programs that skills need."""

    bins: list[str]


class PendingNode(TypedDict):
    """A request in the way of older nodes, which have no device key."""

    requestId: str
    nodeId: str
    displayName: NotRequired[str]
    platform: NotRequired[str]
    version: NotRequired[str]
    coreVersion: NotRequired[str]
    uiVersion: NotRequired[str]
    deviceFamily: NotRequired[str]
    modelIdentifier: NotRequired[str]
    caps: NotRequired[list[str]]
    commands: NotRequired[list[str]]
    remoteIp: NotRequired[str]
    silent: NotRequired[bool]
    isRepair: bool
    ts: int


class PairedNode(TypedDict):
    """A node that was approved in that way; `token` is there only in the answer to its approval."""

    nodeId: str
    token: NotRequired[str]
    displayName: NotRequired[str]
    platform: NotRequired[str]
    version: NotRequired[str]
    coreVersion: NotRequired[str]
    uiVersion: NotRequired[str]
    deviceFamily: NotRequired[str]
    modelIdentifier: NotRequired[str]
    caps: NotRequired[list[str]]
    commands: NotRequired[list[str]]
    bins: NotRequired[list[str]]
    permissions: NotRequired[dict[str, bool]]
    remoteIp: NotRequired[str]
    createdAtMs: int
    approvedAtMs: int
    lastConnectedAtMs: NotRequired[int]


class NodePairRequested(TypedDict):
    """The request that waits; `created` is false when it waited already."""

    status: str
    request: PendingNode
    created: bool


class NodePairList(TypedDict):
    """Requests and approved nodes, newest first."""

    pending: list[PendingNode]
    paired: list[PairedNode]


class NodePairApproved(TypedDict):
    """The node with its token, which is shown only now."""

    requestId: str
    node: PairedNode


class NodePairRejected(TypedDict):
    """Which node was turned away."""

    requestId: str
    nodeId: str


class NodePairVerified(TypedDict):
    """Whether the token is the node's."""

    ok: bool
    node: NotRequired[PairedNode]
