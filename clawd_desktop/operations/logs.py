"""Writes the log as JSON lines that `logs.tail` clients read, one private file a day, never with a secret in it."""

from __future__ import annotations

import json
import logging
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core.errors import ClawdError, NotFound
from clawd_desktop.core.safeio import make_folder, remove
from clawd_desktop.operations.redaction import Redactor

KEPT_DAYS = 7
LONGEST_LINE = 64 * 1024
LARGEST_FILE = 50 * 1024 * 1024
_DAY = "%Y-%m-%d"
_PREFIX = "clawd-desktop-"
_NAMES = {"WARNING": "WARN", "CRITICAL": "FATAL"}
LEVELS = {
    "silent": logging.CRITICAL + 10,
    "fatal": logging.CRITICAL,
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
    "trace": logging.DEBUG,
}


def json_line(record: logging.LogRecord, redactor: Redactor) -> str:
    """The record as one JSON line of the shape that Clawdbot's log viewers read (keys "0", time, _meta)."""
    text = record.getMessage()
    if record.exc_info and record.exc_info[0] is not None:
        text = f"{text}\n{logging.Formatter().formatException(record.exc_info)}"
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
    level = _NAMES.get(record.levelname, record.levelname)
    subsystem = json.dumps({"subsystem": record.name.removeprefix("clawd.")})
    line = {
        "0": redactor.clean(text)[:LONGEST_LINE],
        "time": moment,
        "_meta": {"logLevelName": level, "name": subsystem, "date": moment},
    }
    return json.dumps(line, ensure_ascii=False)


class DailyFile(logging.Handler):
    """Appends to `<folder>/clawd-desktop-<day>.log` and removes files older than a week.

    A disk that is full or gone never stops the application: the lines are dropped and `fault` says why, once.
    """

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        super().__init__()
        self._folder = folder
        self._redactor = redactor
        self._inner: logging.FileHandler | None = None
        self._day = ""
        self.fault = ""

    @property
    def path(self) -> Path:
        """Today's file."""
        return log_path(self._folder, time.time())

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            stream = self._file().stream
            if stream is None or stream.tell() > LARGEST_FILE:
                return
            stream.write(json_line(record, self._redactor) + "\n")
            stream.flush()
            self.fault = ""
        except (OSError, ValueError) as error:
            self.fault = self.fault or f"The log in {self._folder} cannot be written: {error}."
            self._close_file()

    def _file(self) -> logging.FileHandler:
        day = time.strftime(_DAY)
        if self._inner is None or day != self._day or not self.path.exists():
            self._close_file()
            try:
                make_folder(self._folder)
                prune(self._folder, time.time())
            except ClawdError as error:
                raise OSError(error.message) from error
            self.path.touch(mode=0o600)
            self._inner = logging.FileHandler(self.path, encoding="utf-8", errors="backslashreplace")
            self._day = day
        return self._inner

    def _close_file(self) -> None:
        if self._inner is not None:
            self._inner.close()
            self._inner = None

    def close(self) -> None:
        """Close today's file."""
        self._close_file()
        super().close()


class Console(logging.Handler):
    """Short lines on standard error, control characters escaped, for people who run it in a terminal."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        text = self._redactor.clean(record.getMessage())
        safe = "".join(char if char.isprintable() or char == "\n" else repr(char)[1:-1] for char in text)
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {record.levelname.lower():7} {safe}\n")


def log_path(folder: Path, now_s: float) -> Path:
    """The file of the day that `now_s` (seconds since the epoch, local time) falls on."""
    return folder / f"{_PREFIX}{time.strftime(_DAY, time.localtime(now_s))}.log"


def prune(folder: Path, now_s: float) -> None:
    """Remove log files older than a week; other files are not touched."""
    oldest = log_path(folder, now_s - KEPT_DAYS * 86_400).name
    for path in folder.glob(f"{_PREFIX}*.log"):
        if path.name < oldest:
            remove(path)


def set_up(folder: Path, redactor: Redactor, *, level: str, console: bool) -> DailyFile:
    """Send the logs of the application to the day's file (and the console); returns the file's handler."""
    root = logging.getLogger("clawd")
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(LEVELS.get(level, logging.INFO))
    root.propagate = False
    daily = DailyFile(folder, redactor)
    root.addHandler(daily)
    if console:
        root.addHandler(Console(redactor))
    return daily


@dataclass(frozen=True, slots=True)
class Tail:
    """A stretch of a log file; `cursor` is the byte offset to go on from."""

    file: str
    cursor: int
    size: int
    lines: tuple[str, ...]
    truncated: bool
    reset: bool


def tail(path: Path, cursor: int | None, limit: int, max_bytes: int) -> Tail:
    """New lines since `cursor` bytes, at most `limit` lines of at most `max_bytes`.

    A cursor beyond the end or too far behind starts again near the end (`reset`). A partial first line is dropped.
    """
    size = path.stat().st_size if path.exists() else 0
    reset = cursor is not None and (cursor > size or size - cursor > max_bytes)
    start = cursor if cursor is not None and not reset else max(0, size - max_bytes)
    try:
        data = _slice(path, start, size) if size else b""
    except OSError as error:
        raise NotFound(f"The log {path} cannot be read: {error.strerror}.") from error
    whole, _, _ = data.rpartition(b"\n")
    if start and start != cursor:
        whole = whole.partition(b"\n")[2]
    lines = whole.decode("utf-8", "replace").split("\n") if whole else []
    cut = len(lines) > limit or (start > 0 and start != cursor)
    end = start + len(data) - len(data.rpartition(b"\n")[2])
    return Tail(str(path), end, size, tuple(lines[-limit:]), cut, reset)


def _slice(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(end - start)
