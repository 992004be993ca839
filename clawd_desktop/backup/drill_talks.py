"""What a gateway on a copy must say of the conversations in it, read from the files beside it, and what differs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import NotFound, Refused, Unreadable
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text
from clawd_desktop.storage.session_entry import SessionEntry
from clawd_desktop.storage.session_index import NAME, agent_index, parse_index
from clawd_desktop.storage.session_keys import is_agent_id
from clawd_desktop.storage.transcript_lines import parse
from clawd_desktop.storage.transcripts import transcript_path

# Of so many conversations, the last messages, in so many bytes at the end of the file.
MOST_TALKS = 3
MOST_MESSAGES = 50
TAIL_BYTES = 4 * 1024 * 1024
# Less than what a gateway answers at once: what it leaves out for its size is nothing that is missing.
_ALL_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation: its key, the name of its transcript, and the last messages as they stand there.

    `size` is about how many bytes they are.
    """

    key: str
    name: str
    messages: tuple[JsonObject, ...]
    size: int


def entries_in(state: Path, main_key: str) -> tuple[SessionEntry, ...]:
    """The conversations that the indexes of all agents name, the last used first.

    Raises Unreadable for a damaged index, StorageFault.
    """
    agents = state / "agents"
    found: list[SessionEntry] = []
    with safeio.explained(agents, "list"):
        names = sorted(os.listdir(agents)) if agents.is_dir() else []
    for name in filter(is_agent_id, names):
        path = agents / name / "sessions" / NAME
        try:
            index = parse_index(safeio.read_file(path))
        except NotFound:
            continue
        if not index.whole:
            raise Unreadable(f"The list of conversations agents/{name}/sessions/{NAME} is damaged.", path=str(path))
        found += agent_index(index.rows, name, main_key).entries.values()
    return tuple(sorted(found, key=lambda one: one.updated_at, reverse=True))


def talks_in(state: Path, entries: Sequence[SessionEntry]) -> tuple[Talk, ...]:
    """The last used of these conversations that have something in them. Raises Unreadable, which names the place."""
    return tuple(islice(_talks(state, entries), MOST_TALKS))


def missing(entries: Sequence[SessionEntry], listed: JsonObject) -> tuple[str, ...]:
    """The conversations that the answer to sessions.list has not."""
    keys = {as_text(as_object(row).get("key")) for row in as_list(listed.get("sessions"))}
    return tuple(entry.key for entry in entries if entry.key not in keys)


def difference(talk: Talk, answer: JsonObject) -> str:
    """How the answer to chat.history differs from the transcript, as a sentence; "" when it does not."""
    got = [as_object(one) for one in as_list(answer.get("messages"))]
    wanted = talk.messages
    if len(got) != len(wanted) and not (talk.size > _ALL_BYTES and 0 < len(got) < len(wanted)):
        return f"The gateway shows {len(got)} of the last {len(wanted)} messages in {talk.name}."
    pairs = zip(reversed(wanted), reversed(got), strict=False)
    for number, (mine, shown) in enumerate(pairs, start=1):
        if not _same(mine, shown):
            return f"The gateway shows another message than {talk.name} holds, number {number} from its end."
    return ""


def last_said(path: Path, key: str, name: str) -> Talk | None:
    """The last messages of the transcript of that conversation; None when it is not there or holds none.

    A last line that was cut off while it was written is no fault. Raises Unreadable for a line that is none.
    """
    try:
        file = safeio.open_regular(path)
    except NotFound:
        return None
    with file, safeio.explained(path, "read"):
        size = os.fstat(file.fileno()).st_size
        start = max(0, size - TAIL_BYTES)
        file.seek(start)
        data = b"".join(iter(lambda: file.read(1 << 20), b""))
    if start:
        start += data.find(b"\n") + 1
        data = data[data.find(b"\n") + 1 :]
    messages: list[JsonObject] = []
    for offset, line, ended in _from_the_end(data):
        entry = parse(line)
        if entry is None and ended:
            raise Unreadable(f"{name} cannot be read: the line at byte {start + offset:,} is none.", path=str(path))
        if entry is not None and isinstance(entry.get("message"), dict):
            messages.append(as_object(entry["message"]))
            if len(messages) == MOST_MESSAGES:
                break
    return Talk(key, name, tuple(reversed(messages)), len(data)) if messages else None


def _talks(state: Path, entries: Sequence[SessionEntry]) -> Iterator[Talk]:
    for entry in entries:
        folder = state / "agents" / entry.agent_id / "sessions"
        if not entry.session_id:
            continue
        try:
            path = transcript_path(folder, entry.session_id, entry.session_file)
        except Refused:  # it names a file by where that lay, which the copy does not
            continue
        if talk := last_said(path, entry.key, path.relative_to(state).as_posix()):
            yield talk


def _from_the_end(data: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Lines that are not empty, the last first: where each begins, and whether its end was written."""
    stop = len(data)
    ended = False
    while stop >= 0:
        begin = data.rfind(b"\n", 0, stop) + 1
        if line := data[begin:stop].strip():
            yield begin, line, ended
        ended = True
        stop = begin - 1


def _same(mine: JsonObject, shown: JsonObject) -> bool:
    """What people wrote is shown without the marks that channels add; all else as it stands."""
    if mine.get("role") != "user":
        return mine == shown
    one, other = _texts(mine), _texts(shown)
    return shown.get("role") == "user" and len(one) == len(other) and all(map(_holds, one, other))


def _holds(whole: str, part: str) -> bool:
    return part in whole and bool(part) == bool(whole)


def _texts(message: JsonObject) -> list[str]:
    content: JsonValue = message.get("content")
    if isinstance(content, str):
        return [content]
    return [as_text(as_object(part).get("text")) for part in as_list(content)]
