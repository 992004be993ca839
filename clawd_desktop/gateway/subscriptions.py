"""Who asked to be told what happens in which conversation; ends with the connection."""

from __future__ import annotations

from clawd_desktop.core.errors import Refused

MOST = 256  # Conversations of one connection.


class Subscriptions:
    """Connections by the canonical keys of the conversations they follow."""

    def __init__(self) -> None:
        self._followers: dict[str, frozenset[str]] = {}
        self._followed: dict[str, set[str]] = {}

    def add(self, connection_id: str, session_key: str) -> None:
        """Follow the conversation; once is enough. Raises Refused when the connection follows too many."""
        followed = self._followed.setdefault(connection_id, set())
        if len(followed) >= MOST and session_key not in followed:
            raise Refused(f"A connection can follow {MOST} conversations.", hint="Unsubscribe from one first.")
        followed.add(session_key)
        self._followers[session_key] = self.of(session_key) | {connection_id}

    def remove(self, connection_id: str, session_key: str) -> bool:
        """Follow it no more; False when the connection did not."""
        followed = self._followed.get(connection_id, set())
        if session_key not in followed:
            return False
        followed.remove(session_key)
        if not followed:
            del self._followed[connection_id]
        left = self.of(session_key) - {connection_id}
        if left:
            self._followers[session_key] = left
        else:
            del self._followers[session_key]
        return True

    def forget(self, connection_id: str) -> None:
        """The connection is gone."""
        for key in tuple(self._followed.get(connection_id, ())):
            self.remove(connection_id, key)

    def of(self, session_key: str) -> frozenset[str]:
        """The connections that follow the conversation."""
        return self._followers.get(session_key, frozenset())
