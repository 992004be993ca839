"""The conversations: what is acknowledged here is on the disk, and nobody waits for the disk on the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from pathlib import Path
from typing import TypeVar

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import StorageFault, Unavailable
from clawd_desktop.core.events import MessageStored, SessionChanged
from clawd_desktop.core.messages import Message
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage.context_cache import ContextCache
from clawd_desktop.storage.index_files import Place
from clawd_desktop.storage.session_entry import SessionEntry
from clawd_desktop.storage.session_index import NAME
from clawd_desktop.storage.session_keys import canonical
from clawd_desktop.storage.session_table import SessionTable
from clawd_desktop.storage.session_writer import SessionWriter
from clawd_desktop.storage.transcript_reader import Stretch, read_stretch
from clawd_desktop.storage.transcripts import Compacted

T = TypeVar("T")
KEPT_CONTEXTS = 100
_LAZY_SECONDS = 0.8
_LAZIEST_SECONDS = 30.0
_log = logging.getLogger("clawd.storage")


class SessionStore:
    """All sessions of all agents, in Clawdbot's layout under `state`.

    Keys may be given in any spelling. Changes run in the order they were asked for, on one writer thread; a caller
    that is cancelled meanwhile stops only its waiting. Every change raises StorageFault when the disk refuses; the
    next one tries anew. One process at a time may use a state folder: its owner takes `core.safeio.FolderLock`.
    `writer` names this program in new transcripts, `cwd` is the folder where the agent works.
    """

    def __init__(
        self, state: Path, clock: Clock, bus: EventBus, version: str, *, cwd: Path | None = None,
        default_agent: str = "main", main_key: str = "main",
    ) -> None:  # fmt: skip
        self._place = Place(state, default_agent, main_key, str(cwd or state), f"clawd-desktop {version}")
        self._clock = clock
        self._bus = bus
        self._table = SessionTable()
        self._writer = SessionWriter(self._place, clock, self._table)
        self._contexts = ContextCache(KEPT_CONTEXTS)
        self._thread: ThreadPoolExecutor | None = None
        self._flusher: asyncio.Task[None] | None = None

    @property
    def version(self) -> int:
        """A number that grows with every change of any entry."""
        return self._table.version

    @property
    def folder(self) -> Path:
        """The state folder."""
        return self._place.state

    @property
    def fault(self) -> StorageFault | None:
        """Why the last write failed, None when it did not."""
        return self._writer.fault

    async def open(self) -> None:
        """Read the indexes; what they have lost is rebuilt. Raises StorageFault when one may not be read."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="session-writer")
        await self._run(self._writer.open)

    async def close(self) -> None:
        """Write what is still in memory, close all files and end the thread; further changes are refused."""
        await stop(self._flusher)
        if self._thread is None:
            return
        try:
            await self._run(self._writer.close)
        except StorageFault as fault:
            _log.error("the session index could not be saved at the end: %s", fault)
        thread, self._thread = self._thread, None
        thread.shutdown(wait=False)

    def store_path(self, agent_id: str) -> Path:
        """The agent's index file."""
        return self._place.state / "agents" / agent_id / "sessions" / NAME

    def canonical(self, key: str) -> str:
        """The one spelling of a key. Raises BadInput when it can be none."""
        return canonical(key, self._place.default_agent, self._place.main_key)

    def entry(self, key: str) -> SessionEntry | None:
        """The session's entry, None when there is none. Raises BadInput for an impossible key."""
        return self._table.get(self.canonical(key))

    def entries(self, agent_id: str | None = None) -> Sequence[SessionEntry]:
        """The sessions of one agent or of all, last used first; the same object until something changes."""
        return self._table.newest_first(agent_id)

    def used_since(self, wall_ms: int) -> int:
        """How many sessions were used since that moment."""
        return sum(1 for _ in takewhile(lambda entry: entry.updated_at >= wall_ms, self.entries()))

    async def ensure(self, key: str, defaults: JsonObject | None = None) -> SessionEntry:
        """The session, made durably with `defaults` when it is new."""
        name = self.canonical(key)
        before = self._table.get(name)
        if before is not None and before.session_id:
            return before
        return await self._run(lambda: self._writer.ensure(name, defaults or {}), lambda _: self._tell(name))

    async def append(self, key: str, message: Message, run_id: str = "") -> str:
        """Add a message and return its entry id once it is on the disk; creates the session when it is new."""
        name = self.canonical(key)

        def stored(entry_id: str) -> None:
            self._bus.publish(MessageStored(name, entry_id, message, run_id))
            self._tell(name)

        return await self._run(lambda: self._writer.append(name, message), stored)

    async def read(self, key: str, limit: int, before: int | None = None) -> Stretch:
        """At most `limit` raw messages before position `before` (None: the newest), oldest first.

        Positions stay good while the session grows; after `compact` one may lead to another message.
        """
        entry = self.entry(key)
        if entry is None or not entry.session_id:
            return Stretch([], None)
        path = self._writer.path(entry)
        return await asyncio.to_thread(read_stretch, path, limit, before)

    async def context(self, key: str) -> tuple[Message, ...]:
        """What a model should see: all since the last compaction, at most 2,000 lines or 8 MiB, no loose tool calls."""
        entry = self.entry(key)
        if entry is None or not entry.session_id:
            return ()
        path = self._writer.path(entry)
        return await asyncio.to_thread(self._contexts.get, path)

    def keep_contexts(self, most: int) -> None:
        """Keep what models see of so many conversations in memory."""
        self._contexts.resize(most)

    def evict_contexts(self) -> int:
        """Give that memory back; returns about how many bytes."""
        return self._contexts.clear()

    async def repair_interrupted(self, key: str) -> int:
        """Answer tool calls that a crash left open with an "interrupted" result, durably; returns how many.

        To be called before a run starts, never while one runs its tools.
        """
        name = self.canonical(key)

        def repaired(results: list[tuple[str, Message]]) -> None:
            for entry_id, message in results:
                self._bus.publish(MessageStored(name, entry_id, message))
            if results:
                self._tell(name)

        results = await self._run(lambda: self._writer.repair(name), repaired)
        return len(results)

    async def update(self, key: str, changes: JsonObject) -> SessionEntry:
        """Change the entry durably; null takes a key away; creates the session when it is new."""
        name = self.canonical(key)
        return await self._run(lambda: self._writer.update(name, changes), lambda _: self._tell(name))

    async def touch(self, key: str, changes: JsonObject | None = None) -> SessionEntry:
        """The same, at once in memory and within a second on the disk: for facts that can be found again."""
        name = self.canonical(key)
        await self.ensure(name)
        entry = self._table.change(name, changes or {}, self._clock.wall_ms(), dirty=True)
        if entry is None:
            return await self.update(name, changes or {})
        self._tell(name)
        return entry

    async def reset(self, key: str) -> SessionEntry:
        """Begin the conversation anew with a new session id; the old transcript stays. Raises NotFound."""
        name = self.canonical(key)
        return await self._run(lambda: self._writer.reset(name), lambda _: self._tell(name, reset=True))

    async def delete(self, key: str, delete_transcript: bool = True) -> list[str]:
        """Take the session out of the index and its transcript to the trash; returns the files in the trash."""
        name = self.canonical(key)
        if self._table.get(name) is None:
            return []
        return await self._run(
            lambda: self._writer.delete(name, delete_transcript), lambda _: self._tell(name, deleted=True)
        )

    async def compact(self, key: str, max_lines: int) -> Compacted:
        """Keep the last `max_lines` lines of the transcript; the original is kept as `.bak.<time>`."""
        name = self.canonical(key)
        return await self._run(lambda: self._writer.compact(name, max_lines), lambda _: self._tell(name))

    async def empty_trash(self, now_ms: int) -> int:
        """Remove for good what was deleted 30 days before `now_ms`; returns how many transcripts."""
        return await self._run(lambda: self._writer.empty_trash(now_ms))

    async def flush(self) -> None:
        """Write what was touched, now. Raises StorageFault."""
        await self._run(self._writer.flush)

    def _tell(self, key: str, *, deleted: bool = False, reset: bool = False) -> None:
        if self._table.dirty() and (self._flusher is None or self._flusher.done()):
            self._flusher = spawn(self._flush_lazily(), name="session-index-writer")
        self._bus.publish(SessionChanged(key, deleted=deleted, reset=reset))

    async def _flush_lazily(self) -> None:
        delay = _LAZY_SECONDS
        while self._table.dirty():
            await asyncio.sleep(delay)
            try:
                await self.flush()
            except StorageFault as fault:
                delay = min(delay * 2, _LAZIEST_SECONDS)
                _log.warning("the session index is not saved yet, trying again in %.0f s: %s", delay, fault)

    async def _run(self, job: Callable[[], T], after: Callable[[T], None] | None = None) -> T:
        """Do the job on the writer thread and then `after` on the loop, even when the caller has gone away."""
        if self._thread is None:
            raise Unavailable("The session store is closed.", hint="Start the application again.")
        future = asyncio.get_running_loop().run_in_executor(self._thread, job)

        def done(finished: asyncio.Future[T]) -> None:
            if after is not None and not finished.cancelled() and finished.exception() is None:
                after(finished.result())

        future.add_done_callback(done)
        return await asyncio.shield(future)
