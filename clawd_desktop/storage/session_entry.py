"""One row of the session index: every key that stands in the file is kept, and little memory is used for it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from clawd_desktop.core.values import JsonObject, as_int, as_text
from clawd_desktop.storage.transcript_lines import encode, parse

# What a reset keeps; everything else belongs to the conversation that ended.
_KEPT_BY_RESET = (
    "thinkingLevel", "verboseLevel", "reasoningLevel", "elevatedLevel", "responseUsage", "model", "modelProvider",
    "providerOverride", "modelOverride", "authProfileOverride", "authProfileOverrideSource", "contextTokens",
    "sendPolicy", "label", "displayName", "origin", "deliveryContext", "chatType", "channel", "groupId", "subject",
    "groupChannel", "space", "groupActivation", "spawnedBy", "execHost", "execSecurity", "execAsk", "execNode",
    "ttsAuto", "queueMode", "queueDebounceMs", "queueCap", "queueDrop",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """What the index says of one session. `updated_at` is in milliseconds since the epoch, 0 when never used."""

    key: str
    agent_id: str
    encoded: bytes
    session_id: str
    updated_at: int

    @property
    def raw(self) -> JsonObject:
        """All keys of the entry, as a new object each time."""
        return parse(self.encoded) or {}

    @property
    def session_file(self) -> str:
        """Where the index says that the transcript lies, "" when it does not."""
        return as_text(self.raw.get("sessionFile"))

    @property
    def label(self) -> str:
        """The title that a person gave, "" when none."""
        return as_text(self.raw.get("label"))

    @property
    def title(self) -> str:
        """What a list calls it: the title a person gave, else what its first message said, "" when neither."""
        raw = self.raw
        return as_text(raw.get("label")) or as_text(raw.get("derivedTitle"))

    @property
    def thinking_level(self) -> str:
        """How long the model shall think, "" when not set."""
        return as_text(self.raw.get("thinkingLevel"))

    @property
    def verbose_level(self) -> str:
        """How much of the tools' work is told, "" when not set."""
        return as_text(self.raw.get("verboseLevel"))

    @property
    def send_policy(self) -> str:
        """ "allow", "deny" or "" when not set."""
        return as_text(self.raw.get("sendPolicy"))

    @property
    def model_override(self) -> str | None:
        """The "provider/model" that was chosen for the session, None when none was."""
        raw = self.raw
        model = as_text(raw.get("modelOverride"))
        provider = as_text(raw.get("providerOverride"))
        return (f"{provider}/{model}" if provider else model) or None

    @property
    def input_tokens(self) -> int:
        """Tokens that models have read."""
        return as_int(self.raw.get("inputTokens"))

    @property
    def output_tokens(self) -> int:
        """Tokens that models have written."""
        return as_int(self.raw.get("outputTokens"))

    @property
    def total_tokens(self) -> int:
        """Tokens in the context after the last turn."""
        return as_int(self.raw.get("totalTokens"))


def entry_of(key: str, agent_id: str, raw: JsonObject) -> SessionEntry:
    """The entry for an object of the index file."""
    # A copy, because orjson's own result keeps 4 KB for itself however short it is.
    encoded = bytes(memoryview(encode(raw)))
    return SessionEntry(key, agent_id, encoded, as_text(raw.get("sessionId")), as_int(raw.get("updatedAt")))


def changed(entry: SessionEntry, changes: JsonObject, now_ms: int) -> SessionEntry:
    """The entry with the changes made; null takes a key away. `updatedAt` never goes back, whatever the clock does."""
    raw = entry.raw | changes
    raw["updatedAt"] = max(entry.updated_at, as_int(changes.get("updatedAt")), now_ms)
    kept: JsonObject = {name: value for name, value in raw.items() if value is not None or name not in changes}
    return entry_of(entry.key, entry.agent_id, kept)


def after_reset(entry: SessionEntry, now_ms: int) -> SessionEntry:
    """The same conversation begun anew: a new session id, no tokens, and the choices that people made for it."""
    raw: JsonObject = {"sessionId": new_session_id(), "updatedAt": now_ms, "systemSent": False, "abortedLastRun": False}
    for name, value in entry.raw.items():
        if name in _KEPT_BY_RESET or name.startswith("last"):
            raw[name] = value
    return entry_of(entry.key, entry.agent_id, raw | {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0})


def new_session_id() -> str:
    """A name for a new transcript."""
    return str(uuid.uuid4())
