"""Sees at the start how the run before ended, says so, and decides on safe mode."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from pathlib import Path

import orjson

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError, StorageFault
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.values import JsonValue, as_int, as_list, as_object
from clawd_desktop.operations.crash_files import CrashFile, keep_evidence
from clawd_desktop.operations.run_marker import LastRun, RunMarker
from clawd_desktop.operations.safe_mode import REMEMBERED, SafeMode, safe_mode

NOTICE = "app.crashed"
SAFE_NOTICE = "app.safe_mode"
START_NORMALLY = "app.start_normally"
NAME = "crashes.json"
SHOW_LOG = NoticeAction("page:logs", "Show the log")
RESTORE = NoticeAction("page:backup", "Restore a backup")
REPORT = NoticeAction("page:logs/report", "Make a report")
FORESEEN = (ClawdError, asyncio.CancelledError, KeyboardInterrupt)
_LIMIT = 64 * 1024
_log = logging.getLogger("clawd.crash")


class CrashWatch:
    """For one run of the application. `folder` is the program's own, `logs` where the log lies."""

    def __init__(self, folder: Path, logs: Path, clock: Clock, version: str, boot: str) -> None:
        self._folder = folder
        self._logs = logs
        self._clock = clock
        self._marker = RunMarker(folder, clock, version, boot)
        self._file: CrashFile | None = None
        self._last: LastRun | None = None
        self._cause = ""
        self.safe = SafeMode()

    def begin(self, *, asked: bool) -> None:
        """Look at the mark of the run before and leave our own; does disk work.

        Raises StorageFault for a folder that cannot be used at all; one that is only full is told and lived with.
        """
        started_ms = self._clock.wall_ms()
        last = self._last = self._marker.begin()
        crashes = self._crashes()
        if last is not None:
            self._cause = keep_evidence(self._folder, self._logs, last.started_ms)
            if not last.switched_off:
                crashes = [*crashes, min(last.seen_ms, started_ms)][-REMEMBERED:]
                self._remember(crashes)
        self.safe = safe_mode(crashes, asked=asked)
        self._file = CrashFile(self._folder, started_ms)
        try:
            self._file.open()
        except StorageFault as fault:
            _log.warning("where a crash happens cannot be kept: %s", fault.sentence())

    def start(self, notices: NoticeBoard) -> None:
        """Say what was seen, and show from now on that this run lives."""
        self._marker.start_beating()
        text = told(self._last, self._cause) if self._last is not None else ""
        if text:
            _log.warning("%s", text)
        now = self._clock.wall_ms()
        if self.safe.on:
            _log.warning("safe mode: %s", self.safe.reason)
            notices.set(Notice(SAFE_NOTICE, Severity.WARNING, "Clawd Desktop runs in safe mode", " ".join(filter(None, (
                text, self.safe.reason, "Channels, hooks and automation stay off until you start it normally.",
            ))), (NoticeAction(START_NORMALLY, "Start normally"), RESTORE, REPORT, SHOW_LOG), now))  # fmt: skip
        elif text and self._last is not None:
            severity = Severity.INFO if self._last.switched_off else Severity.WARNING
            title = "The computer was switched off" if self._last.switched_off else "Clawd Desktop ended unexpectedly"
            actions = (SHOW_LOG,) if self._last.switched_off else (REPORT, SHOW_LOG)
            notices.set(Notice(NOTICE, severity, title, text, actions, now))

    def ended(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        """This run ends, with that failure. As it should: then nothing before it counts any more."""
        # What nobody foresaw is a crash too, even where the interpreter lives to tell of it.
        if kind is not None and not issubclass(kind, FORESEEN):
            return
        self.forget()
        if self._file is not None:
            self._file.close()
        self._marker.end()

    def forget(self) -> None:
        """Let the crashes so far count no more."""
        try:
            safeio.remove(self._folder / NAME)
        except ClawdError as fault:
            _log.warning("%s", fault.sentence())

    def _crashes(self) -> list[int]:
        """When it crashed since the last clean end; a list that cannot be understood counts for none."""
        try:
            found = as_object(orjson.loads(safeio.read_file(self._folder / NAME, limit=_LIMIT)))
        except (ClawdError, orjson.JSONDecodeError):
            return []
        return [as_int(time) for time in as_list(found.get("crashes")) if isinstance(time, int)]

    def _remember(self, crashes: list[int]) -> None:
        times: list[JsonValue] = [*crashes]
        try:
            safeio.write_file(self._folder / NAME, orjson.dumps({"crashes": times}) + b"\n")
        except StorageFault as fault:  # A full disk keeps nobody from starting.
            _log.warning("this crash will not count towards safe mode: %s", fault.sentence())


def told(last: LastRun, cause: str) -> str:
    """How the run before ended, for a person."""
    when = datetime.fromtimestamp(last.seen_ms / 1000).strftime("%Y-%m-%d %H:%M")
    if last.switched_off:
        return f"The computer was switched off or started again while Clawd Desktop ran (last seen {when})."
    ended = f"Clawd Desktop ended unexpectedly about {when}"
    if cause:
        return f"{ended}: {cause.rstrip('.')}. Where it happened is kept for a report."
    return f"{ended}. It left no trace: it was ended by the system, as when memory runs out, or by hand."
