"""Keeps a loop of the application going: one that ends or falls silent is started again by the supervisor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.operations.supervised import Service, Silent
from clawd_desktop.operations.supervisor import Supervisor


class KeptLoop:
    """Runs `work` until `close`. With `silent_s` it must call `beat` at least once in so many seconds."""

    def __init__(
        self,
        supervisor: Supervisor,
        name: str,
        title: str,
        work: Callable[[], Coroutine[object, object, object]],
        clock: Clock,
        silent_s: float = 0.0,
    ) -> None:
        self._supervisor = supervisor
        self._name = name
        self._work = work
        self._clock = clock
        self._silent_s = silent_s
        self._beat = clock.monotonic()
        self._closed = False
        self._task = self._begin()
        self._forget = supervisor.watch(Service(name, self._is_well, self._restart, title))

    def beat(self) -> None:
        """Say that the loop goes round."""
        self._beat = self._clock.monotonic()

    async def close(self) -> None:
        """Stop it for good."""
        self._closed = True
        self._forget()
        await tasks.stop(self._task)

    def _begin(self) -> asyncio.Task[object]:
        self.beat()
        task = tasks.spawn(self._work(), name=self._name)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[object]) -> None:
        if not self._closed and task is self._task:
            self._supervisor.look_at(self._name)

    async def _is_well(self) -> bool:
        if self._task.done():
            raise Silent(f"It ended: {tasks.ending(self._task)}")
        silent = self._clock.monotonic() - self._beat
        if self._silent_s and silent > self._silent_s:
            raise Silent(f"It has not gone round for {silent:.0f} s.")
        return True

    async def _restart(self) -> None:
        await tasks.stop(self._task)
        if not self._closed:
            self._task = self._begin()
