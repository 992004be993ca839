"""Asks every source of measurements in turn; one that fails, hangs or talks nonsense leaves gaps of its own only."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import MetricsSampled
from clawd_desktop.core.tasks import caught, ending, spawn, stop
from clawd_desktop.core.threads import OneThread
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.series import split_key

IDLE_S = 15.0
WATCHED_S = 2.0
FIRST_S = 3.0
TIMEOUT_S = 5.0
SILENT_S = 120.0
# The wall clock may differ by so much from the other one before it counts as a jump.
JUMP_MS = 2_000
MOST_COMPLAINTS = 200
Values = Mapping[str, float]
Keep = Callable[[int, Values, int], None]
_log = logging.getLogger("clawd.metrics")


class _Source:
    """One source: how it is asked, and whether it fails now."""

    def __init__(self, name: str, read: Callable[[], Values], timeout_s: float | None) -> None:
        self.name = name
        self._read = read
        self._timeout_s = timeout_s
        self._thread = OneThread(f"metrics-{name}") if timeout_s is not None else None
        self._fault = ""
        self._nonsense: set[str] = set()

    async def values(self) -> dict[str, float]:
        """What can be used of its answer; nothing when it gave none."""
        outcome = await self._asked()
        if isinstance(outcome, Exception):
            self._failed(f"{type(outcome).__name__}: {outcome}" if str(outcome) else type(outcome).__name__)
            return {}
        self._failed("")
        return {key: float(value) for key, value in outcome.items() if self._is_sound(key, value)}

    async def close(self) -> None:
        """End its thread, unless it hangs."""
        if self._thread is not None:
            await self._thread.close(0.2)

    async def _asked(self) -> dict[str, float] | Exception:
        if self._thread is None:
            return caught(lambda: dict(self._read()))
        if self._thread.busy:
            return TimeoutError("it still has not answered")  # and is not asked again before it has
        thread = self._thread
        try:
            async with asyncio.timeout(self._timeout_s):
                return await thread.run(lambda: caught(lambda: dict(self._read())))
        except TimeoutError:
            return TimeoutError(f"it did not answer within {self._timeout_s:g} s")

    def _failed(self, fault: str) -> None:
        """One line when it begins to fail, one when that is over."""
        if fault and not self._fault:
            _log.warning("%s cannot be measured: %s", self.name, fault)
        elif self._fault and not fault:
            _log.info("%s can be measured again", self.name)
        self._fault = fault

    def _is_sound(self, key: str, value: object) -> bool:
        """Whether the value may be kept; says so once when it may not, and once when it may again."""
        metric = BY_NAME.get(split_key(key)[0])
        number = isinstance(value, int | float) and math.isfinite(value)
        if metric is not None and bool(metric.label) == ("{" in key) and number:
            if key in self._nonsense:
                self._nonsense.discard(key)
                _log.info("%s can be measured again", key)
            return True
        if key not in self._nonsense and len(self._nonsense) < MOST_COMPLAINTS:
            self._nonsense.add(key)
            why = "the table does not know it" if metric is None or number else f"{self.name} says {value!r}"
            _log.warning("%s cannot be measured: %s", key, why)
        return False


class Sampler:
    """Samples every `idle_s` seconds, every `watched_s` while somebody looks, and a few seconds after the start.

    `keep` is given the time in wall-clock milliseconds, the values, and by how many milliseconds the wall clock jumped
    since the sampling before. The pace follows the clock that never jumps.
    """

    def __init__(
        self,
        keep: Keep,
        bus: EventBus,
        clock: Clock,
        *,
        idle_s: float = IDLE_S,
        watched_s: float = WATCHED_S,
        first_s: float = FIRST_S,
    ) -> None:
        self._keep = keep
        self._bus = bus
        self._clock = clock
        self._idle_s = idle_s
        self._watched_s = watched_s
        self._first_s = first_s
        self._sources: dict[str, _Source] = {}
        self._watchers = 0
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._last: tuple[int, float] | None = None

    def add(self, name: str, read: Callable[[], Values], *, timeout_s: float | None = None) -> None:
        """Ask this source too; one of the same name is replaced.

        It is asked on the loop and must not block; with `timeout_s` it is asked in a thread of its own, and may.
        """
        self._sources[name] = _Source(name, read, timeout_s)

    def start(self) -> None:
        """Begin soon."""
        self._task = spawn(self._go(), name="metrics sampler")

    @property
    def trouble(self) -> str:
        """Why nothing is measured any more, "" when all is well."""
        if self._task is None or self._task.done():
            return f"It ended: {ending(self._task)}"
        silent = self._age() if self._last is not None else 0.0
        return f"It has measured nothing for {silent:.0f} s." if silent > SILENT_S else ""

    async def begin_anew(self) -> None:
        """Start going round again."""
        await stop(self._task)
        self.start()

    async def close(self) -> None:
        """Stop."""
        await stop(self._task)
        await asyncio.gather(*(source.close() for source in self._sources.values()))

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Somebody looks inside the block: measure more often, beginning now."""
        self._watchers += 1
        self._woken.set()
        try:
            yield
        finally:
            self._watchers -= 1

    @property
    def interval_s(self) -> float:
        """Time between two samplings now."""
        return self._watched_s if self._watchers else self._idle_s

    async def sample(self) -> int:
        """Measure everything now; returns the time in milliseconds."""
        async with self._turn:
            answers = await asyncio.gather(*(source.values() for source in list(self._sources.values())))
            values = {key: value for answer in answers for key, value in answer.items()}
            wall, monotonic = self._clock.wall_ms(), self._clock.monotonic()
            self._keep(wall, values, self._jumped(wall, monotonic))
            self._last = (wall, monotonic)
            self._bus.publish(MetricsSampled(wall))
            return wall

    def _jumped(self, wall: int, monotonic: float) -> int:
        if self._last is None:
            return 0
        difference = round(wall - self._last[0] - (monotonic - self._last[1]) * 1000)
        return difference if abs(difference) > JUMP_MS or wall < self._last[0] else 0

    async def _go(self) -> None:
        await self._pause(self._first_s)
        while True:
            began = self._clock.monotonic()
            await self.sample()
            await self._pause(max(0.0, self.interval_s - (self._clock.monotonic() - began)))

    async def _pause(self, seconds: float) -> None:
        """Wait, less when somebody begins to look and the last values are older than they are to be."""
        self._woken.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
                await asyncio.sleep(max(0.0, self._watched_s - self._age()))
        except TimeoutError:
            return

    def _age(self) -> float:
        return self._clock.monotonic() - self._last[1] if self._last is not None else self._watched_s
