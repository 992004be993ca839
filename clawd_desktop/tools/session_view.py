"""How tools see conversations: their kinds, their keys, their messages; the same for every tool."""

from __future__ import annotations

from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.core.ports import AssistantFacts
from clawd_desktop.core.values import JsonObject, JsonValue, as_object, as_text
from clawd_desktop.storage.session_entry import SessionEntry
from clawd_desktop.storage.session_keys import kind_of
from clawd_desktop.storage.sessions import SessionStore

KINDS = ("main", "group", "cron", "hook", "node", "other")
_STARTS = {"cron:": "cron", "hook:": "hook", "node-": "node", "node:": "node"}


def kind(key: str, main_key: str) -> str:
    """What sort of conversation a canonical key names: one of KINDS, or "global" and "unknown"."""
    if not key.startswith("agent:"):
        return key
    rest = key.split(":", 2)[2]
    if rest == main_key:
        return "main"
    own = next((name for start, name in _STARTS.items() if rest.startswith(start)), None)
    return own or ("group" if kind_of(key) == "group" else "other")


def channel(key: str, sort: str, raw: JsonObject) -> str:
    """The channel over which a conversation is held, "internal" for work of its own, "unknown" when nothing says so."""
    if sort in ("cron", "hook", "node"):
        return "internal"
    parts = key.split(":")
    of_group = parts[2] if sort == "group" and len(parts) > 4 else ""
    return as_text(raw.get("channel")) or as_text(raw.get("lastChannel")) or of_group or "unknown"


def find(store: SessionStore, facts: AssistantFacts, named: str) -> SessionEntry:
    """The conversation with that key or session id. Raises BadInput for an impossible key and NotFound."""
    try:
        entry = store.entry(facts.canonical(named))
    except BadInput:
        entry = None
    found = entry or next((each for each in store.entries() if each.session_id == named), None)
    if found is None:
        raise NotFound(f"Session not found: {named} (use the full sessionKey from sessions_list)")
    return found


def without_tools(messages: list[tuple[str, JsonObject]]) -> list[JsonValue]:
    """The messages that people and the assistant said."""
    return [raw for _, raw in messages if raw.get("role") != "toolResult"]


def delivery(raw: JsonObject) -> JsonObject:
    """Where answers of the conversation go, empty when nowhere."""
    context = as_object(raw.get("deliveryContext"))
    return {name: context[name] for name in ("channel", "to", "accountId") if as_text(context.get(name))}
