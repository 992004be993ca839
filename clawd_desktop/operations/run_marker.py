"""Leaves a mark while the application runs, by which the next start sees that this one did not end as it should."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass
from pathlib import Path

import orjson

from clawd_desktop.core import safeio, tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import NotFound, StorageFault, Unreadable
from clawd_desktop.core.values import JsonObject, as_int, as_object, as_text
from clawd_desktop.system.boot import same_boot

NAME = "running.json"
BEAT_S = 30.0
_log = logging.getLogger("clawd.crash")
_LIMIT = 64 * 1024
_LATEST_MS = 32_503_680_000_000  # The year 3000.


@dataclass(frozen=True, slots=True)
class LastRun:
    """A run that did not end as it should. `seen_ms` is its last sign of life, in wall-clock milliseconds.

    `switched_off` says that the computer was switched off or started again meanwhile, so that nobody can tell more.
    """

    pid: int
    version: str
    started_ms: int
    seen_ms: int
    switched_off: bool


class RunMarker:
    """One file in the program's own folder. `boot` names this start of the computer. Methods do disk work."""

    def __init__(self, folder: Path, clock: Clock, version: str, boot: str) -> None:
        self._path = folder / NAME
        self._clock = clock
        self._version = version
        self._boot = boot
        self._mark = b""  # as long as it is not left
        self._beat: asyncio.TimerHandle | None = None

    def begin(self) -> LastRun | None:
        """Leave the mark of this run; returns the run whose mark still stood there.

        A full disk keeps nobody from starting: the mark is then left as soon as there is space. Raises StorageFault
        for a folder that cannot be used at all.
        """
        last = self._last()
        mark: JsonObject = {
            "pid": os.getpid(),
            "version": self._version,
            "startedMs": self._clock.wall_ms(),
            "boot": self._boot,
        }
        self._mark = orjson.dumps(mark) + b"\n"
        safeio.make_folder(self._path.parent)
        refused = tasks.attempt(self._leave, name="mark of this run")
        if isinstance(refused, StorageFault):
            _log.warning("a crash would not be noticed yet: %s", refused.sentence())
        return last

    def start_beating(self) -> None:
        """Show every half minute that this run still lives; to be called on the loop."""
        self._beat = asyncio.get_running_loop().call_later(BEAT_S, self.start_beating)
        tasks.attempt(self._leave if self._mark else self._touch, name="sign of life")

    def end(self) -> None:
        """Take the mark away: this run ends as it should. Where the disk refuses, the next start says it did not."""
        if self._beat is not None:
            self._beat.cancel()
        tasks.attempt(lambda: safeio.remove(self._path), name="end of the run")

    def _leave(self) -> None:
        safeio.write_file(self._path, self._mark)
        self._mark = b""

    def _touch(self) -> None:
        safeio.touch(self._path, self._clock.wall_ms())

    def _last(self) -> LastRun | None:
        try:
            data = safeio.read_file(self._path, limit=_LIMIT)
            seen_ms = round(self._path.stat().st_mtime * 1000)
        except NotFound:
            return None
        except (Unreadable, OSError) as error:
            raise StorageFault(f"{self._path} is in the way: {error}", hint="Move it away.") from error
        try:
            mark = as_object(orjson.loads(data))
        except orjson.JSONDecodeError:
            mark = {}
        # A time that cannot be would end this start too, where it is put into words.
        seen_ms = min(max(seen_ms, 0), _LATEST_MS)
        started_ms = as_int(mark.get("startedMs"))
        return LastRun(
            as_int(mark.get("pid")),
            as_text(mark.get("version")),
            started_ms if 0 < started_ms <= _LATEST_MS else seen_ms,
            seen_ms,
            not same_boot(as_text(mark.get("boot")), self._boot),
        )
