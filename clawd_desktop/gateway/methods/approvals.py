"""Methods that ask whether a command may run, decide it, and show and change what may run without a question."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import orjson
from pydantic import Field

from clawd_desktop.core.values import JsonObject, as_object
from clawd_desktop.gateway.methods.table import Call, ErrorCode, Method, MethodError, NoParams, Params, Scope
from clawd_desktop.gateway.nodes import NodeRegistry, Order
from clawd_desktop.gateway.results.approvals import (
    ApprovalDecided,
    ApprovalList,
    ApprovalResolved,
    ApprovalSnapshot,
    NodeApprovalSnapshot,
)
from clawd_desktop.sandbox.approval_file import ApprovalFile, Shown
from clawd_desktop.sandbox.approvals import Approvals, Asker, Command

DEFAULT_WAIT_MS = 120_000
LONGEST_WAIT_MS = 86_400_000
LONGEST_COMMAND = 100_000
_Word = Annotated[str, Field(max_length=4096)]
_Rule = Annotated[str, Field(max_length=64)]


class AskParams(Params):
    """A command that somebody wants to run; `timeout_ms` is how long the answer is waited for."""

    command: str = Field(min_length=1, max_length=LONGEST_COMMAND)
    # The owner's buttons name it too, so that it is kept short.
    id: str | None = Field(default=None, min_length=1, max_length=128)
    cwd: _Word | None = None
    host: _Word | None = None
    security: _Word | None = None
    ask: _Word | None = None
    agent_id: _Word | None = None
    resolved_path: _Word | None = None
    session_key: _Word | None = None
    timeout_ms: int = Field(default=DEFAULT_WAIT_MS, ge=1, le=LONGEST_WAIT_MS)


class ResolveParams(Params):
    """The answer: allow-once, allow-always or deny."""

    id: str = Field(min_length=1)
    decision: str = Field(min_length=1)


class EntryParams(Params):
    """A pattern of program paths."""

    id: str | None = Field(default=None, min_length=1, max_length=256)
    pattern: _Word
    last_used_at: int | None = Field(default=None, ge=0)
    last_used_command: str | None = Field(default=None, max_length=LONGEST_COMMAND)
    last_resolved_path: _Word | None = None


class RulesParams(Params):
    """How strict it is."""

    security: _Rule | None = None
    ask: _Rule | None = None
    ask_fallback: _Rule | None = None
    auto_allow_skills: bool | None = None


class AgentParams(RulesParams):
    """The rules of one agent."""

    allowlist: Annotated[list[EntryParams], Field(max_length=10_000)] | None = None


class SocketParams(Params):
    """Where a companion program listens."""

    path: _Word | None = None
    token: _Word | None = None


class FileParams(Params):
    """The content of the file."""

    version: Literal[1]
    socket: SocketParams | None = None
    defaults: RulesParams | None = None
    agents: dict[str, AgentParams] | None = None

    def as_json(self) -> JsonObject:
        """The keys of the file; what was not given is absent."""
        file: JsonObject = self.model_dump(by_alias=True, exclude_none=True)
        return file


class SetParams(Params):
    """The whole content; `base_hash` is the hash of what it was made from."""

    file: FileParams
    base_hash: str | None = Field(default=None, min_length=1)


class NodeGetParams(Params):
    """A node."""

    node_id: str = Field(min_length=1)


class NodeSetParams(NodeGetParams, SetParams):
    """A node and the whole content of its file."""


class ApprovalMethods:
    """Questions wait in memory, what may run without one stands in a file, and nodes have files of their own."""

    def __init__(self, approvals: Approvals, file: ApprovalFile, nodes: NodeRegistry) -> None:
        self._approvals = approvals
        self._file = file
        self._nodes = nodes

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        admin, approvals, node = Scope.ADMIN, Scope.APPROVALS, NodeApprovalSnapshot
        return (
            Method("exec.approvals.get", admin, NoParams, self.get, result=ApprovalSnapshot),
            Method("exec.approvals.set", admin, SetParams, self.set, result=ApprovalSnapshot),
            Method("exec.approvals.node.get", admin, NodeGetParams, self.node_get, result=node),
            Method("exec.approvals.node.set", admin, NodeSetParams, self.node_set, result=node),
            Method("exec.approval.request", approvals, AskParams, self.ask, result=ApprovalDecided),
            Method("exec.approval.resolve", approvals, ResolveParams, self.resolve, result=ApprovalResolved),
        )

    async def get(self, call: Call, params: NoParams) -> ApprovalSnapshot:
        """What may run without a question; the file is made when there is none."""
        return _snapshot(await self._file.get())

    async def set(self, call: Call, params: SetParams) -> ApprovalSnapshot:
        """Changes what may run without a question, from the version that was read."""
        return _snapshot(await self._file.set(params.file.as_json(), params.base_hash))

    async def node_get(self, call: Call, params: NodeGetParams) -> NodeApprovalSnapshot:
        """The same of a node."""
        return await self._of_node(params.node_id, "system.execApprovals.get", {})

    async def node_set(self, call: Call, params: NodeSetParams) -> NodeApprovalSnapshot:
        """Changes that of a node."""
        changed: JsonObject = {"file": params.file.as_json()}
        if params.base_hash is not None:
            changed["baseHash"] = params.base_hash
        return await self._of_node(params.node_id, "system.execApprovals.set", changed)

    async def ask(self, call: Call, params: AskParams) -> ApprovalDecided:
        """Answers only when somebody has decided, the time is over, or (never) when the asker goes."""
        command = Command(
            params.command,
            params.cwd,
            params.host,
            params.security,
            params.ask,
            params.agent_id,
            params.resolved_path,
            params.session_key,
        )
        asker = Asker(call.client.connection_id, call.client.device_id)
        approval = self._approvals.ask(command, asker, timeout_ms=params.timeout_ms, approval_id=params.id or "")
        decision = await self._approvals.decision(approval)
        return {
            "id": approval.id,
            "decision": decision,
            "createdAtMs": approval.created_ms,
            "expiresAtMs": approval.expires_ms,
        }

    def resolve(self, call: Call, params: ResolveParams) -> ApprovalResolved:
        """Decides it; the first decision counts."""
        self._approvals.resolve(params.id, params.decision, call.client.display_name or call.client.client_id)
        return {"ok": True}

    async def _of_node(self, node_id: str, command: str, params: JsonObject) -> NodeApprovalSnapshot:
        node_id = node_id.strip()
        if not node_id:
            raise MethodError(ErrorCode.INVALID_REQUEST, "nodeId required")
        if self._nodes.find(node_id) is not None and (reason := self._nodes.refusal(node_id, command)):
            details: JsonObject = {"reason": reason, "command": command}
            raise MethodError(ErrorCode.INVALID_REQUEST, "node command not allowed", details=details)
        answer = await self._nodes.invoke(Order(node_id, command, orjson.dumps(params).decode()))
        return cast(NodeApprovalSnapshot, as_object(answer.value()))


def _snapshot(shown: Shown) -> ApprovalSnapshot:
    return {"path": shown.path, "exists": shown.exists, "hash": shown.hash, "file": cast(ApprovalList, shown.file)}
