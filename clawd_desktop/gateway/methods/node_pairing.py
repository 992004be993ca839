"""Methods that pair nodes in the way of older ones; nothing is shown of their tokens but the one that was just made."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import Field

from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.methods.table import Call, Method, NoParams, Params, Scope
from clawd_desktop.gateway.node_pairing import NodePairing
from clawd_desktop.gateway.results.nodes import (
    NodePairApproved,
    NodePairList,
    NodePairRejected,
    NodePairRequested,
    NodePairVerified,
    PairedNode,
    PendingNode,
)

_Text = Annotated[str, Field(min_length=1, max_length=1024)]
_Names = Annotated[list[Annotated[str, Field(min_length=1, max_length=256)]], Field(max_length=256)]


class PairParams(Params):
    """What a node says of itself."""

    node_id: _Text
    display_name: _Text | None = None
    platform: _Text | None = None
    version: _Text | None = None
    core_version: _Text | None = None
    ui_version: _Text | None = None
    device_family: _Text | None = None
    model_identifier: _Text | None = None
    caps: _Names | None = None
    commands: _Names | None = None
    remote_ip: _Text | None = None
    silent: bool | None = None

    def facts(self) -> JsonObject:
        """The keys of the file."""
        facts: JsonObject = self.model_dump(by_alias=True, exclude_none=True)
        return {**facts, "nodeId": self.node_id.strip()}


class RequestParams(Params):
    """A waiting request."""

    request_id: str = Field(min_length=1)


class VerifyParams(Params):
    """A node and the token that it shows."""

    node_id: str = Field(min_length=1)
    token: str = Field(min_length=1, max_length=4096)


class NodePairingMethods:
    """Kept for clients that ask for it; nodes of today are devices."""

    def __init__(self, nodes: NodePairing) -> None:
        self._nodes = nodes

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("node.pair.request", Scope.PAIRING, PairParams, self.request, result=NodePairRequested),
            Method("node.pair.list", Scope.PAIRING, NoParams, self.list_all, result=NodePairList),
            Method("node.pair.approve", Scope.PAIRING, RequestParams, self.approve, result=NodePairApproved),
            Method("node.pair.reject", Scope.PAIRING, RequestParams, self.reject, result=NodePairRejected),
            Method("node.pair.verify", Scope.PAIRING, VerifyParams, self.verify, result=NodePairVerified),
        )

    async def request(self, call: Call, params: PairParams) -> NodePairRequested:
        """Asks for a node to be let in; one request per node waits."""
        request, created = await self._nodes.request(params.facts())
        return {"status": "pending", "request": cast(PendingNode, request), "created": created}

    def list_all(self, call: Call, params: NoParams) -> NodePairList:
        """Which nodes ask and which are approved; no token is shown."""
        pending, paired = self._nodes.listing()
        return {"pending": cast(list[PendingNode], pending), "paired": cast(list[PairedNode], paired)}

    async def approve(self, call: Call, params: RequestParams) -> NodePairApproved:
        """Gives a node its token."""
        node = await self._nodes.approve(params.request_id)
        return {"requestId": params.request_id, "node": cast(PairedNode, node)}

    async def reject(self, call: Call, params: RequestParams) -> NodePairRejected:
        """Turns a node away."""
        return {"requestId": params.request_id, "nodeId": await self._nodes.reject(params.request_id)}

    def verify(self, call: Call, params: VerifyParams) -> NodePairVerified:
        """Says whether a token is the node's."""
        node = self._nodes.verify(params.node_id, params.token)
        return {"ok": False} if node is None else {"ok": True, "node": cast(PairedNode, node)}
