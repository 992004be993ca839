"""Records what every run used, so that tokens and cost of a day survive a restart."""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import RunFinished
from clawd_desktop.core.messages import Usage
from clawd_desktop.core.safeio import AppendFile, make_folder, read_file
from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.usage_history import DayUsage, parse_line, read_days

MOST_UNWRITTEN = 1_000
_log = logging.getLogger("clawd.usage")


class UsageLedger:
    """One line per run in `<folder>/<year>-<month>.jsonl`, and today's sum in memory.

    Lines that the disk refuses are kept, a thousand at most, and written with the next one or by `catch_up`.
    """

    def __init__(self, folder: Path, bus: EventBus, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._day = self._today()
        self._sum = Usage()
        self._file: AppendFile | None = None
        self._unwritten: deque[tuple[Path, bytes]] = deque(maxlen=MOST_UNWRITTEN)
        self._unsubscribe: Unsubscribe = bus.subscribe(RunFinished, self._record)

    def load(self) -> None:
        """Read what was used today before this start. A ledger that cannot be read is left alone."""
        try:
            lines = read_file(self._path()).decode("utf-8", "replace").splitlines()
        except ClawdError:
            return
        runs = (parse_line(line) for line in lines)
        self._sum = sum((run.usage for run in runs if run is not None and run.day == self._day), Usage())

    def today(self) -> Usage:
        """What was used since midnight, local time."""
        if self._today() != self._day:
            self._day = self._today()
            self._sum = Usage()
        return self._sum

    def days(self, count: int, is_free: Callable[[str], bool]) -> tuple[DayUsage, ...]:
        """What was used on each of the last `count` days, see `usage_history.read_days`; does disk work."""
        return read_days(self._folder, date.fromisoformat(self._today()), count, is_free)

    def close(self) -> None:
        """Stop recording."""
        self._unsubscribe()
        if self._file is not None:
            self._file.close()

    def _record(self, event: RunFinished) -> None:
        if not event.usage.total:
            return
        self._sum = self.today() + event.usage
        line: JsonObject = {
            "day": self._day,
            "ts": event.ended_at,
            "run": event.run_id,
            "session": event.session_key,
            "provider": event.provider,
            "model": event.model,
            "input": event.usage.input,
            "output": event.usage.output,
            "cacheRead": event.usage.cache_read,
            "cacheWrite": event.usage.cache_write,
            "cost": event.usage.cost,
            "ms": event.ended_at - event.started_at,
        }
        self._unwritten.append((self._path(), json.dumps(line).encode() + b"\n"))
        try:
            self.catch_up()
        except ClawdError as error:
            _log.warning("usage of run %s is not recorded yet: %s", event.run_id, error.sentence())

    def catch_up(self) -> None:
        """Write what the disk refused before. Raises StorageFault when it still does."""
        while self._unwritten:
            self._append(*self._unwritten[0])
            self._unwritten.popleft()

    def _append(self, path: Path, line: bytes) -> None:
        if self._file is None or self._file.path != path:
            if self._file is not None:
                self._file.close()
            make_folder(self._folder)
            self._file = AppendFile(path)
        self._file.append(line)

    def _path(self) -> Path:
        return self._folder / f"{self._day[:7]}.jsonl"

    def _today(self) -> str:
        return datetime.fromtimestamp(self._clock.wall_ms() / 1000).strftime("%Y-%m-%d")
