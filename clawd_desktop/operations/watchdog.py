"""Watches the event loop from a thread of its own and writes down what it was doing when it stood still."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections import deque

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import LoopLagged
from clawd_desktop.operations.log_handler import WHOLE
from clawd_desktop.operations.stalls import Seen, Stall, StallStack, positions_of, seen_in

BEAT_S = 1.0
REMEMBERED = 60
STALL_S = 0.25
AGAIN_S = 5.0
MOST_STACKS = 12  # of one stall
MOST_STALLS = 20
_log = logging.getLogger("clawd.watchdog")
_TOLD = {
    Seen.BUSY: "the event loop stands still for %.2f s in:\n%s",
    Seen.WAITING: "the event loop got no time for %.2f s (the computer or another thread was busy); it waits in:\n%s",
    Seen.OVER: "the event loop stood still for %.2f s; what it does now need not be the cause:\n%s",
}


class Watchdog:
    """Asks the loop for a sign of life once a second; `lag_s` is how long the last one took, `lags` the last minute.

    `stalls` are the last times in which it stood still, oldest first.
    """

    def __init__(
        self, bus: EventBus, *, beat_s: float = BEAT_S, stall_s: float = STALL_S, again_s: float = AGAIN_S
    ) -> None:
        self._bus = bus
        self._beat_s = beat_s
        self._stall_s = stall_s
        self._again_s = again_s
        self._stop = threading.Event()
        self._answered = threading.Event()
        self._thread: threading.Thread | None = None
        self.lag_s = 0.0
        self.stalls: tuple[Stall, ...] = ()
        self.lags: deque[float] = deque(maxlen=REMEMBERED)

    def start(self) -> None:
        """Watch the running loop."""
        loop = asyncio.get_running_loop()
        watched = threading.get_ident()
        self._thread = threading.Thread(target=self._watch, args=(loop, watched), name="watchdog", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()
        self._answered.set()
        if self._thread is not None:
            self._thread.join(timeout=1.0)

    def _watch(self, loop: asyncio.AbstractEventLoop, watched: int) -> None:
        while not self._stop.wait(self._beat_s):
            self._answered.clear()
            asked = time.monotonic()
            try:
                loop.call_soon_threadsafe(self._answer, asked)
            except RuntimeError:
                return
            if not self._answered.wait(self._stall_s) and not self._stop.is_set():
                self._stalled(asked, watched)

    def _stalled(self, asked: float, watched: int) -> None:
        """Look at the thread now and every `again_s` seconds until the loop answers, and keep what was seen."""
        at_ms = time.time_ns() // 1_000_000 - round((time.monotonic() - asked) * 1000)
        stacks: list[StallStack] = []
        while True:
            if len(stacks) < MOST_STACKS:
                stacks.append(self._look(asked, watched))
                _log.warning(_TOLD[stacks[-1].seen], stacks[-1].after_s, stacks[-1].text(), extra=WHOLE)
            if self._answered.wait(self._again_s):
                break
        stall = Stall(at_ms, time.monotonic() - asked, tuple(stacks))
        # A new tuple each time: the loop may be reading the one before.
        self.stalls = (*self.stalls[1 - MOST_STALLS :], stall)

    def _look(self, asked: float, watched: int) -> StallStack:
        frame = sys._current_frames().get(watched)  # noqa: SLF001 - the only way to see another thread's stack
        answered = self._answered.is_set()  # After the frame: a loop that has not answered yet stood still in it.
        positions = positions_of(frame)
        return StallStack(time.monotonic() - asked, seen_in(positions, answered), positions)

    def _answer(self, asked: float) -> None:
        self.lag_s = time.monotonic() - asked
        self.lags.append(self.lag_s)
        self._answered.set()
        if self.lag_s >= self._stall_s:
            self._bus.publish(LoopLagged(self.lag_s))
