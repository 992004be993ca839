"""Methods about nodes: what there are, what they can do, calling them, and what they call back."""

from __future__ import annotations

from typing import cast

import orjson
from pydantic import Field, JsonValue

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway import node_rows
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.methods.table import (
    Call,
    ErrorCode,
    Method,
    MethodError,
    NoParams,
    Params,
    Role,
    Scope,
    checked,
    covered,
)
from clawd_desktop.gateway.node_commands import EXEC_APPROVALS, RUN
from clawd_desktop.gateway.node_events import EventParams, NodeReports
from clawd_desktop.gateway.node_pairing import NodePairing
from clawd_desktop.gateway.node_run import RunParams, checked_approval
from clawd_desktop.gateway.nodes import Answer, NodeRegistry, Order
from clawd_desktop.gateway.results.nodes import (
    NodeAcknowledged,
    NodeDescription,
    NodeInvoked,
    NodeList,
    NodeRenamed,
    SkillBins,
)
from clawd_desktop.sandbox.approvals import Approvals

LONGEST_WAIT_MS = 86_400_000
LONGEST_NAME = 256


class NodeParams(Params):
    """One node."""

    node_id: str = Field(min_length=1)


class RenameParams(NodeParams):
    """Its new name."""

    display_name: str = Field(min_length=1, max_length=LONGEST_NAME)


class InvokeParams(NodeParams):
    """A command for a node; `timeout_ms` bounds the wait for its answer, `idempotency_key` makes repeats harmless."""

    command: str = Field(min_length=1, max_length=256)
    params: JsonValue = None
    timeout_ms: int | None = Field(default=None, ge=0, le=LONGEST_WAIT_MS)
    idempotency_key: str = Field(min_length=1, max_length=256)


class NodeError(Params):
    """Why a node could not do what it was asked for."""

    code: str | None = Field(default=None, min_length=1)
    message: str | None = Field(default=None, min_length=1)


class ResultParams(NodeParams):
    """A node's answer. Some send a null, or JSON that is no text, as `payloadJSON`."""

    id: str = Field(min_length=1)
    ok: bool
    payload: JsonValue = None
    payload_json: JsonValue = Field(default=None, alias="payloadJSON")
    error: NodeError | None = None

    def outcome(self) -> Answer | JsonObject:
        """The answer, or the error object."""
        if not self.ok:
            error = self.error or NodeError()
            return error.model_dump(by_alias=True, exclude_none=True)
        if self.payload_json is None or isinstance(self.payload_json, str):
            return Answer(self.payload, self.payload_json, "payload" in self.model_fields_set)
        if "payload" in self.model_fields_set:
            return Answer(self.payload, None, has_payload=True)
        return Answer(self.payload_json, None, has_payload=True)


class BinsParams(Params):
    """A method without parameters for nodes."""


class NodeMethods:
    """Machines that lend their abilities."""

    def __init__(
        self,
        registry: NodeRegistry,
        devices: Devices,
        legacy: NodePairing,
        approvals: Approvals,
        reports: NodeReports,
        clock: Clock,
    ) -> None:
        self._registry = registry
        self._devices = devices
        self._legacy = legacy
        self._approvals = approvals
        self._reports = reports
        self._clock = clock

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        node = Role.NODE
        return (
            Method("node.rename", Scope.PAIRING, RenameParams, self.rename, result=NodeRenamed),
            Method("node.list", Scope.READ, NoParams, self.list_all, result=NodeList),
            Method("node.describe", Scope.READ, NodeParams, self.describe, result=NodeDescription),
            Method("node.invoke", Scope.WRITE, InvokeParams, self.invoke, result=NodeInvoked),
            Method("node.invoke.result", Scope.ADMIN, ResultParams, self.result, role=node, result=NodeAcknowledged),
            Method("node.event", Scope.ADMIN, EventParams, self.event, role=node, result=NodeAcknowledged),
            Method("skills.bins", Scope.ADMIN, BinsParams, self.bins, role=node, result=SkillBins),
        )

    def list_all(self, call: Call, params: NoParams) -> NodeList:
        """Machines that lend their abilities, those that are connected first."""
        rows = node_rows.node_rows(self._devices.nodes(), self._registry.live())
        return {"ts": self._clock.wall_ms(), "nodes": rows}

    def describe(self, call: Call, params: NodeParams) -> NodeDescription:
        """One of them."""
        node_id = params.node_id.strip()
        record, live = self._devices.nodes().get(node_id), self._registry.find(node_id)
        if record is None and live is None:
            raise MethodError(ErrorCode.INVALID_REQUEST, "unknown nodeId")
        return {**node_rows.node_row(node_id, record, live), "ts": self._clock.wall_ms()}

    async def rename(self, call: Call, params: RenameParams) -> NodeRenamed:
        """Calls a node so from now on, whatever it calls itself."""
        node_id, name = params.node_id.strip(), params.display_name.strip()
        if not name:
            raise MethodError(ErrorCode.INVALID_REQUEST, "displayName required")
        if not await self._legacy.rename(node_id, name) or node_id in self._devices.nodes():
            await self._devices.rename(node_id, name)
        return {"nodeId": node_id, "displayName": name}

    async def invoke(self, call: Call, params: InvokeParams) -> NodeInvoked:
        """Asks a node for something and waits for its answer."""
        node_id, command = params.node_id.strip(), params.command.strip()
        if not node_id or not command:
            raise MethodError(ErrorCode.INVALID_REQUEST, "nodeId and command required")
        self._may(call, node_id, command)
        answer = await self._registry.invoke(
            Order(node_id, command, self._params_json(call, command, params), params.timeout_ms, params.idempotency_key)
        )
        invoked: NodeInvoked = {
            "ok": True,
            "nodeId": node_id,
            "command": command,
            "payloadJSON": answer.payload_json,
        }
        if answer.has_payload or answer.payload_json:
            invoked["payload"] = answer.value()
        return invoked

    def _may(self, call: Call, node_id: str, command: str) -> None:
        if self._registry.find(node_id) is None:
            raise MethodError(ErrorCode.UNAVAILABLE, "node not connected", details={"code": "NOT_CONNECTED"})
        # What a node may run without a question is changed by administrators only (exec.approvals.node.set).
        if command in EXEC_APPROVALS and Scope.ADMIN not in covered(call.client.scopes):
            raise MethodError(ErrorCode.INVALID_REQUEST, f"missing scope: {Scope.ADMIN}")
        if reason := self._registry.refusal(node_id, command):
            details: JsonObject = {"reason": reason, "command": command}
            raise MethodError(ErrorCode.INVALID_REQUEST, "node command not allowed", details=details)

    def _params_json(self, call: Call, command: str, params: InvokeParams) -> str | None:
        if "params" not in params.model_fields_set:
            return None
        given = params.params
        if command == RUN:
            run = checked(RunParams, given, "node.invoke")
            approval = checked_approval(run, identity_of(call), self._approvals)
            given = {**_without_claims(cast(JsonObject, given)), **approval}
        return orjson.dumps(given).decode()

    def result(self, call: Call, params: ResultParams) -> NodeAcknowledged:
        """A node's answer; one that comes too late is thrown away."""
        if params.node_id != call.client.device_id:
            raise MethodError(ErrorCode.INVALID_REQUEST, "nodeId mismatch")
        if self._registry.settle(params.node_id, params.id, params.outcome()):
            return {"ok": True}
        return {"ok": True, "ignored": True}

    async def event(self, call: Call, params: EventParams) -> NodeAcknowledged:
        """Something that a node has to tell."""
        await self._reports.take(call.client, params)
        return {"ok": True}

    def bins(self, call: Call, params: BinsParams) -> SkillBins:
        """The programs that skills need; none as long as there are no skills."""
        return {"bins": []}


def identity_of(call: Call) -> str:
    """Who may use what was allowed to this client: its device, or whoever came without one by the shared secret."""
    return call.client.device_id


def _without_claims(given: JsonObject) -> JsonObject:
    return {key: value for key, value in given.items() if key not in ("approved", "approvalDecision")}
