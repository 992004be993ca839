"""Sends one event to all connected clients: encoded once, numbered once, to those who may see it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from clawd_desktop.core.values import JsonValue
from clawd_desktop.gateway import frames
from clawd_desktop.gateway.methods.table import Encoded, Role, Scope
from clawd_desktop.gateway.websocket import text_frame

EVENTS = (
    "connect.challenge", "agent", "chat", "presence", "tick", "talk.mode", "shutdown", "health", "heartbeat", "cron",
    "node.pair.requested", "node.pair.resolved", "node.invoke.request", "device.pair.requested",
    "device.pair.resolved", "voicewake.changed", "exec.approval.requested", "exec.approval.resolved",
)  # fmt: skip
_GUARDED = {
    "exec.approval.requested": Scope.APPROVALS,
    "exec.approval.resolved": Scope.APPROVALS,
    "device.pair.requested": Scope.PAIRING,
    "device.pair.resolved": Scope.PAIRING,
    "node.pair.requested": Scope.PAIRING,
    "node.pair.resolved": Scope.PAIRING,
}
_DROPPABLE = frozenset({"presence", "tick", "cron", "heartbeat", "talk.mode", "voicewake.changed", *_GUARDED})
_log = logging.getLogger("clawd.gateway.broadcast")


class Receiver(Protocol):
    """A connected client, as far as events go."""

    role: Role
    held: frozenset[str]

    def deliver(self, frame: bytes, *, droppable: bool) -> None:
        """Write the WebSocket frame now, or skip it when the client is slow; never waits and never raises."""


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
    ) -> None:
        """Send the event to everybody who may see it.

        `droppable` (may a slow client miss it?) and `scope` (who may see it) follow from the event's name when they
        are not given. Events that are not droppable close the connection of a client that is too slow for them.
        """
        self.seq += 1
        self._overhear(event_name, payload)
        if not self._receivers:
            return
        try:
            frame = text_frame(frames.event(event_name, payload, seq=self.seq, state_version=state_version))
        except TypeError as error:
            _log.error("event %s was not sent, its payload is not JSON: %s", event_name, error)
            return
        may_drop = _may_drop(event_name, payload) if droppable is None else droppable
        needed = _GUARDED.get(event_name) if scope is None else scope
        for receiver in tuple(self._receivers):
            if needed is None or (receiver.role is Role.OPERATOR and needed in receiver.held):
                receiver.deliver(frame, droppable=may_drop)


def _may_drop(event_name: str, payload: JsonValue | Encoded) -> bool:
    if event_name == "chat":
        return isinstance(payload, dict) and payload.get("state") == "delta"
    return event_name in _DROPPABLE
