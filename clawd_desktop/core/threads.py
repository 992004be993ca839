"""One thread of its own for work that blocks: in order, one at a time, and never in the way of the program's end."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.tasks import caught

T = TypeVar("T")
_Work = Callable[[], None]


class OneThread:
    """Runs what it is given one after the other in a daemon thread, which starts with the first call.

    A daemon, unlike the threads of asyncio's executor: work that hangs for ever must not keep the process alive.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._pending = 0

    @property
    def busy(self) -> bool:
        """Whether something runs or waits, also what nobody waits for any more."""
        return self._pending > 0

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` gives, done in the thread; raises what it raises, Unavailable after `close`.

        Whoever stops waiting does not stop the work.
        """
        if self._closed:
            raise Unavailable(f"The thread {self._name} has ended.")
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[tuple[T] | Exception] = loop.create_future()

        def settle(result: tuple[T] | Exception) -> None:
            self._pending -= 1
            if not outcome.done():
                outcome.set_result(result)

        def job() -> None:
            # In a tuple: an exception that is given back is a result like others.
            result = caught(lambda: (work(),))
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(settle, result)

        self._pending += 1
        self._start()
        self._queue.put(job)
        result = await outcome
        if isinstance(result, Exception):
            raise result
        return result[0]

    async def close(self, seconds: float = 2.0) -> bool:
        """Do what waits and end the thread; False when it had not ended after `seconds`."""
        self._closed = True
        thread = self._thread
        if thread is None:
            return True
        self._queue.put(None)
        await asyncio.to_thread(thread.join, seconds)
        return not thread.is_alive()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._go, name=self._name, daemon=True)
            self._thread.start()

    def _go(self) -> None:
        while (job := self._queue.get()) is not None:
            job()
