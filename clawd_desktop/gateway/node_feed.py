"""Sends subscribed nodes what happens in the conversations that they follow, to each in its own words.

Source: Clawdbot 2026.1.24, gateway/server-node-subscriptions: `agent` and `chat` of the session, every `tick` and
`health`, directly and without a sequence number, beside what is broadcast to all.
"""

from __future__ import annotations

from collections.abc import Callable

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.values import JsonValue, as_text
from clawd_desktop.gateway.methods.table import Client, Encoded
from clawd_desktop.gateway.visitors import Tell, Visitors

MOST_SESSIONS = 64
_OF_SESSION = frozenset({"agent", "chat"})
_OF_ALL = frozenset({"tick", "health"})


class NodeFeed:
    """The subscriptions by connection; they end with it. `canonical` gives the one name of a session."""

    def __init__(self, canonical: Callable[[str], str]) -> None:
        self._canonical = canonical
        self._tells: dict[str, Tell] = {}
        self._sessions: dict[str, dict[str, str]] = {}

    def listen(self, visitors: Visitors) -> None:
        """Learn from the server who comes and goes."""
        visitors.on_arrival(lambda client, tell: self._tells.update({client.connection_id: tell}))
        visitors.on_departure(self._left)

    def subscribe(self, client: Client, session_key: str) -> None:
        """Tell the node of this session from now on, under the name that it uses. Raises Unavailable when too many."""
        known = self._sessions.setdefault(client.connection_id, {})
        known[self._canonical(session_key)] = session_key
        if len(known) > MOST_SESSIONS:
            del known[self._canonical(session_key)]
            raise Unavailable(
                f"A node follows at most {MOST_SESSIONS} sessions.", hint="Unsubscribe from others first."
            )

    def unsubscribe(self, client: Client, session_key: str) -> None:
        """Tell it nothing more of this session."""
        known = self._sessions.get(client.connection_id, {})
        known.pop(self._canonical(session_key), None)
        if not known:
            self._sessions.pop(client.connection_id, None)

    def overhear(self, event_name: str, payload: JsonValue | Encoded) -> None:
        """An event is about to be broadcast."""
        if not self._sessions or isinstance(payload, Encoded):
            return
        if event_name in _OF_ALL:
            for connection_id in self._sessions:
                self._tells[connection_id](event_name, payload)
        elif event_name in _OF_SESSION and isinstance(payload, dict):
            key = self._canonical(as_text(payload.get("sessionKey")))
            for connection_id, sessions in self._sessions.items():
                if (name := sessions.get(key)) is not None:
                    self._tells[connection_id](event_name, {**payload, "sessionKey": name})

    def _left(self, client: Client) -> None:
        self._tells.pop(client.connection_id, None)
        self._sessions.pop(client.connection_id, None)
