"""Keeps each agent's `sessions.json` in step with the table in memory, next to other programs that write it too."""

from __future__ import annotations

import contextlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import NotFound, StorageFault, Unreadable
from clawd_desktop.storage.session_entry import SessionEntry, entry_of
from clawd_desktop.storage.session_index import NAME, AgentIndex, ParsedIndex, agent_index, encode_index, parse_index
from clawd_desktop.storage.session_keys import agent_of, is_agent_id
from clawd_desktop.storage.session_recovery import list_folder, recover
from clawd_desktop.storage.session_table import SessionTable
from clawd_desktop.storage.transcripts import free_name

_LARGEST = 1024 * 1024 * 1024
_log = logging.getLogger("clawd.storage")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the sessions live, how keys are spelled, and what new transcripts are told (`cwd`, `writer`)."""

    state: Path
    default_agent: str
    main_key: str
    cwd: str
    writer: str


class IndexFiles:
    """The index files of all agents. To be used from one thread at a time."""

    def __init__(self, place: Place, clock: Clock, table: SessionTable) -> None:
        self._place = place
        self._state = place.state
        self._main_key = place.main_key
        self._clock = clock
        self._table = table
        self._seen: dict[str, tuple[int, int, int]] = {}
        self._gone: set[str] = set()
        self._home = 0

    def folder(self, agent_id: str) -> Path:
        """Where an agent's transcripts and its index lie."""
        return self._state / "agents" / agent_id / "sessions"

    def load_all(self) -> None:
        """Fill the table from the disk. Transcripts are read only where the index has lost them.

        Raises StorageFault when the system refuses to show a file; nothing is written over then.
        """
        self._home = _inode(self._state)
        agents = self._state / "agents"
        found = sorted(path.name for path in agents.iterdir()) if agents.is_dir() else []
        loaded = {agent_id: self._load(agent_id) for agent_id in found if is_agent_id(agent_id)}
        for index in loaded.values():
            self._give_way(index, loaded)
        entries = [entry for index in loaded.values() for entry in index.entries.values()]
        self._table.fill(entries, {agent_id: index.foreign for agent_id, index in loaded.items()})
        for agent_id, index in loaded.items():
            if index.rewritten:
                self._table.set_dirty(agent_id)

    def _give_way(self, index: AgentIndex, all_of_them: dict[str, AgentIndex]) -> None:
        """Keep rows that another agent's file owns by right as they are, without showing them twice."""
        for key, entry in list(index.entries.items()):
            owner = agent_of(key, self._place.default_agent)
            if owner != entry.agent_id and owner in all_of_them and key in all_of_them[owner].entries:
                index.foreign[key] = index.entries.pop(key).raw

    def _load(self, agent_id: str) -> AgentIndex:
        folder = self.folder(agent_id)
        listing = list_folder(folder)
        for name in listing.leftovers:
            with contextlib.suppress(StorageFault):
                safeio.remove(folder / name)
        parsed = self._read(agent_id)
        index = agent_index(parsed.rows, agent_id, self._main_key)
        index.rewritten |= not parsed.whole and bool(listing.transcripts)
        lost = not parsed.whole or not index.entries
        changed_ns = None if lost else self._seen[agent_id][1]
        recover(index, folder, listing, main=f"agent:{agent_id}:{self._main_key}", index_ns=changed_ns)
        if lost and index.entries:
            _log.warning("%s was lost or damaged; %d sessions were found again", folder / NAME, len(index.entries))
        return index

    def _read(self, agent_id: str) -> ParsedIndex:
        """The index file as it stands; `_seen` stays unset for a damaged one, so that a save keeps a copy first."""
        path = self.folder(agent_id) / NAME
        stamp = _stamp(path)
        try:
            data = safeio.read_file(path, limit=_LARGEST)
        except (NotFound, Unreadable):
            return ParsedIndex({}, False)
        parsed = parse_index(data)
        if parsed.whole and stamp is not None:
            self._seen[agent_id] = stamp
        return parsed

    def save(self, agent_id: str, *, put: SessionEntry | None = None, without: str = "") -> None:
        """Write an agent's index durably, as if `put` were in the table and the key `without` were not.

        Raises StorageFault; the agent then stays dirty and the file is as before.
        """
        entries: dict[str, SessionEntry] = {}
        try:
            path = self._ready(agent_id)
            entries, foreign = self._table.take(agent_id)
            if put is not None:
                entries.pop(put.key, None)
                entries[put.key] = put
            entries.pop(without, None)
            safeio.write_file(path, encode_index(entries.values(), foreign))
        except StorageFault:
            self._table.set_dirty(agent_id)
            raise
        finally:
            # Also after a failure: the file may then be in place already, and its news would be taken for another's.
            stamp = _stamp(self.folder(agent_id) / NAME)
            if entries and stamp is not None:
                self._seen[agent_id] = stamp

    def _ready(self, agent_id: str) -> Path:
        """The path to write to, after what another program has put there was taken over or copied."""
        self.make_folder(agent_id)
        path = self.folder(agent_id) / NAME
        stamp = _stamp(path)
        if stamp is None or stamp == self._seen.get(agent_id):
            return path
        if not path.is_file():
            safeio.set_aside(path, "corrupt", self._clock.wall_ms())
            return path
        parsed = self._read(agent_id)
        if not parsed.whole:
            copy = free_name(path.with_name(f"{NAME}.corrupt-{self._clock.wall_ms()}"))
            safeio.write_file(copy, safeio.read_file(path, limit=_LARGEST))
            _log.warning("%s was damaged; it is kept as %s", path, copy.name)
        self._take_over(agent_index(parsed.rows, agent_id, self._main_key))
        return path

    def _take_over(self, index: AgentIndex) -> None:
        for theirs in index.entries.values():
            ours = self._table.get(theirs.key)
            if ours is None and theirs.session_id not in self._gone:
                self._table.put(theirs)
            elif ours is not None and theirs.updated_at > ours.updated_at:
                self._table.put(entry_of(ours.key, ours.agent_id, ours.raw | theirs.raw))

    def make_folder(self, agent_id: str) -> None:
        """Make the agent's folder. Raises StorageFault when the state folder itself has gone.

        Where a disk was mounted an empty folder is left: what was saved there would be hidden when the disk is back.
        """
        folder = self.folder(agent_id)
        if folder.is_dir():
            return
        here = _inode(self._state)
        if not here or (self._home and here != self._home and not folder.parents[1].is_dir()):
            raise StorageFault(
                f"Could not save to {self._state}: the folder is not there.", hint="Is its disk mounted?"
            )
        safeio.make_folder(folder)

    def forget(self, session_id: str) -> None:
        """Remember that we deleted this session, so that an older copy of the index does not bring it back."""
        self._gone.add(session_id)


def _inode(folder: Path) -> int:
    """Which folder it is; 0 when there is none."""
    try:
        return os.stat(folder).st_ino
    except OSError:
        return 0


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return (facts.st_ino, facts.st_mtime_ns, facts.st_size)
