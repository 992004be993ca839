"""Tells those who follow a conversation of every message that is written into it.

Source of the event's name and use: openclaw-node 0.14, `sessions.subscribeMessages`.
"""

from __future__ import annotations

from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.events import MessageStored
from clawd_desktop.core.messages import to_wire
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.broadcast import Broadcaster


class MessageRelay:
    """Turns stored messages into `session.message` events."""

    def __init__(self, bus: EventBus, broadcaster: Broadcaster) -> None:
        self._broadcaster = broadcaster
        self._unsubscribe: Unsubscribe = bus.subscribe(MessageStored, self._stored)

    def close(self) -> None:
        """Tell nothing more."""
        self._unsubscribe()

    def _stored(self, event: MessageStored) -> None:
        followers = self._broadcaster.subscriptions.of(event.session_key)
        if not followers:
            return
        payload: JsonObject = {
            "sessionKey": event.session_key,
            "messageId": event.message_id,
            "message": to_wire(event.message),
        }
        if event.run_id:
            payload["runId"] = event.run_id
        self._broadcaster.tell(followers, "session.message", payload)
