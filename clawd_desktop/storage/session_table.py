"""All session entries in memory, in order of use: listing them costs no disk, no sorting and no wall clock."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.storage.session_entry import SessionEntry, changed


class SessionTable:
    """The entries of all agents. Safe to use from the loop's thread and the writer's at once.

    `version` grows with every change. An agent is dirty when its file does not have the newest entries.
    """

    def __init__(self) -> None:
        self.version = 0
        self._lock = threading.Lock()
        self._entries: dict[str, SessionEntry] = {}
        self._foreign: dict[str, dict[str, JsonValue]] = {}
        self._dirty: set[str] = set()
        self._listed: dict[str | None, tuple[int, tuple[SessionEntry, ...]]] = {}

    def fill(self, entries: Sequence[SessionEntry], foreign: dict[str, dict[str, JsonValue]]) -> None:
        """Start with these entries, ordered by their time; `foreign` is what else stands in each agent's file."""
        with self._lock:
            self._entries = {entry.key: entry for entry in sorted(entries, key=lambda entry: entry.updated_at)}
            self._foreign = foreign
            self._dirty.clear()
            self.version += 1

    def get(self, key: str) -> SessionEntry | None:
        """The entry, None when there is none."""
        return self._entries.get(key)

    def newest_first(self, agent_id: str | None) -> tuple[SessionEntry, ...]:
        """The entries of one agent or of all, last used first."""
        with self._lock:
            version, listed = self._listed.get(agent_id, (-1, ()))
            if version != self.version:
                entries = reversed(self._entries.values())
                listed = tuple(entry for entry in entries if agent_id in (None, entry.agent_id))
                self._listed[agent_id] = (self.version, listed)
            return listed

    def put(self, entry: SessionEntry, *, dirty: bool = False) -> None:
        """Add or replace an entry, as the last used one."""
        with self._lock:
            self._put(entry, dirty)

    def change(self, key: str, changes: JsonObject, now_ms: int, *, dirty: bool = False) -> SessionEntry | None:
        """Make changes to an entry as it is now, None when it is gone."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            entry = changed(entry, changes, now_ms)
            self._put(entry, dirty)
            return entry

    def _put(self, entry: SessionEntry, dirty: bool) -> None:
        self._entries.pop(entry.key, None)
        self._entries[entry.key] = entry
        self.version += 1
        if dirty:
            self._dirty.add(entry.agent_id)

    def remove(self, key: str) -> None:
        """Forget an entry."""
        with self._lock:
            self._entries.pop(key, None)
            self.version += 1

    def dirty(self) -> tuple[str, ...]:
        """The agents whose files are behind."""
        return tuple(self._dirty)

    def set_dirty(self, agent_id: str) -> None:
        """Say that the agent's file is behind."""
        with self._lock:
            self._dirty.add(agent_id)

    def take(self, agent_id: str) -> tuple[dict[str, SessionEntry], dict[str, JsonValue]]:
        """All that belongs into an agent's file, which from now on counts as up to date."""
        with self._lock:
            self._dirty.discard(agent_id)
            entries = {entry.key: entry for entry in self._entries.values() if entry.agent_id == agent_id}
            return entries, self._foreign.get(agent_id, {})
