"""Does one long piece of work at a time in a thread that lets others go first: watched, and stopped when wanted."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TypeVar

from clawd_desktop.backup.progress import Halt, Progress, Watch, go_on
from clawd_desktop.core.errors import Busy
from clawd_desktop.core.tasks import caught, spawn, stop

TOLD_EVERY_S = 0.2
ENDED_WITHIN_S = 10.0
NICE = 10
T = TypeVar("T")


class OneAtATime:
    """`progress` is how far the work is, None when there is none; `told` gets the same at most every 0.2 s."""

    def __init__(self, told: Callable[[Progress], None]) -> None:
        self.progress: Progress | None = None
        self._told = told
        self._halt = threading.Event()
        self._stopped = asyncio.Event()
        self._free = asyncio.Event()
        self._free.set()
        self._told_at = 0.0

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return not self._free.is_set()

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Nothing else begins in the block. Raises Busy when something is being done already."""
        if self.busy:
            raise Busy("A backup is being made or read already.", hint="Wait until it is done, or stop it.")
        self._free.clear()
        self._halt.clear()
        self._stopped.clear()
        try:
            yield
        finally:
            self.progress = None
            self._free.set()

    async def after(self, others: Coroutine[object, object, object]) -> None:
        """Wait for others, in the block of `alone`. Raises Stopped as soon as that is wanted, or as they do."""
        waiting = spawn(others, name="others first", awaited=True)
        stopped = spawn(self._stopped.wait(), name="a stop meanwhile")
        try:
            await asyncio.wait((waiting, stopped), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await stop(stopped)
            await stop(waiting)
        go_on(self._halt.is_set)
        waiting.result()

    async def run(self, work: Callable[[Watch, Halt], T]) -> T:
        """The result of `work`, which is called in a thread; for use in the block of `alone`.

        Who is cancelled meanwhile waits until the thread has stopped. Raises what `work` raises, and Stopped when it
        was ended before it began.
        """
        go_on(self._halt.is_set)
        loop = asyncio.get_running_loop()
        future = _begun(lambda: work(self._watch(loop), self._halt.is_set))
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            self._halt.set()
            ends = time.monotonic() + ENDED_WITHIN_S
            while not future.done() and time.monotonic() < ends:
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait({future}, timeout=ENDED_WITHIN_S)
            if future.done():
                future.exception()  # whatever it was, nobody waits for it
            raise

    def stop(self) -> bool:
        """End what is being done at the next opportunity; False when nothing is."""
        if self.busy:
            self._halt.set()
            self._stopped.set()
        return self.busy

    async def close(self) -> None:
        """Stop it and wait until it has ended, but not for ever: a disk may never answer, and the program is to end."""
        self.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ENDED_WITHIN_S):
                await self.free()

    async def free(self) -> None:
        """Wait until nothing is being done."""
        await self._free.wait()

    def _watch(self, loop: asyncio.AbstractEventLoop) -> Watch:
        def watch(progress: Progress) -> None:
            now = time.monotonic()
            if now - self._told_at >= TOLD_EVERY_S:
                self._told_at = now
                loop.call_soon_threadsafe(self._tell, progress)

        return watch

    def _tell(self, progress: Progress) -> None:
        if self.busy:
            self.progress = progress
            self._told(progress)


def _begun(work: Callable[[], T]) -> asyncio.Future[T]:
    """What becomes of the work in a thread that the end of the program does not wait for."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(outcome: T | Exception) -> None:
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    def run() -> None:
        _step_back()  # and with it the threads that it begins
        outcome = caught(work)
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=run, name="backup", daemon=True).start()
    return future


def _step_back() -> None:
    """Let others go first: somebody chats meanwhile. Only Linux knows threads that differ in that."""
    if sys.platform == "linux":  # where a thread has a priority of its own: setpriority(2)
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
