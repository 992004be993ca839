"""Remembers what was measured: the last hours in memory, weeks by the minute and the hour on the disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from clawd_desktop.config.schema.monitoring import Keeping
from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, Unreadable
from clawd_desktop.core.notices import Notice, NoticeBoard, Severity
from clawd_desktop.operations.history_file import HistoryFile
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.ring import Ring
from clawd_desktop.operations.rollup import Bin
from clawd_desktop.operations.series import History, Series, split_key
from clawd_desktop.operations.stretch import laid_out, of_sample, usual_step
from clawd_desktop.operations.units import Unit, parsed
from clawd_desktop.storage.database import Database

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
USUAL_MS = 15_000
# So many minutes wait in memory for a disk that refuses; older ones are given up.
MOST_WAITING = 180
PRUNE_S = 3_600.0
# The clock may have jumped by so much before what is old is looked at again later, when it may be right once more.
DOUBTFUL_MS = HOUR_MS
SMALLEST_FILE = 1 << 20
MOST_POINTS = 20_000
NOTICE = "metrics.history"
_log = logging.getLogger("clawd.metrics")


class MetricHistory(History):
    """Fulfils `operations.series.History`; on the loop's thread, the disk has a thread of its own."""

    def __init__(
        self, database: Database, clock: Clock, notices: NoticeBoard, keeping: Callable[[], Keeping], ring: Ring
    ) -> None:
        self._database = database
        self._file = HistoryFile(database)
        self._clock = clock
        self._notices = notices
        self._keeping = keeping
        self._ring = ring
        self._open = False
        self._waiting: dict[int, dict[str, Bin]] = {}
        self._minute = 0
        self._prune_at = clock.monotonic() + PRUNE_S
        self._disk = asyncio.Lock()
        self._laying = asyncio.Lock()
        self._writing: asyncio.Task[None] | None = None
        self._fault = ""

    async def open(self) -> None:
        """Open the file, unless it is open; a disk that refuses costs the history only."""
        async with self._disk:
            if self._open:
                return
            try:
                await self._database.open()
            except ClawdError as fault:
                self._failed(fault)
                return
            self._open = True

    async def close(self) -> None:
        """Write what waits and close the file."""
        if self._writing is not None:
            await asyncio.wait({self._writing}, timeout=2.0)
        if self._open:
            await self._write(all_of_it=True)
        self._open = False
        await self._database.close()

    def add(self, at_ms: int, values: Mapping[str, float], jumped_ms: int = 0) -> None:
        """The values of one sampling. `jumped_ms` is by how much the wall clock was set since the one before."""
        if jumped_ms < 0:
            self._ring.shift(jumped_ms)
        if abs(jumped_ms) > DOUBTFUL_MS:
            self._prune_at = self._clock.monotonic() + PRUNE_S
        self._ring.add(at_ms, values)
        minute = at_ms // MINUTE_MS
        bins = self._waiting.setdefault(minute, {})
        for key, value in values.items():
            if key in self._ring:
                bins.setdefault(key, Bin()).add(value)
        while len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        if minute != self._minute:
            self._minute = minute
            self._write_soon()

    def keys(self) -> Sequence[str]:
        """All series that have values since the start."""
        return self._ring.keys()

    def latest(self, key: str) -> float | None:
        """The newest value, None when it was not measured in the last sampling."""
        return self._ring.latest(key)

    @property
    def newest_ms(self) -> int | None:
        """When everything was measured last; None before the first time."""
        return self._ring.newest_ms

    def newest(self) -> Mapping[str, float]:
        """All values of the newest sampling."""
        return self._ring.newest()

    def values(self, key: str, since_ms: int) -> Sequence[tuple[int, float]]:
        """(time in ms, value) since then, oldest first; not-a-number is left out."""
        return self._ring.values(key, since_ms)

    async def series(self, key: str, since_ms: int, until_ms: int, points: int) -> Series:
        """At most about `points` values of that stretch, from the finest source that holds it.

        Raises NotFound for a metric that is not in the table, BadInput for an impossible stretch, and what the disk
        says when the stretch is longer than what is in memory.
        """
        if split_key(key)[0] not in BY_NAME:
            raise NotFound(f'The metric "{key}" is not known.', hint="clawd-desktop metrics lists them.")
        if until_ms <= since_ms or not 1 <= points <= MOST_POINTS:
            raise BadInput(
                "No such stretch can be shown.",
                hint=f"Let since be before until, and points be 1 to {MOST_POINTS:,}.",
            )
        span = until_ms - since_ms
        oldest = self._ring.oldest_ms
        in_memory = oldest is not None and oldest <= since_ms
        if not in_memory and not self._open:
            await self.open()
        if in_memory or not self._open:
            # One at a time, the work in a thread: many who ask for much at once must not hold the loop.
            async with self._laying:
                values = [(at, value) for at, value in self._ring.samples(key, since_ms) if at <= until_ms]
                return await asyncio.to_thread(_of_values, key, values, span, points)
        step = HOUR_MS if span / points >= HOUR_MS / 2 else MINUTE_MS
        async with self._disk:
            find = self._file.hours if step == HOUR_MS else self._file.minutes
            kept = dict(await find(key, since_ms // step, until_ms // step))
            self._add_waiting(kept, key, since_ms, until_ms, step)
        async with self._laying:
            return await asyncio.to_thread(_of_bins, key, kept, step, span, points)

    async def known(self) -> Sequence[str]:
        """All series that have values, also those of earlier starts."""
        on_disk: Sequence[str] = ()
        await self.open()
        if self._open:
            async with self._disk:
                on_disk = await self._file.keys()
        return tuple(dict.fromkeys([*self.keys(), *on_disk]))

    async def prune(self) -> None:
        """Remove what is older than it is to be kept, and the oldest of what is too much."""
        keeping, now = self._keeping(), self._clock.wall_ms()
        oldest = (now - keeping.days * DAY_MS) // HOUR_MS if keeping.days else 0
        most = max(SMALLEST_FILE, int(parsed(keeping.max_size, Unit.BYTES)))
        async with self._disk:
            await self._file.prune(oldest, most)

    def _add_waiting(self, kept: dict[int, Bin], key: str, since_ms: int, until_ms: int, step_ms: int) -> None:
        """What is not on the disk yet."""
        for minute, bins in self._waiting.items():
            at = minute * MINUTE_MS
            if key in bins and since_ms - MINUTE_MS < at <= until_ms:
                kept.setdefault(at // step_ms, Bin()).merge(bins[key])

    def _write_soon(self) -> None:
        # One at a time: a disk that hangs must not pile up tasks.
        if self._writing is None or self._writing.done():
            self._writing = tasks.spawn(self._write(), name="metrics history")

    async def _write(self, *, all_of_it: bool = False) -> None:
        """Put the minutes that are over on the disk; they stay in memory when that fails."""
        if not self._open:
            await self.open()
        if not self._open:
            return
        try:
            async with self._disk:
                await self._write_out([each for each in self._waiting if all_of_it or each != self._minute])
            if self._clock.monotonic() >= self._prune_at:
                self._prune_at = self._clock.monotonic() + PRUNE_S
                await self.prune()
        except ClawdError as fault:
            # A file that turned out to be damaged is set aside when it is opened again, a minute later.
            self._open = not isinstance(fault, Unreadable)
            self._failed(fault)
        else:
            self._went_well()

    async def _write_out(self, minutes: Sequence[int]) -> None:
        """Taken out of memory first: what comes meanwhile for the same minute, after a jump, is not lost."""
        taken = {minute: self._waiting.pop(minute) for minute in minutes}
        try:
            await self._file.add(taken)
        except ClawdError:
            for minute, bins in taken.items():
                back = self._waiting.setdefault(minute, {})
                for key, each in bins.items():
                    back.setdefault(key, Bin()).merge(each)
            raise

    def _failed(self, fault: ClawdError) -> None:
        """Say once that the history is not kept; everything else goes on."""
        sentence = fault.sentence()
        if not self._fault:
            _log.warning("the history of measurements is not kept: %s", sentence)
            self._tell("The history of measurements is not kept", sentence)
        self._fault = sentence

    def _went_well(self) -> None:
        if self._fault:
            self._fault = ""
            self._notices.clear(NOTICE)
            _log.info("the history of measurements is kept again")

    def _tell(self, title: str, text: str) -> None:
        self._notices.set(Notice(NOTICE, Severity.WARNING, title, text, since_ms=self._clock.wall_ms()))


def _of_values(key: str, values: Sequence[tuple[int, float]], span_ms: int, points: int) -> Series:
    rows = [of_sample(at, value) for at, value in values]
    return laid_out(key, rows, usual_step((at for at, _ in rows), USUAL_MS), span_ms=span_ms, points=points)


def _of_bins(key: str, kept: Mapping[int, Bin], step_ms: int, span_ms: int, points: int) -> Series:
    rows = [(time * step_ms, kept[time]) for time in sorted(kept)]
    return laid_out(key, rows, step_ms, span_ms=span_ms, points=points)
