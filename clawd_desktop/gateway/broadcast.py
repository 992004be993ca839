"""Sends one event to all connected clients: encoded once, numbered once, to those who may see it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from clawd_desktop.core.values import JsonValue
from clawd_desktop.gateway import frames
from clawd_desktop.gateway.methods.table import Encoded, Role, Scope
from clawd_desktop.gateway.subscriptions import Subscriptions
from clawd_desktop.gateway.websocket import text_frame

EVENTS = (
    "connect.challenge", "agent", "chat", "presence", "tick", "talk.mode", "shutdown", "health", "heartbeat", "cron",
    "node.pair.requested", "node.pair.resolved", "node.invoke.request", "device.pair.requested",
    "device.pair.resolved", "voicewake.changed", "exec.approval.requested", "exec.approval.resolved",
)  # fmt: skip
# Sent to those alone who asked for them.
EVENTS_OF_PROTOCOL_4 = ("session.message",)
_GUARDED = {
    "exec.approval.requested": Scope.APPROVALS,
    "exec.approval.resolved": Scope.APPROVALS,
    "device.pair.requested": Scope.PAIRING,
    "device.pair.resolved": Scope.PAIRING,
    "node.pair.requested": Scope.PAIRING,
    "node.pair.resolved": Scope.PAIRING,
}
# Clawdbot sends these to whoever is connected. Here an operator hears no conversation that it may not ask for; nodes
# do, because they may follow any.
_CONVERSATIONS = frozenset({"agent", "chat"})
_DROPPABLE = frozenset({"presence", "tick", "cron", "heartbeat", "talk.mode", "voicewake.changed", *_GUARDED})
_log = logging.getLogger("clawd.gateway.broadcast")


class Receiver(Protocol):
    """A connected client, as far as events go."""

    role: Role
    held: frozenset[str]

    @property
    def connection_id(self) -> str:
        """Who it is among all connections."""

    def deliver(self, frame: bytes, *, droppable: bool) -> None:
        """Write the WebSocket frame now, or skip it when the client is slow; never waits and never raises."""


@dataclass(frozen=True, slots=True)
class Apart:
    """What some connections are told in place of the others' payload."""

    connections: frozenset[str]
    payload: JsonValue


@dataclass(slots=True)
class StateVersions:
    """How often presence and health changed since the start; they grow and never go back."""

    presence: int = 1
    health: int = 1

    def as_wire(self) -> dict[str, int]:
        """The `stateVersion` of frames."""
        return {"presence": self.presence, "health": self.health}


class Broadcaster:
    """Everybody who is connected, and the one counter of all events.

    `seq` also grows for events that a client is not shown: clients see gaps there by design.
    """

    def __init__(self) -> None:
        self.versions = StateVersions()
        self.subscriptions = Subscriptions()
        self.seq = 0
        self._receivers: dict[Receiver, None] = {}
        self._overhear: Callable[[str, JsonValue | Encoded], object] = lambda event_name, payload: None

    def __len__(self) -> int:
        return len(self._receivers)

    def join(self, receiver: Receiver) -> None:
        """Send all further events to the client."""
        self._receivers[receiver] = None

    def leave(self, receiver: Receiver) -> None:
        """Send the client nothing more."""
        self._receivers.pop(receiver, None)

    def overhear(self, listener: Callable[[str, JsonValue | Encoded], object]) -> None:
        """Call `listener(event_name, payload)` for every event, before it is sent."""
        self._overhear = listener

    def publish(
        self,
        event_name: str,
        payload: JsonValue | Encoded = None,
        *,
        state_version: Mapping[str, int] | None = None,
        droppable: bool | None = None,
        scope: Scope | None = None,
        apart: Apart | None = None,
    ) -> None:
        """Send the event to everybody who may see it, and to those `apart` what is meant for them.

        `droppable` (may a slow client miss it?) and `scope` (who may see it) follow from the event's name when they
        are not given. Events that are not droppable close the connection of a client that is too slow for them.
        """
        self.seq += 1
        self._overhear(event_name, payload)
        if not self._receivers:
            return
        frame = _frame(event_name, payload, self.seq, state_version)
        other = _frame(event_name, apart.payload, self.seq, state_version) if apart is not None else frame
        may_drop = _may_drop(event_name, payload) if droppable is None else droppable
        needed = _GUARDED.get(event_name) if scope is None else scope
        nodes = needed is None
        if event_name in _CONVERSATIONS:
            needed = needed or Scope.READ
        for receiver in tuple(self._receivers):
            told = other if apart is not None and receiver.connection_id in apart.connections else frame
            hears = nodes if receiver.role is Role.NODE else needed is None or needed in receiver.held
            if told and hears:
                receiver.deliver(told, droppable=may_drop)

    def tell(self, connections: frozenset[str], event_name: str, payload: JsonValue) -> None:
        """Send the event to these connections alone. It has no number: the others would see a gap."""
        frame = _frame(event_name, payload, None, None)
        for receiver in tuple(self._receivers):
            if frame and receiver.connection_id in connections:
                receiver.deliver(frame, droppable=event_name in _DROPPABLE)


def _frame(event_name: str, payload: JsonValue | Encoded, seq: int | None, versions: Mapping[str, int] | None) -> bytes:
    """The frame, or nothing when the payload is not JSON: that must not end what happens."""
    try:
        return text_frame(frames.event(event_name, payload, seq=seq, state_version=versions))
    except TypeError as error:
        _log.error("event %s was not sent, its payload is not JSON: %s", event_name, error)
        return b""


def events_of(protocol: int) -> tuple[str, ...]:
    """The names of all events that a client of that protocol may be sent."""
    return EVENTS if protocol < 4 else (*EVENTS, *EVENTS_OF_PROTOCOL_4)


def _may_drop(event_name: str, payload: JsonValue | Encoded) -> bool:
    if event_name == "chat":
        return isinstance(payload, dict) and payload.get("state") == "delta"
    return event_name in _DROPPABLE
