"""The tool that lists conversations."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import islice

from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.messages import ToolSpec
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.storage.session_entry import SessionEntry
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.tools.agent_access import may_reach
from clawd_desktop.tools.session_view import KINDS, channel, delivery, kind, without_tools
from clawd_desktop.tools.tool import Asker, json_result, names_of, number_of

MOST = 1000
MOST_MESSAGES = 20
# What a row shows of an index entry as it stands. Source: sessions_list of Clawdbot 2026.1.24.
SHOWN = (
    "label", "displayName", "model", "contextTokens", "totalTokens", "thinkingLevel", "verboseLevel", "systemSent",
    "abortedLastRun", "sendPolicy", "lastChannel", "lastTo", "lastAccountId",
)  # fmt: skip


class SessionsList:
    """Lists the conversations that the asking agent may see, newest first."""

    spec = ToolSpec(
        "sessions_list",
        "List sessions with optional filters and last messages.",
        {
            "type": "object",
            "properties": {
                "kinds": {"type": "array", "items": {"type": "string", "enum": list(KINDS)}},
                "limit": {"type": "number", "minimum": 1},
                "activeMinutes": {"type": "number", "minimum": 1},
                "messageLimit": {"type": "number", "minimum": 0},
            },
        },
    )

    def __init__(self, store: SessionStore, config: Callable[[], Config], clock: Clock) -> None:
        self._store = store
        self._config = config
        self._clock = clock

    async def run(self, args: JsonObject, asker: Asker) -> JsonObject:
        """The rows, as {count, sessions}."""
        kinds = set(names_of(args, "kinds")) & set(KINDS)
        limit = number_of(args, "limit", least=1, most=MOST)
        minutes = number_of(args, "activeMinutes", least=1, most=10_000_000)
        messages = number_of(args, "messageLimit", least=0, most=MOST_MESSAGES) or 0
        since = self._clock.wall_ms() - minutes * 60_000 if minutes is not None else 0
        main = self._config().session.main_key or "main"
        sorted_out = ((entry, kind(entry.key, main)) for entry in self._store.entries() if entry.updated_at >= since)
        wanted = (pair for pair in sorted_out if pair[1] in (kinds or KINDS) and self._visible(pair[0], asker))
        rows: list[JsonValue] = []
        for entry, sort in islice(wanted, limit):
            row = self._row(entry, sort)
            if messages:
                stretch = await self._store.read(entry.key, messages)
                row["messages"] = without_tools(stretch.messages)
            rows.append(row)
        return json_result({"count": len(rows), "sessions": rows})

    def _visible(self, entry: SessionEntry, asker: Asker) -> bool:
        return may_reach(self._config().tools.agent_to_agent, asker.agent_id, entry.agent_id)

    def _row(self, entry: SessionEntry, sort: str) -> JsonObject:
        raw = entry.raw
        row: JsonObject = {"key": entry.key, "kind": sort, "channel": channel(entry.key, sort, raw)}
        row |= {name: raw[name] for name in SHOWN if raw.get(name) is not None}
        if context := delivery(raw):
            row["deliveryContext"] = context
        if entry.updated_at:
            row["updatedAt"] = entry.updated_at
        if entry.session_id:
            folder = self._store.store_path(entry.agent_id).parent
            path = entry.session_file or os.path.join(folder, f"{entry.session_id}.jsonl")
            row |= {"sessionId": entry.session_id, "transcriptPath": path}
        return row
