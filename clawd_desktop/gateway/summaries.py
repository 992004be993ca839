"""How the gateway sums itself up for clients: health and status, in the shapes that Clawdbot's clients read.

Source: Clawdbot 2026.1.24, `health` and `status` results as observed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

from pydantic.alias_generators import to_camel

from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import NotFound
from clawd_desktop.core.ports import Status
from clawd_desktop.core.values import JsonObject, JsonValue, as_int
from clawd_desktop.models.catalog import Catalog
from clawd_desktop.models.pricing import ModelRow
from clawd_desktop.storage.session_entry import SessionEntry
from clawd_desktop.storage.session_keys import kind_of
from clawd_desktop.storage.sessions import SessionStore

HEARTBEAT_OFF = "0m"
RECENT_IN_HEALTH = 5
RECENT_IN_STATUS = 10
MODEL_FRESH_S = 1.0
# What a row of `status` shows of an index entry as it stands, and how its flags call it.
SHOWN = ("thinkingLevel", "verboseLevel", "reasoningLevel", "elevatedLevel", "systemSent", "abortedLastRun")
FLAGS = {
    "thinkingLevel": "think", "verboseLevel": "verbose", "reasoningLevel": "reasoning", "elevatedLevel": "elevated",
}  # fmt: skip


class Summaries:
    """Builds health and status from the current configuration and stores."""

    def __init__(
        self,
        config: Callable[[], Config],
        store: SessionStore,
        catalog: Catalog,
        status: Status,
        system_events: Callable[[], Sequence[str]],
        clock: Clock,
    ) -> None:
        self._config = config
        self._store = store
        self._catalog = catalog
        self._status = status
        self._system_events = system_events
        self._clock = clock
        self._model: tuple[float, ModelRow] | None = None

    def default_model(self) -> ModelRow:
        """The model that answers when a session chose none; looked up at most once a second."""
        now = self._clock.monotonic()
        if self._model is None or now - self._model[0] > MODEL_FRESH_S:
            self._model = (now, self._found(self._catalog.primary()))
        return self._model[1]

    def agent_ids(self) -> tuple[str, ...]:
        """All agents of the configuration, the default one first."""
        default = self.default_agent()
        listed = [agent.id for agent in self._config().agents.list]
        return (default, *(name for name in listed if name != default))

    def default_agent(self) -> str:
        """The agent that answers when none is named."""
        return self._config().agents.default_id

    def main_key(self) -> str:
        """The last part of the main session's key."""
        return self._config().session.main_key or "main"

    def identity(self) -> tuple[str, str]:
        """The assistant's name and its picture: an emoji, an address, or its first letter."""
        name = self._config().ui.assistant.name or "Assistant"
        return name, self._config().ui.assistant.avatar or name[:1].upper()

    def health(self) -> JsonObject:
        """HealthSummary: cheap enough to be made on request; nothing in it is older than now."""
        started = self._clock.monotonic()
        now = self._clock.wall_ms()
        agents: list[JsonValue] = [self._agent_health(name, now) for name in self.agent_ids()]
        return {
            "ok": True,
            "ts": now,
            "durationMs": round((self._clock.monotonic() - started) * 1000),
            "channels": {},
            "channelOrder": [],
            "channelLabels": {},
            "heartbeatSeconds": 0,
            "defaultAgentId": self.default_agent(),
            "agents": agents,
            "sessions": self._sessions(None, now),
        }

    def _agent_health(self, agent_id: str, now: int) -> JsonObject:
        return {
            "agentId": agent_id,
            "isDefault": agent_id == self.default_agent(),
            "heartbeat": {
                "enabled": False,
                "every": HEARTBEAT_OFF,
                "everyMs": None,
                "prompt": "",
                "target": "none",
                "ackMaxChars": 300,
            },
            "sessions": self._sessions(agent_id, now),
        }

    def _sessions(self, agent_id: str | None, now: int) -> JsonObject:
        entries = self._store.entries(agent_id)
        recent: list[JsonValue] = [
            {"key": entry.key, "updatedAt": entry.updated_at or None, "age": _age(entry, now)}
            for entry in entries[:RECENT_IN_HEALTH]
        ]
        return {
            "path": str(self._store.store_path(agent_id or self.default_agent())),
            "count": len(entries),
            "recent": recent,
        }

    def status(self) -> JsonObject:
        """StatusSummary, with everything that the desktop's own pages show under "desktop"."""
        now = self._clock.wall_ms()
        every: list[JsonValue] = [
            {"agentId": name, "enabled": False, "every": HEARTBEAT_OFF, "everyMs": None} for name in self.agent_ids()
        ]
        by_agent: list[JsonValue] = [
            {
                "agentId": name,
                "path": str(self._store.store_path(name)),
                "count": len(self._store.entries(name)),
                "recent": self._rows(self._store.entries(name), now),
            }
            for name in self.agent_ids()
        ]
        model = self.default_model()
        return {
            "heartbeat": {"defaultAgentId": self.default_agent(), "agents": every},
            "channelSummary": [],
            "queuedSystemEvents": list(self._system_events()),
            "sessions": {
                "paths": [str(self._store.store_path(name)) for name in self.agent_ids()],
                "count": len(self._store.entries()),
                "defaults": {"model": model.id, "contextTokens": model.context_window},
                "recent": self._rows(self._store.entries(), now),
                "byAgent": by_agent,
            },
            "desktop": desktop_facts(self._status),
        }

    def _rows(self, entries: Sequence[SessionEntry], now: int) -> list[JsonValue]:
        return [self._row(entry, now) for entry in entries[:RECENT_IN_STATUS]]

    def _row(self, entry: SessionEntry, now: int) -> JsonObject:
        raw, model = entry.raw, self._model_of(entry)
        window = as_int(raw.get("contextTokens")) or model.context_window
        used = entry.total_tokens
        flags: list[JsonValue] = [f"{flag}:{raw[name]}" for name, flag in FLAGS.items() if raw.get(name)]
        return {
            "agentId": entry.agent_id,
            "key": entry.key,
            "kind": kind_of(entry.key),
            "sessionId": entry.session_id,
            "updatedAt": entry.updated_at or None,
            "age": _age(entry, now),
            **{name: raw[name] for name in SHOWN if raw.get(name) is not None},
            "inputTokens": entry.input_tokens,
            "outputTokens": entry.output_tokens,
            "totalTokens": used,
            "remainingTokens": max(0, window - used),
            "percentUsed": min(100, round(100 * used / window)) if window else 0,
            "model": model.id,
            "contextTokens": window,
            "flags": [*flags, f"id:{entry.session_id}"],
        }

    def _model_of(self, entry: SessionEntry) -> ModelRow:
        """The model that answers in this conversation."""
        return self._found(entry.model_override) if entry.model_override else self.default_model()

    def _found(self, ref: str) -> ModelRow:
        try:
            return self._catalog.find(ref)
        except NotFound:
            provider, _, name = self._catalog.full(ref).partition("/")
            return ModelRow(provider, name, name)


def desktop_facts(status: Status) -> JsonObject:
    """The whole status report as JSON, with Clawdbot's camelCase."""
    return {to_camel(name): _json(value) for name, value in asdict(status.report()).items()}


def _json(value: object) -> JsonValue:
    if isinstance(value, dict):
        return {to_camel(str(key)): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _age(entry: SessionEntry, now: int) -> int | None:
    return max(0, now - entry.updated_at) if entry.updated_at else None
