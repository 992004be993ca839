"""Looks into one conversation: what its index entry and its transcript hold, and how its last runs went."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.session_scan import Scan, scan
from clawd_desktop.operations.trace_files import TraceRow
from clawd_desktop.storage.session_entry import SessionEntry
from clawd_desktop.storage.session_keys import is_session_id
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.storage.transcripts import transcript_path

RUNS_SHOWN = 10
MOST_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is known of a conversation. `error` says in a sentence what could not be seen, "" when all could.

    `modified_ms` is 0 without a file. `entry` is the row of the index, `scan` None when the transcript is not readable.
    """

    asked: str
    exists: bool
    session_key: str = ""
    session_id: str = ""
    path: str = ""
    modified_ms: int = 0
    entry: JsonObject = field(default_factory=dict)
    scan: Scan | None = None
    runs: tuple[TraceRow, ...] = ()
    error: str = ""


class Inspector:
    """Inspects conversations of `store`; `runs` gives the newest traces of a session key."""

    def __init__(self, store: SessionStore, runs: Callable[[int, str], tuple[TraceRow, ...]]) -> None:
        self._store = store
        self._runs = runs
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)  # each reads a whole file

    async def inspect(self, asked: str) -> Inspection:
        """The conversation with that key, session id or label; what is wrong is told in it and never raised."""
        try:
            entry = self._find(asked)
        except ClawdError as error:
            return Inspection(asked, False, error=error.sentence())
        if entry is None:
            return await self._unlisted(asked)
        runs = self._runs(RUNS_SHOWN, entry.key)
        if not entry.session_id:
            nothing = "It has no transcript yet: nothing was said in it."
            return Inspection(asked, True, entry.key, entry=entry.raw, runs=runs, error=nothing)
        try:
            folder = self._store.store_path(entry.agent_id).parent
            path = transcript_path(folder, entry.session_id, entry.session_file)
        except ClawdError as error:
            told = error.sentence()
            return Inspection(asked, True, entry.key, entry.session_id, entry=entry.raw, runs=runs, error=told)
        found, modified_ms, told = await self._scanned(path)
        facts = (entry.key, entry.session_id, str(path), modified_ms, entry.raw, found)
        return Inspection(asked, True, *facts, runs=runs, error=told)

    def _find(self, asked: str) -> SessionEntry | None:
        """The session meant. Raises BadInput when it can be no name of one."""
        found = self._store.entry(asked)
        if found is not None:
            return found
        named = (entry for entry in self._store.entries() if asked in (entry.session_id, entry.label))
        return next(named, None) if asked else None

    async def _unlisted(self, asked: str) -> Inspection:
        """A transcript that no session has any more, such as one that a reset has left behind."""
        missing = f"There is no conversation {asked!r}. See: clawd-desktop call sessions.list"
        if not is_session_id(asked):
            return Inspection(asked, False, error=missing)
        agents = {entry.agent_id for entry in self._store.entries()} | {"main"}
        for agent in sorted(agents):
            try:
                path = transcript_path(self._store.store_path(agent).parent, asked, "")
            except ClawdError as error:
                return Inspection(asked, False, error=error.sentence())
            if await asyncio.to_thread(path.exists):
                found, modified_ms, told = await self._scanned(path)
                told = told or "No conversation uses this transcript any more."
                facts = ("", asked, str(path), modified_ms)
                return Inspection(asked, True, *facts, scan=found, error=told)
        return Inspection(asked, False, error=missing)

    async def _scanned(self, path: Path) -> tuple[Scan | None, int, str]:
        async with self._turns:
            try:
                return await asyncio.to_thread(_scan, path)
            except ClawdError as error:
                return None, 0, error.sentence()


def _scan(path: Path) -> tuple[Scan, int, str]:
    try:
        modified = path.stat().st_mtime_ns // 1_000_000
    except OSError:
        modified = 0
    return scan(path), modified, ""
