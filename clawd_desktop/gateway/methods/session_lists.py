"""Methods that list conversations and look into them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Coroutine
from itertools import islice

import orjson
from pydantic import Field

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text
from clawd_desktop.gateway.methods import session_rows
from clawd_desktop.gateway.methods.table import Call, Encoded, Method, Params, Scope
from clawd_desktop.gateway.results.sessions import PreviewList, SessionList
from clawd_desktop.gateway.summaries import Summaries
from clawd_desktop.storage.sessions import SessionStore

CACHED_LISTS = 32
LAST_MESSAGE_CHARS = 120
PREVIEWED_KEYS = 64


class ListParams(Params):
    """Which sessions: the newest `limit`, those active in the last `active_minutes`, those that `search` finds,
    or only those of these `kinds` (direct, group, global, unknown).
    """

    limit: int | None = Field(default=None, ge=1)
    active_minutes: int | None = Field(default=None, ge=1)
    include_global: bool = False
    include_unknown: bool = False
    include_derived_titles: bool = False
    include_last_message: bool = False
    label: str | None = None
    spawned_by: str | None = None
    agent_id: str | None = None
    search: str | None = None
    # openclaw-node sends it.
    kinds: list[str] | None = None


class PreviewParams(Params):
    """The last `limit` messages of up to 64 sessions, each cut at `max_chars` characters."""

    keys: list[str] = Field(min_length=1)
    limit: int = Field(default=12, ge=1)
    max_chars: int = Field(default=240, ge=20)


class SessionListMethods:
    """Conversations as clients see them; lists are kept encoded until something changes."""

    def __init__(self, store: SessionStore, assistant: Assistant, summaries: Summaries, clock: Clock) -> None:
        self._store = store
        self._assistant = assistant
        self._summaries = summaries
        self._clock = clock
        self._lists: OrderedDict[ListParams, tuple[int, str, bytes]] = OrderedDict()

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("sessions.list", Scope.READ, ListParams, self.listing, result=SessionList),
            Method("sessions.preview", Scope.READ, PreviewParams, self.preview, result=PreviewList),
        )

    def listing(self, call: Call, params: ListParams) -> Encoded | Coroutine[object, object, Encoded]:
        """All sessions that match, newest first; from memory, at once, unless last messages are wanted."""
        if params.include_last_message:
            return self._list_with_last(params)
        return Encoded(b'{"ts":%d,%b' % (self._clock.wall_ms(), self._listed(params)))

    async def _list_with_last(self, params: ListParams) -> Encoded:
        answer: JsonObject = orjson.loads(b"{" + self._listed(params))
        for row in as_list(answer.get("sessions")):
            key = as_text(as_object(row).get("key"))
            stretch = await self._store.read(key, 1)
            for _, raw in stretch.messages:
                as_object(row)["lastMessagePreview"] = session_rows.preview_item(raw, LAST_MESSAGE_CHARS)["text"]
        return Encoded(orjson.dumps({"ts": self._clock.wall_ms(), **answer}))

    def _listed(self, params: ListParams) -> bytes:
        if not _is_kept(params):
            return self._made(params)
        state = (self._store.version, self._summaries.default_model().ref)
        kept = self._lists.get(params)
        if kept is not None and kept[:2] == state:
            self._lists.move_to_end(params)
            return kept[2]
        encoded = self._made(params)
        self._lists[params] = (*state, encoded)
        if len(self._lists) > CACHED_LISTS:
            self._lists.popitem(last=False)
        return encoded

    def _made(self, params: ListParams) -> bytes:
        model = self._summaries.default_model()
        rows = self._rows(params)
        body: JsonObject = {
            "path": self._path(params.agent_id),
            "count": len(rows),
            "defaults": {
                "modelProvider": model.provider,
                "model": model.id,
                "contextTokens": model.context_window,
            },
            "sessions": rows,
        }
        return orjson.dumps(body)[1:]

    def _rows(self, params: ListParams) -> list[JsonValue]:
        since = self._clock.wall_ms() - params.active_minutes * 60_000 if params.active_minutes else 0
        wanted = _wanted(params)
        found = (
            session_rows.row(entry, raw, titled=params.include_derived_titles)
            for entry in self._store.entries(params.agent_id)
            if entry.updated_at >= since and session_rows.matches(entry.key, raw := entry.raw, wanted)
        )
        return list(islice(found, params.limit))

    def _path(self, agent_id: str | None) -> str:
        if agent_id is None and len(self._summaries.agent_ids()) > 1:
            return "(multiple)"
        return str(self._store.store_path(agent_id or self._summaries.default_agent()))

    async def preview(self, call: Call, params: PreviewParams) -> JsonObject:
        """The last things that were said, as short plain lines."""
        previews: list[JsonValue] = [
            await self._preview(key, min(params.limit, 50), min(params.max_chars, 2000))
            for key in params.keys[:PREVIEWED_KEYS]
        ]
        return {"ts": self._clock.wall_ms(), "previews": previews}

    async def _preview(self, key: str, limit: int, max_chars: int) -> JsonObject:
        canonical = self._assistant.canonical(key)
        if self._store.entry(canonical) is None:
            return {"key": key, "status": "missing", "items": []}
        stretch = await self._store.read(canonical, limit)
        items: list[JsonValue] = [session_rows.preview_item(raw, max_chars) for _, raw in stretch.messages]
        return {"key": key, "status": "ok" if items else "empty", "items": items}


def _is_kept(params: ListParams) -> bool:
    """Whether the list is worth keeping.

    What was active in the last minutes changes by itself, without the store changing; what people search for comes
    once and would drive out the lists that all clients ask for.
    """
    return params.active_minutes is None and not params.search and params.kinds is None


def _wanted(params: ListParams) -> session_rows.Wanted:
    hidden = ((params.include_global, "global"), (params.include_unknown, "unknown"))
    usual = ("direct", "group", *(kind for shown, kind in hidden if shown))
    return session_rows.Wanted(
        kinds=frozenset(usual if params.kinds is None else params.kinds),
        label=params.label,
        spawned_by=params.spawned_by,
        search=(params.search or "").casefold(),
    )
