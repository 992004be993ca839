"""Writes the log into private files: one a day or one that was named, cut into pieces, the oldest removed."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.safeio import AppendFile, explained, make_folder, remove, rename
from clawd_desktop.operations.log_line import Entry

PREFIX = "clawd-desktop-"
SUFFIX = ".log"
_DAY = "%Y-%m-%d"
_DAY_S = 86_400
# Whatever their age and size: these hold what came before a crash. A clock that jumps must not remove them.
ALWAYS_KEPT = 3
_PIECES = 8
_SMALLEST_PIECE = 64 * 1024
_LARGEST_PIECE = 50 * 1024 * 1024
_AT_ONCE = 500
_SYNC_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many days files are kept (0: for ever), and how many bytes all together may have."""

    days: int = 14
    max_bytes: int = 100 * 1024 * 1024

    @property
    def piece(self) -> int:
        """How large one file may become before the next one is begun."""
        return min(max(self.max_bytes // _PIECES, _SMALLEST_PIECE), _LARGEST_PIECE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file of the log lies: `file` when it was named, else one a day in `folder`."""

    folder: Path
    file: Path | None = None

    def path(self, now_s: float) -> Path:
        """The file that is written at that moment (seconds since the epoch, local time)."""
        return self.file or self.folder / f"{PREFIX}{time.strftime(_DAY, time.localtime(now_s))}{SUFFIX}"


class LogFile:
    """A `Sink`. `form` makes the text of a line."""

    def __init__(self, place: Place, keeping: Keeping, form: Callable[[Entry], str]) -> None:
        self.place = place
        self.keeping = keeping
        self.form = form
        self._file: AppendFile | None = None
        self._size = 0
        self._synced_at = float("-inf")

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"the log in {self.place.file or self.place.folder}"

    @property
    def path(self) -> Path:
        """The file that is written now."""
        return self.place.path(time.time())

    def send(self, entries: Sequence[Entry]) -> int:
        """Append some lines. Raises StorageFault; nothing of them stands in the file then."""
        batch = entries[:_AT_ONCE]
        data = "".join([f"{self.form(entry)}\n" for entry in batch]).encode("utf-8", "backslashreplace")
        try:
            file = self._open()
            if self._size and self._size + len(data) > self.keeping.piece:
                file = self._rotate()
            file.append(data, sync=self._should_sync(batch))
        except StorageFault:
            self.close()
            raise
        self._size += len(data)
        return len(batch)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> AppendFile:
        path = self.path
        if self._file is None or self._file.path != path or not self._file.stands():
            self.close()
            make_folder(path.parent)
            _refuse_what_is_no_file(path)
            self._file = AppendFile(path)
            self._size = self._file.size()
            prune(self.place, self.keeping, time.time())
        return self._file

    def _rotate(self) -> AppendFile:
        self.close()
        path = self.path
        rename(path, _next_piece(path))
        return self._open()

    def _should_sync(self, batch: Sequence[Entry]) -> bool:
        """Errors are on the disk even if the power fails now; a flood of them does not wear it out."""
        if max(entry.level for entry in batch) < logging.ERROR or time.monotonic() - self._synced_at < _SYNC_EVERY_S:
            return False
        self._synced_at = time.monotonic()
        return True


def prune(place: Place, keeping: Keeping, now_s: float) -> None:
    """Remove files that are too old, and the oldest while all together are too large. Other files are not touched.

    The newest few always stay. Raises StorageFault.
    """
    files = pieces(place)
    oldest = now_s - keeping.days * _DAY_S
    facts: list[tuple[Path, os.stat_result]] = []
    for path in files:
        # What another program has rotated away meanwhile is its own.
        with explained(place.folder, "look at"), contextlib.suppress(FileNotFoundError):
            facts.append((path, path.stat()))
    total = sum(stat.st_size for _, stat in facts)
    for path, stat in facts[: max(0, len(facts) - ALWAYS_KEPT)]:
        if total > keeping.max_bytes or (keeping.days and _written(path, stat.st_mtime) < oldest):
            remove(path)
            total -= stat.st_size


def pieces(place: Place) -> list[Path]:
    """All files of this log that are there, the oldest first."""
    path = place.path(time.time())
    name = PREFIX if place.file is None else path.stem
    day = r"\d{4}-\d\d-\d\d" if place.file is None else ""
    pattern = re.compile(rf"{re.escape(name)}({day})(?:\.(\d+))?{re.escape(path.suffix)}")
    with explained(path.parent, "look into"):
        found = [(match, each) for each in path.parent.iterdir() if (match := pattern.fullmatch(each.name))]
    # The file that is written has no number: it is newer than the pieces of its day.
    return [each for match, each in sorted(found, key=lambda one: (one[0][1], int(one[0][2] or 10**9)))]


def _next_piece(path: Path) -> Path:
    pattern = re.compile(rf"{re.escape(path.stem)}\.(\d+){re.escape(path.suffix)}")
    with explained(path.parent, "look into"):
        numbers = [int(match[1]) for each in path.parent.iterdir() if (match := pattern.fullmatch(each.name))]
    return path.with_name(f"{path.stem}.{max(numbers, default=0) + 1}{path.suffix}")


def _written(path: Path, modified_s: float) -> float:
    """When the file was last written: a day's file by its name, for a copy or a backup may have touched it."""
    day = path.name.removeprefix(PREFIX)[:10]
    try:
        return time.mktime(time.strptime(day, _DAY)) + _DAY_S
    except ValueError:
        return modified_s


def _refuse_what_is_no_file(path: Path) -> None:
    """A pipe in its place would hold up the writer for ever. Raises StorageFault."""
    if path.exists() and not path.is_file():
        raise StorageFault(f"{path} is no file.", hint="Move it away.")
