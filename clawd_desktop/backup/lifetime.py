"""Ends what runs in this process for a thread that exchanges its files meanwhile, and lets it begin again."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator

from clawd_desktop.backup.standstill import Application
from clawd_desktop.core import tasks
from clawd_desktop.core.errors import Unavailable

STARTED_WITHIN_S = 60.0
ENDED_WITHIN_S = 60.0
# The exit code of a run that failed.
FAILED = 1
LATE = "It did not start within {seconds:g} s."


class Lifetime:
    """One for a process whose application may run several times in it.

    On the loop, the composition root ends what runs when `ending` is set, asks `goes_on` when it has ended, and says
    with `runs` how a start went. In the thread of a restore, `application` stops and starts it.
    """

    def __init__(self, ended_within_s: float = ENDED_WITHIN_S, started_within_s: float = STARTED_WITHIN_S) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended_within_s = ended_within_s
        self._started_within_s = started_within_s
        self.ending = asyncio.Event()
        self._changed = asyncio.Event()
        self._begins = self._started = False
        self._held = False
        self._starts = False
        self._has_ended = threading.Event()
        self._has_begun = threading.Event()
        self._trouble = self._before = ""
        self.application = Application(self._stop, self._start, self._healthy)

    @property
    def held(self) -> bool:
        """Whether somebody may end it and begin it again: then a start that fails is no reason to give up."""
        return self._held

    @contextlib.contextmanager
    def holding(self) -> Iterator[None]:
        """For as long as `application` may be used; on the loop."""
        self._loop = asyncio.get_running_loop()
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self._changed.set()

    def runs(self, trouble: str) -> None:
        """It was started; what is wrong with it, "" for nothing."""
        self._trouble = trouble
        self._starts = False
        self._has_begun.set()

    async def through(self, run: Coroutine[object, object, tuple[int, str]]) -> tuple[int, str]:
        """One run to its end: its exit code, and why it could not start.

        While somebody holds it, a failure that nobody foresaw is a start that did not work, whatever it was: the files
        may have been exchanged for some with which nothing works. Otherwise it is raised.
        """
        if not self._held:
            return await run
        task = tasks.spawn(run, name="run after a restore")
        try:
            await asyncio.wait({task})
        finally:
            await tasks.stop(task)
        if self._held and not task.cancelled() and task.exception() is not None:
            return FAILED, tasks.ending(task)
        return task.result()

    async def goes_on(self, trouble: str = "") -> bool:
        """Nothing runs any more: whether it is to begin again. Waits for whoever holds it.

        `trouble` says why a start failed, "" when it was wanted that it ended.
        """
        if self._starts:  # it ended before it could say how its start went
            self.runs(trouble)
        await self._until(lambda: self.ending.is_set() or not self._held)
        if not self.ending.is_set():
            return False
        self._has_ended.set()
        await self._until(lambda: self._begins or not self._held)
        self.ending.clear()
        self._begins = False
        self._starts = True
        return True

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    def settle(self) -> None:
        """For the thread of a restore: wait until what it started again works, or could not start."""
        if self._started:
            self._has_begun.wait(self._started_within_s)

    def _stop(self) -> None:
        self._before = self._trouble
        self._has_ended.clear()
        self._call(self._end)
        if not self._has_ended.wait(self._ended_within_s):
            raise Unavailable(f"Clawd Desktop did not stop within {self._ended_within_s:g} s.", hint="Try again.")

    def _start(self) -> None:
        self._started = True
        self._has_begun.clear()
        self._call(self._begin)

    def _healthy(self) -> str:
        """What is wrong now and was not before."""
        if not self._has_begun.wait(self._started_within_s):
            return LATE.format(seconds=self._started_within_s)
        return "" if self._trouble == self._before else self._trouble

    def _end(self) -> None:
        self._begins = False
        self.ending.set()
        self._changed.set()

    def _begin(self) -> None:
        self._begins = True
        self._changed.set()

    def _call(self, what: Callable[[], None]) -> None:
        assert self._loop is not None, "to be used inside `holding`"
        try:
            self._loop.call_soon_threadsafe(what)
        except RuntimeError as error:
            raise Unavailable("Clawd Desktop has ended meanwhile.") from error
