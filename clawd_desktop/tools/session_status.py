"""The tool that tells how a conversation stands, and chooses the model that answers it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.messages import ToolSpec
from clawd_desktop.core.ports import AssistantFacts
from clawd_desktop.core.values import JsonObject, as_int
from clawd_desktop.storage.session_entry import SessionEntry
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.tools.agent_access import check_reach
from clawd_desktop.tools.session_view import find
from clawd_desktop.tools.tool import Asker, text_of, text_result


class SessionStatus:
    """A card of facts: session, model, tokens, queue, time."""

    spec = ToolSpec(
        "session_status",
        "Show a session status card: model, tokens, queue and time. "
        "Optional: choose the session's model (model=default takes the choice back).",
        {
            "type": "object",
            "properties": {"sessionKey": {"type": "string"}, "model": {"type": "string"}},
        },
    )

    def __init__(self, store: SessionStore, facts: AssistantFacts, config: Callable[[], Config], clock: Clock) -> None:
        self._store = store
        self._facts = facts
        self._config = config
        self._clock = clock

    async def run(self, args: JsonObject, asker: Asker) -> JsonObject:
        """The card as text. Raises NotFound, Refused, and BadInput for a model that cannot be chosen."""
        entry = find(self._store, self._facts, text_of(args, "sessionKey") or asker.session_key)
        check_reach(self._config().tools.agent_to_agent, asker.agent_id, entry.agent_id, "status")
        model = text_of(args, "model")
        changed = bool(model) and await self._choose(entry, model, asker)
        entry = self._store.entry(entry.key) or entry
        text = self._card(entry)
        details: JsonObject = {"ok": True, "sessionKey": entry.key, "changedModel": changed, "statusText": text}
        return text_result(text, details)

    async def _choose(self, entry: SessionEntry, model: str, asker: Asker) -> bool:
        full = "" if model.lower() == "default" else self._facts.check_model(model)
        if asker.dry_run or full == (entry.model_override or ""):
            return False
        provider, _, name = full.partition("/")
        await self._store.update(entry.key, {"providerOverride": provider or None, "modelOverride": name or None})
        return True

    def _card(self, entry: SessionEntry) -> str:
        raw = entry.raw
        now = datetime.fromtimestamp(self._clock.wall_ms() / 1000).astimezone()
        window = as_int(raw.get("contextTokens"))
        context = f"{entry.total_tokens:,}" + (f" of {window:,}" if window else "")
        return "\n".join((
            f"Session: {entry.key}",
            f"Model: {entry.model_override or self._facts.default_model()}",
            f"Tokens: {entry.input_tokens:,} in, {entry.output_tokens:,} out",
            f"Context: {context}",
            f"Thinking: {entry.thinking_level or 'off'}",
            f"Answers being written: {self._facts.answering(entry.key)}",
            f"Time: {now:%A, %d %B %Y, %H:%M} ({now:%Z})",
        ))  # fmt: skip
