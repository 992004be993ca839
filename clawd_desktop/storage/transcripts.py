"""Writes transcripts: a line that was acknowledged is on the disk, and a torn one is set aside, never dropped."""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import NotFound, Refused, StorageFault, Unreadable
from clawd_desktop.core.values import JsonObject, as_text
from clawd_desktop.storage.session_keys import is_session_id
from clawd_desktop.storage.transcript_lines import encode, entry, entry_id, header, key_data, key_fields, parse, stamp
from clawd_desktop.storage.transcript_reader import newest_first

_KEPT_OPEN = 16
_HEAD = 64 * 1024
_LARGEST = 4 * 1024 * 1024 * 1024
_log = logging.getLogger("clawd.storage")


@dataclass(frozen=True, slots=True)
class Origin:
    """What the first lines of a new transcript say: whose it is and where its agent works."""

    session_id: str
    session_key: str
    cwd: str
    writer: str


@dataclass(frozen=True, slots=True)
class Compacted:
    """What a compaction did: lines kept, the files that hold the original, and why nothing was done ("" when done)."""

    compacted: bool
    kept: int = 0
    archived: tuple[str, ...] = ()
    reason: str = ""


@dataclass(slots=True)
class _Open:
    file: safeio.AppendFile
    inode: int
    size: int
    last_id: str | None


def transcript_name(folder: str, session_id: str, session_file: str) -> str:
    """The file name of a session's transcript in `folder`, whatever the index says.

    A file that was named on another computer is found under its own name here.
    Raises Refused when the id or the file name leads elsewhere.
    """
    where, _, name = session_file.replace("\\", "/").rpartition("/")
    name = name or f"{session_id}.jsonl"
    own = name == f"{session_id}.jsonl" or name.startswith(f"{session_id}-topic-")
    inside = own or where == folder.replace("\\", "/")
    if not (inside and name.endswith(".jsonl") and is_session_id(session_id) and is_session_id(name)):
        raise _leads_elsewhere(folder)
    return name


def transcript_path(folder: Path, session_id: str, session_file: str) -> Path:
    """The same as a path. Raises Refused also when a link lies there that leads out of the folder."""
    path = folder / transcript_name(str(folder), session_id, session_file)
    if path.is_symlink() and path.resolve().parent != folder.resolve():
        raise _leads_elsewhere(str(folder))
    return path


def _leads_elsewhere(folder: str) -> Refused:
    return Refused(
        f"The session index names a transcript outside {folder}.",
        hint="Reset the session, or correct sessionId and sessionFile in sessions.json.",
    )


class TranscriptWriter:
    """Appends to transcripts and keeps the last used ones open. To be used from one thread at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: OrderedDict[Path, _Open] = OrderedDict()
        self._doubtful: dict[Path, tuple[int, bytes]] = {}

    def append(self, path: Path, origin: Origin, kind: str, fields: JsonObject) -> str:
        """Add an entry, durably, and return its id; a new file gets its header in the same write.

        Raises StorageFault, and the transcript is as before; BadInput when the fields are no JSON.
        """
        now = self._clock.wall_ms()
        known = self._opened(path)
        lines: list[JsonObject] = []
        if known.size == 0:
            lines.append(header(origin.session_id, origin.cwd, now))
            lines.append(entry("custom", None, now, key_fields(origin.session_key, origin.writer)))
        parent = entry_id(lines[-1]) if lines else known.last_id
        lines.append(entry(kind, parent, now, fields))
        self._append(path, known, b"".join(encode(line) + b"\n" for line in lines))
        known.last_id = entry_id(lines[-1])
        return known.last_id

    def _append(self, path: Path, known: _Open, data: bytes) -> None:
        try:
            known.file.append(data)
        except StorageFault:
            self._doubtful[path] = (known.size, data)
            self.close(path)
            raise
        known.size += len(data)

    def _opened(self, path: Path) -> _Open:
        """The open file, checked to be still the one of that name and as long as we left it."""
        known = self._open.get(path)
        if known is not None:
            if _identity(path) == (known.inode, known.size):
                self._open.move_to_end(path)
                return known
            self.close(path)
        while len(self._open) >= _KEPT_OPEN:
            self.close(next(iter(self._open)))
        known = self._open[path] = self._opening(path)
        return known

    def _opening(self, path: Path) -> _Open:
        _refuse_what_is_no_file(path)
        _give_header(path, self._clock.wall_ms())
        with ExitStack() as undo:
            file = undo.enter_context(safeio.AppendFile(path))
            self._forget_refused_bytes(path, file)
            self._mend_end(path, file)
            last = next((entry_id(line.entry) for line in newest_first(path) if entry_id(line.entry)), None)
            inode, size = _identity(path)
            undo.pop_all()
        return _Open(file, inode, size, last)

    def _forget_refused_bytes(self, path: Path, file: safeio.AppendFile) -> None:
        """Cut off what a failed append may have left: its caller was told that it is not there."""
        size, data = self._doubtful.get(path, (-1, b""))
        if size >= 0 and file.size() > size and data.startswith(_bytes_from(path, size)):
            file.cut(size)
        self._doubtful.pop(path, None)

    def _mend_end(self, path: Path, file: safeio.AppendFile) -> None:
        """Complete a last line that lacks only its line end; copy a torn one to a file of its own and cut it off."""
        size = file.size()
        start = _start_of_last_line(path, size)
        torn = _bytes_from(path, start) if start < size else b""
        if not torn:
            return
        if parse(torn) is not None:
            file.append(b"\n")
            return
        kept = free_name(path.with_name(f"{path.name}.torn-{self._clock.wall_ms()}"))
        safeio.write_file(kept, torn)
        file.cut(start)
        _log.warning("%s: a torn last line of %d bytes was set aside in %s", path, len(torn), kept.name)

    def compact(self, path: Path, max_lines: int) -> Compacted:
        """Keep the header and the last `max_lines` lines; the original stays beside it as `.bak.<time>`.

        Raises StorageFault, and the transcript is as before.
        """
        if not path.exists():
            return Compacted(False, reason="no transcript")
        self._opened(path)
        data = safeio.read_file(path, limit=_LARGEST)
        count = data.count(b"\n")
        if count <= max_lines:
            return Compacted(False, kept=count)
        backup = free_name(path.with_name(f"{path.name}.bak.{stamp(self._clock.wall_ms())}"))
        safeio.write_file(backup, data)
        self.close(path)
        safeio.write_file(path, _shortened(data, count, max_lines))
        return Compacted(True, kept=max_lines, archived=(str(backup),))

    def archive(self, path: Path) -> Path | None:
        """Move a transcript to the trash: it becomes `<file>.deleted.<time>`. None when there is no file."""
        self.close(path)
        if not path.exists():
            return None
        target = free_name(path.with_name(f"{path.name}.deleted.{stamp(self._clock.wall_ms())}"))
        try:
            safeio.rename(path, target)
        except StorageFault:
            self.restore(target, path)
            raise
        return target

    def restore(self, archived: Path, path: Path) -> None:
        """Take a transcript back from the trash as well as that can be done now."""
        with suppress(StorageFault):
            if archived.exists() and not path.exists():
                safeio.rename(archived, path)

    def close(self, path: Path) -> None:
        """Close one transcript; it opens again by itself."""
        known = self._open.pop(path, None)
        if known is not None:
            known.file.close()

    def close_all(self) -> None:
        """Close every transcript."""
        for path in list(self._open):
            self.close(path)


def free_name(path: Path) -> Path:
    """The path, or the path with a number after it when that name is taken."""
    counter, free = 0, path
    while free.exists():
        counter += 1
        free = path.with_name(f"{path.name}.{counter}")
    return free


def _shortened(data: bytes, count: int, max_lines: int) -> bytes:
    """The header, the line that names the conversation, and the last `max_lines` of `count` lines."""
    cut = len(data) - 1
    for _ in range(max_lines):
        cut = data.rfind(b"\n", 0, cut)
    opening = data[: cut + 1].split(b"\n", 2)[: min(2, count - max_lines)]
    kept = [line for line in opening if _opens_transcript(parse(line) or {})]
    return b"".join(line + b"\n" for line in kept) + data[cut + 1 :]


def _opens_transcript(line: JsonObject) -> bool:
    return line.get("type") == "session" or bool(key_data(line))


def _identity(path: Path) -> tuple[int, int]:
    try:
        facts = os.stat(path)
    except OSError:
        return (-1, -1)
    return (facts.st_ino, facts.st_size)


def _refuse_what_is_no_file(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise Unreadable(f"{path} is not a file.", path=str(path), hint="Move it away; the conversation then goes on.")


def _give_header(path: Path, now_ms: int) -> None:
    """Put the header back where a transcript has lost it: Clawdbot would take the file for empty and write over it."""
    try:
        with safeio.open_regular(path) as file, safeio.explained(path, "read"):
            head = file.read(_HEAD)
    except NotFound:
        return
    first, ended, _ = head.partition(b"\n")
    line = parse(first) or {}
    if not ended or (line.get("type") == "session" and as_text(line.get("id"))):
        return
    data = safeio.read_file(path, limit=_LARGEST)
    safeio.write_file(free_name(path.with_name(f"{path.name}.headless-{now_ms}")), data)
    session_id = path.name.removesuffix(".jsonl").split("-topic-")[0]
    safeio.write_file(path, encode(header(session_id, str(path.parent), now_ms)) + b"\n" + data)
    _log.warning("%s had no header: it got one, and the file as it was is kept beside it", path)


def _start_of_last_line(path: Path, size: int) -> int:
    """The offset after the last line end; 0 when there is none."""
    with safeio.open_regular(path) as file, safeio.explained(path, "read"):
        end = size
        while end > 0:
            begin = max(0, end - _HEAD)
            file.seek(begin)
            cut = file.read(end - begin).rfind(b"\n")
            if cut >= 0:
                return begin + cut + 1
            end = begin
    return 0


def _bytes_from(path: Path, start: int) -> bytes:
    with safeio.open_regular(path) as file, safeio.explained(path, "read"):
        file.seek(start)
        return b"".join(iter(lambda: file.read(1 << 20), b""))
