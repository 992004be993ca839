"""Runs blocking calls one after the other in a thread, and goes on without it when a call hangs."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from clawd_desktop.core.errors import ClawdError, SecretsFault, SecretsState

T = TypeVar("T")


class _Call(Generic[T]):
    """One call in a thread of its own; `done` is set on the loop when the thread comes back."""

    def __init__(self, work: Callable[[], T], finished: Callable[[_Call[T]], None]) -> None:
        self.done = asyncio.Event()
        self.results: list[T] = []
        self.error: ClawdError | None = None
        self._work = work
        self._finished = finished
        self._loop = asyncio.get_running_loop()
        # A daemon thread: a keyring that hangs for ever must not keep the process from ending.
        threading.Thread(target=self._run, name="clawd-secrets", daemon=True).start()

    def _run(self) -> None:
        # What is not foreseen passes on to threading.excepthook, which logs it; nobody waits for it in vain.
        error: ClawdError | None = SecretsFault(
            "The secret store failed in a way that was not foreseen.", state=SecretsState.BROKEN, hint="See the log."
        )
        try:
            self.results.append(self._work())
            error = None
        except ClawdError as known:
            error = known
        finally:
            self.error = error
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        self.done.set()
        self._finished(self)


class SecretsWorker:
    """Serialises blocking calls. `on_late` hears how a call ended that had been given up (None: well)."""

    def __init__(self, timeout: float, on_late: Callable[[ClawdError | None], None]) -> None:
        self._timeout = timeout
        self._on_late = on_late
        self._turn = asyncio.Lock()
        self._running: object | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._overdue = False

    @property
    def overdue(self) -> bool:
        """Whether a call hangs now; others fail at once until it comes back or is abandoned."""
        return self._overdue

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, run in a thread. Raises TimeoutError when it takes longer than the time-out, in
        seconds, or an earlier call still hangs; and what `work` raises.
        """
        async with self._turn:
            if self._overdue:
                raise TimeoutError
            try:
                async with asyncio.timeout(self._timeout):
                    await self._idle.wait()
                    call = self._start(work)
                    await call.done.wait()
            except TimeoutError:
                self._overdue = True
                raise
        if call.error is not None:
            raise call.error
        return call.results[0]

    def abandon(self) -> None:
        """Forget a call that hangs, so that the next one gets a new thread."""
        self._running = None
        self._overdue = False
        self._idle.set()

    def _start(self, work: Callable[[], T]) -> _Call[T]:
        self._idle.clear()
        call = _Call(work, self._finished)
        self._running = call
        return call

    def _finished(self, call: _Call[T]) -> None:
        if call is not self._running:
            return
        late = self._overdue
        self.abandon()
        if late:
            self._on_late(call.error)
