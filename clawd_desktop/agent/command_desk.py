"""Carries out slash commands and words their replies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from clawd_desktop.agent.commands import LEVELS, Command, Verb, help_text
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage.sessions import SessionStore

KEPT_LINES = 400  # What Clawdbot's sessions.compact keeps when no number is given.


class ModelNames(Protocol):
    """What the desk needs to know about models."""

    def default(self) -> str:
        """The model that answers when a session chose none, as "provider/model"."""

    def check(self, name: str) -> str:
        """The full "provider/model" of a name or alias. Raises ClawdError when there is no such model."""


class CommandDesk:
    """Does what a command asks for and says so."""

    def __init__(self, store: SessionStore, names: ModelNames) -> None:
        self._store = store
        self._names = names

    async def carry_out(self, command: Command, key: str, facts: Mapping[str, int]) -> str:
        """The reply, as Markdown. `facts` are the session's "running" and "waiting" counts. Never raises ClawdError."""
        try:
            return await self._carry_out(command, key, facts)
        except ClawdError as error:
            return error.sentence()

    async def _carry_out(self, command: Command, key: str, facts: Mapping[str, int]) -> str:
        match command.verb:
            case Verb.HELP | Verb.STOP:
                return help_text()
            case Verb.STATUS:
                return self._status(key, facts)
            case Verb.RESET:
                await self._store.reset(key)
                return "A new conversation begins. The old transcript is kept."
            case Verb.COMPACT:
                return await self._compact(key, command.rest)
            case Verb.MODEL:
                return await self._model(key, command.rest)
            case Verb.THINK | Verb.VERBOSE:
                return await self._level(key, command)

    def _status(self, key: str, facts: Mapping[str, int]) -> str:
        entry = self._store.entry(key)
        model = (entry.model_override if entry else None) or self._names.default()
        tokens = f"{entry.input_tokens:,} in, {entry.output_tokens:,} out" if entry else "none yet"
        return "\n".join(
            (
                f"- Session: `{key}`",
                f"- Model: `{model}`",
                f"- Tokens: {tokens}",
                f"- Thinking: {(entry.thinking_level if entry else None) or 'off'}",
                f"- Answers being written: {facts['running']}, waiting: {facts['waiting']}",
            )
        )

    async def _compact(self, key: str, rest: str) -> str:
        if rest and not rest.isdigit():
            raise BadInput("/compact takes the number of lines to keep.", hint=f"For example /compact {KEPT_LINES}.")
        done = await self._store.compact(key, int(rest) if rest else KEPT_LINES)
        if not done.compacted:
            return f"Nothing to compact: {done.reason or 'the transcript is short'}."
        return f"The newest {done.kept} lines are kept; the whole transcript was saved as `{done.archived}`."

    async def _model(self, key: str, rest: str) -> str:
        if not rest:
            entry = self._store.entry(key)
            current = (entry.model_override if entry else None) or self._names.default()
            return f"This conversation is answered by `{current}`."
        if rest == "default":
            await self._store.update(key, {"providerOverride": None, "modelOverride": None})
            return f"This conversation is answered by the default model, `{self._names.default()}`."
        full = self._names.check(rest)
        provider, _, model = full.partition("/")
        await self._store.update(key, {"providerOverride": provider, "modelOverride": model})
        return f"This conversation is answered by `{full}` from now on."

    async def _level(self, key: str, command: Command) -> str:
        levels = LEVELS[command.verb.value]
        if command.rest not in levels:
            raise BadInput(f"/{command.verb} takes one of: {', '.join(levels)}.")
        change: JsonObject = {f"{'thinking' if command.verb is Verb.THINK else 'verbose'}Level": command.rest}
        await self._store.update(key, change)
        return f"{command.verb.value.capitalize()} is {command.rest} in this conversation."
