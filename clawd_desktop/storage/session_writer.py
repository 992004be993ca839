"""Changes sessions on the disk, one change after another: everything here runs on the one writer thread."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import NotFound, Refused, StorageFault
from clawd_desktop.core.messages import Message, to_wire
from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage.index_files import IndexFiles, Place
from clawd_desktop.storage.model_context import interrupted_calls, interrupted_result
from clawd_desktop.storage.session_entry import SessionEntry, after_reset, changed, entry_of, new_session_id
from clawd_desktop.storage.session_keys import agent_of
from clawd_desktop.storage.session_table import SessionTable
from clawd_desktop.storage.transcript_lines import from_iso, key_fields
from clawd_desktop.storage.transcript_reader import read_tail
from clawd_desktop.storage.transcripts import Compacted, Origin, TranscriptWriter, transcript_path

TRASH_DAYS = 30
_DAY_MS = 24 * 3600 * 1000
_log = logging.getLogger("clawd.storage")


class SessionWriter:
    """All changes to sessions. Methods return when the change is on the disk; they raise StorageFault and change
    nothing when that fails. `fault` is the last failure, None once something could be written again.
    """

    def __init__(self, place: Place, clock: Clock, table: SessionTable) -> None:
        self._place = place
        self._clock = clock
        self._table = table
        self._index = IndexFiles(place, clock, table)
        self._transcripts = TranscriptWriter(clock)
        self.fault: StorageFault | None = None

    def open(self) -> None:
        """Load every index; what had to be repaired is written back when the disk allows it."""
        self._index.load_all()
        with contextlib.suppress(StorageFault):
            self.flush()

    def flush(self) -> None:
        """Write the index files that are behind."""
        for agent_id in self._table.dirty():
            with self._watched():
                self._index.save(agent_id)

    def close(self) -> None:
        """Write what is behind and close all files."""
        try:
            self.flush()
        finally:
            self._transcripts.close_all()

    def folder(self, key: str) -> Path:
        """The folder of the session's agent."""
        entry = self._table.get(key)
        return self._index.folder(entry.agent_id if entry else agent_of(key, self._place.default_agent))

    def path(self, entry: SessionEntry) -> Path:
        """The session's transcript. Raises Refused when the index names a file elsewhere."""
        return transcript_path(self._index.folder(entry.agent_id), entry.session_id, entry.session_file)

    def ensure(self, key: str, defaults: JsonObject) -> SessionEntry:
        """The session; a new one starts with `defaults`."""
        entry = self._table.get(key)
        return entry if entry is not None and entry.session_id else self._save(self._begun(key, defaults))

    def _begun(self, key: str, defaults: JsonObject) -> SessionEntry:
        agent_id = agent_of(key, self._place.default_agent)
        old = self._table.get(key) or entry_of(key, agent_id, {})
        session_id = new_session_id()
        start: JsonObject = {
            "sessionId": session_id,
            "sessionFile": str(self._index.folder(old.agent_id) / f"{session_id}.jsonl"),
        }
        return changed(old, start | defaults, self._clock.wall_ms())

    def _save(self, entry: SessionEntry) -> SessionEntry:
        self.path(entry)
        with self._watched():
            self._index.save(entry.agent_id, put=entry)
        self._table.put(entry)
        return entry

    def append(self, key: str, message: Message) -> str:
        """Add a message to the session's transcript and return its id; the session is created when it is new."""
        entry = self.ensure(key, {})
        fields: JsonObject = {"message": to_wire(message)}
        self._index.make_folder(entry.agent_id)
        with self._watched():
            entry_id = self._transcripts.append(self.path(entry), self._origin(key, entry), "message", fields)
        self._table.change(key, {}, self._clock.wall_ms(), dirty=True)
        return entry_id

    def update(self, key: str, changes: JsonObject) -> SessionEntry:
        """Make changes to the index entry; null takes a key away; a new session is created."""
        now = self._clock.wall_ms()
        entry = self._table.get(key)
        if entry is None or not entry.session_id:
            return self._save(changed(self._begun(key, {}), changes, now))
        after = changed(entry, changes, now)
        self.path(after)
        with self._watched():
            self._index.save(after.agent_id, put=after)
        # Again, on the entry as it is now: it may have been touched while the file was written.
        return self._table.change(key, changes, now) or after

    def reset(self, key: str) -> SessionEntry:
        """Begin the conversation anew; the old transcript stays where it is. Raises NotFound."""
        entry = self._existing(key)
        fresh = after_reset(entry, self._clock.wall_ms())
        path = self._index.folder(entry.agent_id) / f"{fresh.session_id}.jsonl"
        fresh = entry_of(key, entry.agent_id, fresh.raw | {"sessionFile": str(path)})
        self._retire(key, entry)
        return self._save(fresh)

    def _retire(self, key: str, entry: SessionEntry) -> None:
        """Note in the old transcript that it was left on purpose, so that a rebuilt index does not bring it back."""
        path = self._transcript_or_none(entry)
        if path is None or not path.exists():
            return
        with self._watched():
            fields = key_fields(key, self._place.writer, retired=True)
            self._transcripts.append(path, self._origin(key, entry), "custom", fields)
            self._transcripts.close(path)

    def _origin(self, key: str, entry: SessionEntry) -> Origin:
        return Origin(entry.session_id, key, self._place.cwd, self._place.writer)

    def delete(self, key: str, delete_transcript: bool) -> list[str]:
        """Take the session out of the index and its transcript to the trash; returns where that lies now."""
        entry = self._table.get(key)
        if entry is None:
            return []
        with self._watched():
            archived = self._put_away(key, entry, delete_transcript)
            self._index.forget(entry.session_id)
            try:
                self._index.save(entry.agent_id, without=key)
            except StorageFault:
                for path in archived:
                    self._transcripts.restore(path, self.path(entry))
                raise
        self._table.remove(key)
        return [str(path) for path in archived]

    def _put_away(self, key: str, entry: SessionEntry, delete_transcript: bool) -> list[Path]:
        if not delete_transcript:
            self._retire(key, entry)
            return []
        path = self._transcript_or_none(entry)
        archived = self._transcripts.archive(path) if path is not None else None
        return [archived] if archived is not None else []

    def compact(self, key: str, max_lines: int) -> Compacted:
        """Keep the last `max_lines` lines of the transcript; the original is kept beside it."""
        entry = self._table.get(key)
        if entry is None or not entry.session_id:
            return Compacted(False, reason="no sessionId")
        with self._watched():
            done = self._transcripts.compact(self.path(entry), max_lines)
        if done.compacted:
            changes: JsonObject = {"inputTokens": None, "outputTokens": None, "totalTokens": None}
            self._table.change(key, changes, self._clock.wall_ms(), dirty=True)
        return done

    def repair(self, key: str) -> list[tuple[str, Message]]:
        """Answer tool calls that a crash has left open with an "interrupted" result; returns ids and messages."""
        entry = self._table.get(key)
        if entry is None:
            return []
        results = []
        for call in interrupted_calls([line.entry for line in read_tail(self.path(entry))]):
            result = interrupted_result(call, self._clock.wall_ms())
            results.append((self.append(key, result), result))
        return results

    def empty_trash(self, now_ms: int) -> int:
        """Remove transcripts that were deleted 30 days before `now_ms`; returns how many."""
        removed = 0
        for path in sorted((self._place.state / "agents").glob("*/sessions/*.jsonl.deleted.*")):
            deleted_ms = _deleted_at(path.name)
            if 0 < deleted_ms <= now_ms - TRASH_DAYS * _DAY_MS:
                safeio.remove(path)
                removed += 1
        return removed

    def _existing(self, key: str) -> SessionEntry:
        entry = self._table.get(key)
        if entry is None:
            raise NotFound(f"There is no session {key}.")
        return entry

    def _transcript_or_none(self, entry: SessionEntry) -> Path | None:
        try:
            return self.path(entry)
        except Refused:
            return None

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """Remember whether the disk works, for those who show it."""
        try:
            yield
        except StorageFault as fault:
            self.fault = fault
            raise
        self.fault = None


def _deleted_at(name: str) -> int:
    """When the file was deleted, by its name: `<file>.deleted.2026-01-31T10-00-00.000Z`, 0 when it does not say."""
    day, _, clock = os.path.basename(name).split(".deleted.")[-1].partition("T")
    return from_iso(f"{day}T{clock.split('Z')[0].replace('-', ':')}+00:00")
