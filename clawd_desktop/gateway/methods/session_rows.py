"""How one conversation looks in a list and in a preview; pure."""

from __future__ import annotations

from dataclasses import dataclass

from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_object, as_text
from clawd_desktop.storage.session_entry import SessionEntry
from clawd_desktop.storage.session_keys import kind_of

# What a row shows of an index entry as it stands. Source: Clawdbot's sessions.list.
SHOWN = (
    "label", "displayName", "channel", "subject", "groupChannel", "space", "chatType", "origin", "sessionId",
    "systemSent", "abortedLastRun", "thinkingLevel", "verboseLevel", "reasoningLevel", "elevatedLevel", "sendPolicy",
    "inputTokens", "outputTokens", "responseUsage", "modelProvider", "model", "contextTokens", "deliveryContext",
    "lastChannel", "lastTo", "lastAccountId", "spawnedBy",
)  # fmt: skip
TOOLS_NAMED = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sessions a list shows; `search` is case-folded, "" for all."""

    kinds: frozenset[str]
    label: str | None = None
    spawned_by: str | None = None
    search: str = ""


def matches(key: str, raw: JsonObject, wanted: Wanted) -> bool:
    """Whether the session belongs into the list."""
    if kind_of(key) not in wanted.kinds:
        return False
    if wanted.label is not None and raw.get("label") != wanted.label:
        return False
    if wanted.spawned_by is not None and raw.get("spawnedBy") != wanted.spawned_by:
        return False
    texts = (key, *(as_text(raw.get(name)) for name in ("label", "derivedTitle", "displayName", "subject")))
    return not wanted.search or any(wanted.search in text.casefold() for text in texts)


def row(entry: SessionEntry, raw: JsonObject, *, titled: bool) -> JsonObject:
    """One line of a list; absent facts have no key."""
    shown: JsonObject = {"key": entry.key, "kind": kind_of(entry.key), "updatedAt": entry.updated_at or None}
    for name in SHOWN:
        value = raw.get(name)
        if value is not None:
            shown[name] = value
    shown["totalTokens"] = as_int(raw.get("totalTokens"))
    if titled and raw.get("derivedTitle"):
        shown["derivedTitle"] = raw["derivedTitle"]
    return shown


def preview_item(raw: JsonObject, max_chars: int) -> JsonObject:
    """A message as a role and at most `max_chars` characters of plain text."""
    role = {"user": "user", "assistant": "assistant", "toolResult": "tool", "system": "system"}.get(
        as_text(raw.get("role")), "other"
    )
    text = " ".join(_preview_text(raw.get("content")).split())
    return {"role": role, "text": text if len(text) <= max_chars else f"{text[: max_chars - 1]}…"}


def _preview_text(content: JsonValue) -> str:
    if isinstance(content, str):
        return content
    parts = [as_object(part) for part in as_list(content)]
    called = [as_text(part.get("name")) for part in parts if part.get("type") == "toolCall"]
    texts = [as_text(part.get("text")) for part in parts if part.get("type") == "text"]
    media = [f"[{part.get('type')}]" for part in parts if part.get("type") not in ("text", "toolCall", "thinking")]
    more = f" +{len(called) - TOOLS_NAMED}" if len(called) > TOOLS_NAMED else ""
    calls = [f"call {', '.join(called[:TOOLS_NAMED])}{more}"] if called else []
    return " ".join((*texts, *media, *calls))
