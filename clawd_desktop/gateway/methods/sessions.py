"""Methods that change conversations."""

from __future__ import annotations

import asyncio
from typing import Literal

from pydantic import Field

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.agent.command_desk import ModelNames
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.methods.table import Call, ErrorCode, Method, MethodError, Params, Scope
from clawd_desktop.gateway.results.sessions import (
    SessionCompacted,
    SessionDeleted,
    SessionPatched,
    SessionReset,
    SessionResolved,
)
from clawd_desktop.storage.session_entry import SessionEntry
from clawd_desktop.storage.session_keys import agent_of
from clawd_desktop.storage.sessions import SessionStore

THINKING = ("off", "minimal", "low", "medium", "high", "xhigh")
WAIT_FOR_RUN_S = 15.0


class ResolveParams(Params):
    """Exactly one of key, session id and label."""

    key: str | None = None
    session_id: str | None = None
    label: str | None = None
    agent_id: str | None = None
    spawned_by: str | None = None
    include_global: bool = False
    include_unknown: bool = False


class PatchParams(Params):
    """What to change; a key that is null is cleared, one that is absent stays."""

    key: str = Field(min_length=1)
    label: str | None = Field(default=None, min_length=1, max_length=64)
    thinking_level: str | None = None
    verbose_level: Literal["off", "on", "full"] | None = None
    reasoning_level: Literal["off", "on", "stream"] | None = None
    response_usage: Literal["off", "tokens", "full", "on"] | None = None
    elevated_level: Literal["on", "off", "ask", "full"] | None = None
    exec_host: Literal["sandbox", "gateway", "node"] | None = None
    exec_security: Literal["deny", "allowlist", "full"] | None = None
    exec_ask: Literal["off", "on-miss", "always"] | None = None
    exec_node: str | None = None
    model: str | None = None
    spawned_by: str | None = None
    send_policy: Literal["allow", "deny"] | None = None
    group_activation: Literal["mention", "always"] | None = None


class KeyParams(Params):
    """One session."""

    key: str = Field(min_length=1)


class ResetParams(KeyParams):
    """`reason` says how it is told to hooks; openclaw-node sends it."""

    reason: Literal["new", "reset"] | None = None


class DeleteParams(KeyParams):
    """The transcript goes to the trash unless `delete_transcript` is false."""

    delete_transcript: bool = True


class CompactParams(KeyParams):
    """Keep the newest `max_lines` lines."""

    max_lines: int = Field(default=400, ge=1)


class SessionMethods:
    """What a client may do to a conversation."""

    def __init__(self, store: SessionStore, assistant: Assistant, names: ModelNames) -> None:
        self._store = store
        self._assistant = assistant
        self._names = names

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("sessions.resolve", Scope.ADMIN, ResolveParams, self.resolve, listed=False, result=SessionResolved),
            Method("sessions.patch", Scope.ADMIN, PatchParams, self.patch, result=SessionPatched),
            Method("sessions.reset", Scope.ADMIN, ResetParams, self.reset, result=SessionReset),
            Method("sessions.delete", Scope.ADMIN, DeleteParams, self.delete, result=SessionDeleted),
            Method("sessions.compact", Scope.ADMIN, CompactParams, self.compact, result=SessionCompacted),
        )

    def resolve(self, call: Call, params: ResolveParams) -> JsonObject:
        """The key of the one session that is meant."""
        given = [value for value in (params.key, params.session_id, params.label) if value]
        if len(given) != 1:
            raise _invalid("Provide either key, sessionId, or label (not multiple)")
        found = [entry.key for entry in self._store.entries(params.agent_id) if self._is_meant(entry, params)]
        if not found:
            raise _invalid(f"No session found: {given[0]}")
        if len(found) > 1:
            raise _invalid(f"Multiple sessions found with {given[0]} ({', '.join(found[:5])})")
        return {"ok": True, "key": found[0]}

    def _is_meant(self, entry: SessionEntry, params: ResolveParams) -> bool:
        if params.key:
            return entry.key == self._assistant.canonical(params.key)
        return entry.session_id == params.session_id if params.session_id else entry.label == params.label

    async def patch(self, call: Call, params: PatchParams) -> JsonObject:
        """Changes what a session remembers; makes it when it is new."""
        key = self._assistant.canonical(params.key)
        changes = self._changes(key, params)
        await self._store.ensure(key)
        entry = await self._store.update(key, changes)
        return {"ok": True, "path": str(self._store.store_path(agent_of(key))), "key": key, "entry": entry.raw}

    def _changes(self, key: str, params: PatchParams) -> JsonObject:
        changes: JsonObject = {
            name: value
            for name, value in params.model_dump(by_alias=True, exclude_unset=True).items()
            if name not in ("key", "model")
        }
        if params.label and [e for e in self._store.entries() if e.label == params.label and e.key != key]:
            raise _invalid(f"label already in use: {params.label}")
        if params.thinking_level is not None and params.thinking_level not in THINKING:
            raise _invalid(f"invalid thinkingLevel (use {'|'.join(THINKING[:5])})")
        if params.spawned_by is not None and ":subagent:" not in key:
            raise _invalid("spawnedBy is only supported for subagent:* sessions")
        if "model" in params.model_fields_set:
            provider, _, model = self._names.check(params.model).partition("/") if params.model else ("", "", "")
            changes |= {"providerOverride": provider or None, "modelOverride": model or None}
        return changes

    async def reset(self, call: Call, params: ResetParams) -> JsonObject:
        """A fresh transcript under the same key; the old one is kept."""
        key = self._assistant.canonical(params.key)
        # What an answer had said so far belongs to the conversation that ends.
        await self._quiet(key)
        entry = await self._store.reset(key)
        return {"ok": True, "key": key, "entry": entry.raw}

    async def delete(self, call: Call, params: DeleteParams) -> JsonObject:
        """Moves a conversation to the trash; the main one is refused."""
        key = self._assistant.canonical(params.key)
        if key == self._assistant.canonical("main"):
            raise _invalid(f"Cannot delete the main session ({key}).")
        if self._store.entry(key) is None:
            return {"ok": True, "key": key, "deleted": False, "archived": []}
        await self._quiet(key)
        archived = await self._store.delete(key, params.delete_transcript)
        return {"ok": True, "key": key, "deleted": True, "archived": list(archived)}

    async def _quiet(self, key: str) -> None:
        tasks = {run.task for run in self._assistant.running(key) if run.task is not None}
        self._assistant.abort(key, reason="rpc")
        if tasks and (await asyncio.wait(tasks, timeout=WAIT_FOR_RUN_S))[1]:
            raise MethodError(
                ErrorCode.UNAVAILABLE, f"Session {key} is still active; try again in a moment.", retryable=True
            )

    async def compact(self, call: Call, params: CompactParams) -> JsonObject:
        """Keeps the newest lines of a transcript and a copy of the whole."""
        key = self._assistant.canonical(params.key)
        if self._store.entry(key) is None:
            return {"ok": True, "key": key, "compacted": False, "reason": "no sessionId"}
        done = await self._store.compact(key, params.max_lines)
        answer: JsonObject = {"ok": True, "key": key, "compacted": done.compacted}
        if done.compacted:
            answer |= {"kept": done.kept, "archived": list(done.archived)}
        if done.reason:
            answer["reason"] = done.reason
        return answer


def _invalid(reason: str) -> MethodError:
    return MethodError(ErrorCode.INVALID_REQUEST, reason)
