"""Keeps what explains a crash: where each thread was when the process died, and the last lines of the log."""

from __future__ import annotations

import contextlib
import faulthandler
import io
import logging
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import ClawdError

KEPT = 5
LINES = 200
_TAIL = 1024 * 1024
_NAME = re.compile(r"crash-(\d{8}T\d{6}Z)\.(txt|log)")
_CAUSE = re.compile(r"^Fatal Python error: ([^\n]{1,200})", re.MULTILINE)
_log = logging.getLogger("clawd.crash")


class CrashFile:
    """Catches the signals of a broken process (SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL) for one private file."""

    def __init__(self, folder: Path, started_ms: int) -> None:
        self._folder = folder
        self._path = folder / f"crash-{_stamp(started_ms)}.txt"
        self._file: io.FileIO | None = None
        self._others = False

    def open(self) -> None:
        """Begin to catch. Raises StorageFault."""
        self._file = safeio.open_log(self._path)
        self._others = faulthandler.is_enabled()
        faulthandler.enable(self._file)

    def close(self) -> None:
        """Catch no more; nothing was caught, so the file goes."""
        if self._file is None:
            return
        faulthandler.disable()
        if self._others and sys.__stderr__ is not None:
            with contextlib.suppress(OSError, ValueError):
                faulthandler.enable(sys.__stderr__)
        self._file.close()
        self._file = None
        with contextlib.suppress(ClawdError):
            safeio.remove(self._path)


def keep_evidence(folder: Path, logs: Path, started_ms: int) -> str:
    """Keep what the run that began then left behind, and the log's last lines beside it; returns what it died of.

    "" when nothing was caught, as when it was killed. Only the newest five of each stay. Does disk work; what cannot be
    kept is only logged.
    """
    path = folder / f"crash-{_stamp(started_ms)}.txt"
    cause = ""
    try:
        cause = _cause(path)
        lines = last_lines(logs)
        if lines:
            safeio.write_file(path.with_suffix(".log"), lines)
        if path.exists() and not path.stat().st_size:
            safeio.remove(path)
        _thin(folder)
    except (ClawdError, OSError) as error:
        _log.warning("what explains the crash could not be kept: %s", error)
    return cause


def last_lines(logs: Path, count: int = LINES) -> bytes:
    """The last lines of the newest log file, whole ones only; nothing when there is none."""
    files = sorted(logs.glob("*.log"), key=lambda file: file.stat().st_mtime) if logs.is_dir() else []
    if not files:
        return b""
    with safeio.open_regular(files[-1]) as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - _TAIL))
        data = file.read(_TAIL)
    lines = data.splitlines(keepends=True)
    if size > _TAIL:
        lines = lines[1:]
    return b"".join(lines[-count:])


def _cause(path: Path) -> str:
    try:
        found = _CAUSE.search(safeio.read_file(path, limit=_TAIL).decode("utf-8", "replace"))
    except ClawdError:
        return ""
    return found.group(1).strip() if found else ""


def _thin(folder: Path) -> None:
    for kind in ("txt", "log"):
        kept = sorted(path for path in folder.iterdir() if (name := _NAME.fullmatch(path.name)) and name[2] == kind)
        for path in kept[:-KEPT]:
            safeio.remove(path)


def _stamp(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
