"""Keeps which commands may run without a question: one small file that Clawdbot's own programs read and write too.

Source of the layout: Clawdbot 2026.1.24, `exec-approvals.json` and `exec.approvals.get|set`. What it does not know is
kept; a file that cannot be understood is left as it is (Clawdbot would take it for empty and write over it).
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path

import orjson

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, Conflict, NotFound, Unreadable
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text

MAIN = "main"
_LIMIT = 4 * 1024 * 1024
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
_RULES = ("security", "ask", "askFallback", "autoAllowSkills")
_ENTRY = ("id", "pattern", "lastUsedAt", "lastUsedCommand", "lastResolvedPath")
_HASH_REQUIRED = "exec approvals base hash required; re-run exec.approvals.get and retry"
_HASH_STALE = "exec approvals changed since last load; re-run exec.approvals.get and retry"


@dataclass(frozen=True, slots=True)
class Shown:
    """The file as clients see it: without the token, and without what they do not know."""

    path: str
    exists: bool
    hash: str
    file: JsonObject


class ApprovalFile:
    """Reads and changes the file. Every method raises Unreadable when it cannot be understood, StorageFault."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._turn = asyncio.Lock()

    async def get(self) -> Shown:
        """The file as it stands; it is made when there is none, and completed when it lacks its socket or ids."""
        async with self._turn:
            return await asyncio.to_thread(self._get)

    async def set(self, file: JsonObject, base_hash: str | None) -> Shown:
        """Replace what it says. Raises BadInput or Conflict unless `base_hash` is of what stands there now."""
        async with self._turn:
            return await asyncio.to_thread(self._set, file, base_hash)

    async def allow(self, agent_id: str, pattern: str, command: str) -> None:
        """Let the agent run whatever matches the pattern without a question from now on."""
        async with self._turn:
            await asyncio.to_thread(self._allow, agent_id or MAIN, pattern, command)

    def _get(self) -> Shown:
        raw = self._read()
        file = _parsed(raw, self.path)
        complete = self._complete(file)
        if raw is None or complete != file:
            raw = self._write(complete)
        return Shown(str(self.path), True, _hash(raw), _shown(complete))

    def _set(self, file: JsonObject, base_hash: str | None) -> Shown:
        raw = self._read()
        current = _parsed(raw, self.path)
        if raw is not None:
            _check(base_hash, _hash(raw))
        wanted = {**current, **file}
        socket = {**as_object(current.get("socket")), **_filled(as_object(file.get("socket")))}
        # What is not sent is taken away, except for what clients are not shown.
        for key in ("defaults", "agents"):
            wanted[key] = file.get(key, {})
        complete = self._complete({**wanted, "socket": socket})
        return Shown(str(self.path), True, _hash(self._write(complete)), _shown(complete))

    def _allow(self, agent_id: str, pattern: str, command: str) -> None:
        file = self._complete(_parsed(self._read(), self.path))
        agents = as_object(file["agents"])
        agent = as_object(agents.get(agent_id))
        allowed = as_list(agent.get("allowlist"))
        if any(as_object(entry).get("pattern") == pattern for entry in allowed):
            return
        entry: JsonObject = {
            "id": str(uuid.uuid4()),
            "pattern": pattern,
            "lastUsedAt": self._clock.wall_ms(),
            "lastUsedCommand": command,
            "lastResolvedPath": pattern,
        }
        agent = {**agent, "allowlist": [*allowed, entry]}
        self._write({**file, "agents": {**agents, agent_id: agent}})

    def _complete(self, file: JsonObject) -> JsonObject:
        """The file with everything that belongs into it; unchanged when nothing is missing."""
        socket = as_object(file.get("socket"))
        token = as_text(socket.get("token")).strip() or secrets.token_urlsafe(24)
        path = as_text(socket.get("path")).strip() or str(self.path.with_suffix(".sock"))
        agents = _without_legacy(as_object(file.get("agents")))
        return {
            **file,
            "version": 1,
            "socket": {**socket, "path": path, "token": token},
            "defaults": as_object(file.get("defaults")),
            "agents": {name: _with_ids(as_object(agent)) for name, agent in agents.items()},
        }

    def _read(self) -> bytes | None:
        try:
            return safeio.read_file(self.path, limit=_LIMIT)
        except NotFound:
            return None

    def _write(self, file: JsonObject) -> bytes:
        data = orjson.dumps(file, option=_OPTIONS)
        safeio.make_folder(self.path.parent)
        safeio.write_file(self.path, data)
        return data


def _check(base_hash: str | None, current: str) -> None:
    given = (base_hash or "").strip()
    if not given:
        raise BadInput(_HASH_REQUIRED)
    if given != current:
        raise Conflict(_HASH_STALE)


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _parsed(raw: bytes | None, path: Path) -> JsonObject:
    """The file's object, empty when there is no file. Raises Unreadable."""
    if raw is None:
        return {}
    try:
        value: JsonValue = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _unreadable(path, f"it is not JSON ({error.msg})") from error
    if not isinstance(value, dict) or value.get("version") != 1:
        raise _unreadable(path, "it is not of version 1")
    if wrong := _misshapen(value):
        raise _unreadable(path, f"{wrong} has the wrong shape")
    return value


def _unreadable(path: Path, why: str) -> Unreadable:
    return Unreadable(
        f"The list of allowed commands {path} cannot be understood: {why}.",
        path=str(path),
        hint="Mend it or move it away; until then it is not changed, and nothing is allowed by it.",
    )


def _misshapen(file: JsonObject) -> str:
    """Which key does not hold what it must, "" when all do."""
    for key in ("socket", "defaults", "agents"):
        if not isinstance(file.get(key, {}), dict):
            return key
    for name, agent in as_object(file.get("agents")).items():
        allowed = agent.get("allowlist", []) if isinstance(agent, dict) else None
        if not isinstance(allowed, list) or not all(_is_entry(entry) for entry in allowed):
            return f"agents.{name}"
    return ""


def _is_entry(entry: JsonValue) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("pattern"), str)


def _filled(socket: JsonObject) -> JsonObject:
    return {key: value for key, value in socket.items() if as_text(value).strip()}


def _with_ids(agent: JsonObject) -> JsonObject:
    if "allowlist" not in agent:
        return agent
    entries = [as_object(entry) for entry in as_list(agent["allowlist"])]
    return {
        **agent,
        "allowlist": [entry if entry.get("id") else {"id": str(uuid.uuid4()), **entry} for entry in entries],
    }


def _without_legacy(agents: JsonObject) -> JsonObject:
    """The agents with what an older version called "default" under the name of the main agent."""
    if "default" not in agents:
        return agents
    old, main = as_object(agents["default"]), as_object(agents.get(MAIN))
    merged: JsonObject = {**old, **main}
    entries = [as_object(entry) for entry in (*as_list(main.get("allowlist")), *as_list(old.get("allowlist")))]
    if entries:
        by_pattern = {as_text(entry.get("pattern")).strip().lower(): entry for entry in reversed(entries)}
        merged["allowlist"] = list(reversed(by_pattern.values()))
    kept = {name: agent for name, agent in agents.items() if name != "default"}
    return {**kept, MAIN: merged}


def _shown(file: JsonObject) -> JsonObject:
    agents = {name: _shown_agent(as_object(agent)) for name, agent in as_object(file["agents"]).items()}
    return {
        "version": 1,
        "socket": {"path": as_object(file["socket"])["path"]},
        "defaults": _only(as_object(file["defaults"]), _RULES),
        "agents": dict(agents),
    }


def _shown_agent(agent: JsonObject) -> JsonObject:
    shown = _only(agent, _RULES)
    if "allowlist" in agent:
        shown["allowlist"] = [_only(as_object(entry), _ENTRY) for entry in as_list(agent["allowlist"])]
    return shown


def _only(record: JsonObject, keys: tuple[str, ...]) -> JsonObject:
    return {key: record[key] for key in keys if record.get(key) is not None}
