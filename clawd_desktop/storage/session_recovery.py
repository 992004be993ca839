"""Rebuilds what an index has lost from the transcripts beside it, so that no conversation is ever hidden."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop.core.errors import BadInput, ClawdError, Refused
from clawd_desktop.core.safeio import explained, open_regular
from clawd_desktop.core.values import JsonObject, as_int, as_object, as_text
from clawd_desktop.storage.session_entry import SessionEntry, entry_of
from clawd_desktop.storage.session_index import AgentIndex
from clawd_desktop.storage.session_keys import agent_of, canonical, is_session_id
from clawd_desktop.storage.transcript_lines import from_iso, key_data, parse
from clawd_desktop.storage.transcript_reader import newest_first
from clawd_desktop.storage.transcripts import transcript_name

_HEAD = 64 * 1024
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class FolderList:
    """The names in a sessions folder: transcripts with their change time (ns), those in the trash, and leftovers."""

    transcripts: dict[str, int] = field(default_factory=dict)
    trashed: frozenset[str] = frozenset()
    leftovers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a transcript says of itself. `key` is "" when another program wrote it; `retired` after a reset."""

    path: Path
    session_id: str
    key: str
    updated_ms: int
    retired: bool


def list_folder(folder: Path) -> FolderList:
    """What lies in the folder; nothing when it is not there. Raises StorageFault."""
    transcripts: dict[str, int] = {}
    trashed: set[str] = set()
    leftovers: list[str] = []
    if not folder.is_dir():
        return FolderList()
    with explained(folder, "read"), os.scandir(folder) as items:
        for item in items:
            if item.name.startswith("."):
                leftovers += [item.name] if item.name.endswith(".new") else []
            elif item.name.endswith(".jsonl") and is_session_id(item.name) and item.is_file(follow_symlinks=False):
                transcripts[item.name] = item.stat().st_mtime_ns
            elif ".jsonl.deleted." in item.name:
                trashed.add(item.name.split(".deleted.")[0])
    return FolderList(transcripts, frozenset(trashed), tuple(leftovers))


def recover(index: AgentIndex, folder: Path, listing: FolderList, *, main: str, index_ns: int | None) -> None:
    """Complete the index from the transcripts.

    `main` is the key of the agent's main session. `index_ns` is the index's change time, None when the index was lost:
    then every transcript that no entry names comes back; else those that are newer than the index, and those that an
    entry with a missing transcript is looking for.
    """
    _finish_deletions(index, folder, listing)
    _keep_apart(index, folder, listing)
    broken = {key for key, entry in index.entries.items() if _file_name(entry, folder) not in listing.transcripts}
    by_id = {index.entries[key].session_id: key for key in broken}
    keyless = []
    for found, recent in _orphans(index, folder, listing, index_ns, bool(broken)):
        key = found.key if found.key in broken else by_id.get(found.session_id, found.key)
        if key in broken:
            broken.discard(key)
            _adopt(index, found, key, main)
        elif recent and key and key not in index.entries:
            _adopt(index, found, key, main)
        elif recent:
            keyless.append(found)
    for found in sorted(keyless, key=lambda one: -one.updated_ms):
        lost_main = index_ns is None and not found.key and main not in index.entries
        _adopt(index, found, main if lost_main else _recovered_key(main, found.path), main)


def _file_name(entry: SessionEntry, folder: Path) -> str:
    try:
        return transcript_name(str(folder), entry.session_id, entry.session_file)
    except Refused:
        return ""


def _finish_deletions(index: AgentIndex, folder: Path, listing: FolderList) -> None:
    """Drop entries whose transcript went to the trash just before a crash."""
    for key, entry in list(index.entries.items()):
        name = _file_name(entry, folder)
        if name in listing.trashed and name not in listing.transcripts:
            del index.entries[key]
            index.rewritten = True


def _keep_apart(index: AgentIndex, folder: Path, listing: FolderList) -> None:
    for entry in index.apart:
        if _file_name(entry, folder) in listing.transcripts:
            key = f"agent:{entry.agent_id}:recovered:{entry.session_id.lower()}"
            index.entries.setdefault(key, entry_of(key, entry.agent_id, entry.raw))
            index.rewritten = True


def _orphans(
    index: AgentIndex, folder: Path, listing: FolderList, index_ns: int | None, looking: bool
) -> Iterator[tuple[Found, bool]]:
    """Transcripts without an entry, last changed first, and whether each is newer than the index."""
    named = {_file_name(entry, folder) for entry in index.entries.values()}
    orphans = sorted((-changed, name) for name, changed in listing.transcripts.items() if name not in named)
    for position, (changed, name) in enumerate(orphans):
        recent = index_ns is None or -changed > index_ns
        if recent or (looking and position < _LOOKED_AT):
            found = examine(folder / name)
            if found is not None and not found.retired:
                yield found, recent


def _adopt(index: AgentIndex, found: Found, key: str, main: str) -> None:
    known = index.entries.get(key)
    raw = known.raw if known else {}
    raw |= {"sessionId": found.session_id, "sessionFile": str(found.path)}
    raw["updatedAt"] = max(as_int(raw.get("updatedAt")), found.updated_ms)
    index.entries[key] = entry_of(key, known.agent_id if known else agent_of(main), raw)
    index.rewritten = True


def _recovered_key(main: str, path: Path) -> str:
    return canonical(f"{main.rsplit(':', 1)[0]}:recovered:{path.name.removesuffix('.jsonl')}")


def examine(path: Path) -> Found | None:
    """What a transcript says of itself, None when it has no readable line or cannot be opened."""
    try:
        first = _first_lines(path)
        last = next((line.entry for line in newest_first(path)), None)
        changed_ms = os.stat(path).st_mtime_ns // 1_000_000
    except (ClawdError, OSError):
        return None
    if last is None:
        return None
    stem = path.name.removesuffix(".jsonl")
    said = next((as_text(line.get("id")) for line in first if line.get("type") == "session"), "")
    key = next((as_text(key_data(line).get("sessionKey")) for line in first if key_data(line)), "")
    try:
        key = key and canonical(key)
    except BadInput:
        key = ""
    return Found(
        path=path,
        session_id=said if is_session_id(said) and stem.startswith(said) else stem,
        key=key,
        updated_ms=_time_of(last) or changed_ms,
        retired=key_data(last).get("retired") is True,
    )


def _first_lines(path: Path) -> list[JsonObject]:
    with open_regular(path) as file, explained(path, "read"):
        head = file.read(_HEAD)
    return [line for text in head.split(b"\n", 3)[:3] if (line := parse(text)) is not None]


def _time_of(line: JsonObject) -> int:
    return as_int(as_object(line.get("message")).get("timestamp")) or from_iso(as_text(line.get("timestamp")))
