"""Samples where threads are, from a thread of its own: the same for every kind of event loop, at a known cost."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType, FrameType

from clawd_desktop.operations.stalls import short_path

INTERVAL_S = 0.01
INTERVAL_ALL_S = 0.02
MOST_SAMPLES = 200_000
DEEPEST = 120
IDLE_SHARE = 0.02  # of the time between two samples; a loop that only waits for events uses less
# Where threads wait outside Python; (end of the file, name of the function).
_WAITS = frozenset({
    ("threading.py", "wait"), ("threading.py", "_wait_for_tstate_lock"), ("selectors.py", "select"),
    ("concurrent/futures/thread.py", "_worker"), ("queue.py", "get"), ("socket.py", "accept"),
    ("asyncio/runners.py", "run"), ("asyncio/base_events.py", "run_until_complete"),
})  # fmt: skip
Stack = tuple[CodeType, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A function in a stack: its name, its file and the line that it begins in."""

    name: str
    file: str
    line: int


@dataclass(slots=True)
class ThreadSamples:
    """What one thread did. `stacks` are frames, outermost first; `order` are the samples as (stack number, seconds).

    With `by_cpu` the seconds are processor time, else time that passed while the thread was not waiting.
    """

    name: str
    by_cpu: bool
    stacks: list[tuple[Frame, ...]] = field(default_factory=list)
    order: list[tuple[int, float]] = field(default_factory=list)
    idle: int = 0

    @property
    def busy_s(self) -> float:
        """Seconds at work."""
        return sum(seconds for _, seconds in self.order)


@dataclass(frozen=True, slots=True)
class Samples:
    """One recording: `overhead` is the share of a core that taking it has cost."""

    seconds: float
    taken: int
    interval_s: float
    overhead: float
    threads: tuple[ThreadSamples, ...]


class ThreadSampler:
    """Samples the thread `ident` alone, or every thread but its own, until it is told to stop."""

    def __init__(self, ident: int, *, everything: bool) -> None:
        self._ident = ident
        self._everything = everything
        self._interval = INTERVAL_ALL_S if everything else INTERVAL_S
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cpu-sampler", daemon=True)
        self._found: dict[int, _Thread] = {}
        self._taken = 0
        self._cost = self._began = self._ended = 0.0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def halt(self) -> None:
        """Take no more samples."""
        self._stop.set()

    def result(self) -> Samples:
        """End, and what was seen; waits for at most one interval."""
        self.halt()
        self._thread.join()
        seconds = self._ended - self._began
        threads = tuple(thread.result() for thread in self._found.values())
        return Samples(seconds, self._taken, self._interval, self._cost / seconds if seconds else 0.0, threads)

    def _run(self) -> None:
        self._began = last = time.perf_counter()
        own = threading.get_ident()
        cpu = time.thread_time()
        while not self._stop.wait(self._interval) and self._taken < MOST_SAMPLES:
            now = time.perf_counter()
            frames = sys._current_frames()  # noqa: SLF001 - the only way to see another thread's stack
            for ident, frame in frames.items():
                if ident != own and (self._everything or ident == self._ident):
                    self._take(ident, frame, now - last)
            # A frame that is kept would keep the values in it.
            frame = None  # type: ignore[assignment]
            del frames
            last = now
        self._ended = time.perf_counter()
        self._cost = time.thread_time() - cpu

    def _take(self, ident: int, frame: FrameType, elapsed: float) -> None:
        self._taken += 1
        found = self._found.get(ident)
        if found is None:
            # The clock of a thread that has ended must not be asked; that of the loop's lives as long as we do.
            clock = _cpu_clock(ident) if ident == self._ident else None
            found = self._found[ident] = _Thread(_name_of(ident), clock)
        found.take(frame, elapsed)


class _Thread:
    """The samples of one thread while they are taken."""

    def __init__(self, name: str, clock: Callable[[], float] | None) -> None:
        self._name = name
        self._clock = clock
        self._last = clock() if clock is not None else 0.0
        self._numbers: dict[Stack, int] = {}
        self._order: list[tuple[int, float]] = []
        self._idle = 0

    def take(self, frame: FrameType, elapsed: float) -> None:
        """One sample, `elapsed` seconds after the one before."""
        busy = self._busy(frame, elapsed)
        if not busy:
            self._idle += 1
            return
        self._order.append((self._numbers.setdefault(_stack(frame), len(self._numbers)), busy))

    def result(self) -> ThreadSamples:
        """What was seen, with names in place of code objects."""
        stacks = [tuple(map(_frame, stack)) for stack in self._numbers]
        return ThreadSamples(self._name, self._clock is not None, stacks, self._order, self._idle)

    def _busy(self, frame: FrameType, elapsed: float) -> float:
        """For how many of these seconds the thread was at work."""
        if self._clock is None:
            return 0.0 if _waits(frame.f_code) else elapsed
        now = self._clock()
        used, self._last = now - self._last, now
        return used if used > elapsed * IDLE_SHARE else 0.0


def _cpu_clock(ident: int) -> Callable[[], float] | None:
    """What tells the processor time of a thread, None where the system has no such clock."""
    if sys.platform in ("win32", "darwin"):
        return None
    clock = time.pthread_getcpuclockid(ident)
    return lambda: time.clock_gettime(clock)


def _stack(frame: FrameType | None) -> Stack:
    found: list[CodeType] = []
    while frame is not None and len(found) < DEEPEST:
        found.append(frame.f_code)
        frame = frame.f_back
    return tuple(reversed(found))


def _frame(code: CodeType) -> Frame:
    return Frame(code.co_qualname, short_path(code.co_filename), code.co_firstlineno)


def _waits(code: CodeType) -> bool:
    path = code.co_filename.replace("\\", "/")
    return any(code.co_name == name and path.endswith(file) for file, name in _WAITS)


def _name_of(ident: int) -> str:
    named = (thread.name for thread in threading.enumerate() if thread.ident == ident)
    return next(named, f"thread {ident}")
