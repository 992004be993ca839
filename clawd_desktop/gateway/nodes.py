"""Knows the nodes that are connected and calls them: one request, one answer, or the reason why there is none.

Source: Clawdbot 2026.1.24, gateway/node-registry; error texts and codes are kept to the letter.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import orjson

from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway import node_commands
from clawd_desktop.gateway.methods.table import Client, ErrorCode, MethodError, Role
from clawd_desktop.gateway.node_commands import CommandRules
from clawd_desktop.gateway.visitors import Tell, Visitors

REQUEST = "node.invoke.request"
DEFAULT_TIMEOUT_MS = 30_000
MOST_CALLS = 256
MOST_CALLS_OF_ONE = 32


@dataclass(frozen=True, slots=True)
class Order:
    """What a node is asked for; `params_json` is None without parameters, `key` makes repeats harmless."""

    node_id: str
    command: str
    params_json: str | None = None
    timeout_ms: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a node answered: `payload_json` as it sent it (None when it did not), `payload` when it sent that."""

    payload: JsonValue = None
    payload_json: str | None = None
    has_payload: bool = False

    def value(self) -> JsonValue:
        """What it means; JSON that cannot be read comes back under the name it came by."""
        if not self.payload_json or not self.payload_json.strip():
            return self.payload
        try:
            value: JsonValue = orjson.loads(self.payload_json)
        except orjson.JSONDecodeError:
            return {"payloadJSON": self.payload_json}
        return value


@dataclass(frozen=True, slots=True)
class LiveNode:
    """A connected node. `commands` are those that it declared and may be asked for now."""

    client: Client
    tell: Tell
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Call:
    order: Order
    connection_id: str
    outcome: asyncio.Future[Answer | MethodError]


class NodeRegistry:
    """The connected nodes by device id, and the calls that wait for their answers. `rules` is asked each time."""

    def __init__(self, rules: Callable[[], CommandRules]) -> None:
        self._rules = rules
        self._nodes: dict[str, tuple[Client, Tell]] = {}
        self._calls: dict[str, _Call] = {}
        self._by_key: dict[str, _Call] = {}

    def listen(self, visitors: Visitors) -> None:
        """Learn from the server who comes and goes."""
        visitors.on_arrival(self.arrived)
        visitors.on_departure(self.left)

    def arrived(self, client: Client, tell: Tell) -> None:
        """A client was let in; the latest connection of a node is the one that is called."""
        if client.role is Role.NODE and client.device_id:
            self._nodes[client.device_id] = (client, tell)

    def left(self, client: Client) -> None:
        """A client has gone; calls that wait for it end at once."""
        known = self._nodes.get(client.device_id)
        if known is not None and known[0] is client:
            del self._nodes[client.device_id]
        for call in tuple(self._calls.values()):
            if call.connection_id == client.connection_id:
                _settle(call, _unavailable(f"Error: node disconnected ({call.order.command})"))

    def live(self) -> Mapping[str, LiveNode]:
        """The connected nodes."""
        rules = self._rules()
        return {node_id: _live(client, tell, rules) for node_id, (client, tell) in self._nodes.items()}

    def find(self, node_id: str) -> LiveNode | None:
        """The node when it is connected."""
        known = self._nodes.get(node_id)
        return None if known is None else _live(*known, self._rules())

    def refusal(self, node_id: str, command: str) -> str:
        """Why the connected node may not be asked for the command, "" when it may."""
        client, _ = self._nodes[node_id]
        may = node_commands.allowed(self._rules(), client.platform, client.device_family)
        return node_commands.refusal(command, node_commands.usable(client.commands, may), may)

    async def invoke(self, order: Order) -> Answer:
        """Ask the node and wait for its answer. The same key while that lasts joins the first call.

        Raises MethodError when it is not connected, goes, fails or does not answer in time, or when too much is asked.
        """
        call = self._by_key.get(order.key) if order.key else None
        if call is None:
            call = self._begin(order)
        elif (call.order.node_id, call.order.command, call.order.params_json) != (
            order.node_id, order.command, order.params_json,
        ):  # fmt: skip
            raise MethodError(ErrorCode.INVALID_REQUEST, "idempotencyKey is in use for another call")
        # Who waits may go while others wait for the same.
        outcome = await asyncio.shield(call.outcome)
        if isinstance(outcome, MethodError):
            raise outcome
        return outcome

    def settle(self, node_id: str, call_id: str, outcome: Answer | JsonObject) -> bool:
        """The node's answer, or its error object; False when nobody waits for it any more."""
        call = self._calls.get(call_id)
        if call is None or call.order.node_id != node_id:
            return False
        if isinstance(outcome, Answer):
            _settle(call, outcome)
        else:
            text = str(outcome.get("message") or "node invoke failed")
            _settle(call, _unavailable(text, {"nodeError": outcome or None}))
        return True

    def _begin(self, order: Order) -> _Call:
        known = self._nodes.get(order.node_id)
        if known is None:
            raise _failed("NOT_CONNECTED", "node not connected")
        own = sum(call.order.node_id == order.node_id for call in self._calls.values())
        if len(self._calls) >= MOST_CALLS or own >= MOST_CALLS_OF_ONE:
            text = "too many calls wait for this node"
            raise MethodError(ErrorCode.UNAVAILABLE, text, retryable=True, retry_after_ms=1000)
        (client, tell), loop, call_id = known, asyncio.get_running_loop(), str(uuid.uuid4())
        call = self._calls[call_id] = _Call(order, client.connection_id, loop.create_future())
        if order.key:
            self._by_key[order.key] = call
        wait_ms = DEFAULT_TIMEOUT_MS if order.timeout_ms is None else order.timeout_ms
        timer = loop.call_later(wait_ms / 1000, _settle, call, _failed("TIMEOUT", "node invoke timed out"))
        call.outcome.add_done_callback(partial(self._forget, call_id, timer))
        tell(REQUEST, _request(call_id, order))
        return call

    def _forget(self, call_id: str, timer: asyncio.TimerHandle, outcome: asyncio.Future[Answer | MethodError]) -> None:
        timer.cancel()
        call = self._calls.pop(call_id)
        if self._by_key.get(call.order.key) is call:
            del self._by_key[call.order.key]


def _live(client: Client, tell: Tell, rules: CommandRules) -> LiveNode:
    may = node_commands.allowed(rules, client.platform, client.device_family)
    return LiveNode(client, tell, node_commands.usable(client.commands, may))


def _request(call_id: str, order: Order) -> JsonObject:
    request: JsonObject = {
        "id": call_id,
        "nodeId": order.node_id,
        "command": order.command,
        "paramsJSON": order.params_json,
    }
    if order.timeout_ms is not None:
        request["timeoutMs"] = order.timeout_ms
    if order.key:
        request["idempotencyKey"] = order.key
    return request


def _settle(call: _Call, outcome: Answer | MethodError) -> None:
    if not call.outcome.done():
        call.outcome.set_result(outcome)


def _failed(code: str, text: str) -> MethodError:
    return _unavailable(text, {"nodeError": {"code": code, "message": text}})


def _unavailable(text: str, details: JsonObject | None = None) -> MethodError:
    return MethodError(ErrorCode.UNAVAILABLE, text, details=details)
