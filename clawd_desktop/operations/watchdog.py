"""Watches the event loop from a thread of its own and writes down what it was doing when it stood still."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
import traceback
from collections import deque

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import LoopLagged

BEAT_S = 1.0
REMEMBERED = 60
STALL_S = 0.25
_log = logging.getLogger("clawd.watchdog")


class Watchdog:
    """Asks the loop for a sign of life once a second; `lag_s` is how long the last one took, `lags` the last minute."""

    def __init__(self, bus: EventBus, *, beat_s: float = BEAT_S, stall_s: float = STALL_S) -> None:
        self._bus = bus
        self._beat_s = beat_s
        self._stall_s = stall_s
        self._stop = threading.Event()
        self._answered = threading.Event()
        self._thread: threading.Thread | None = None
        self.lag_s = 0.0
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
                _log.warning("the event loop stands still in:\n%s", _stack(watched))
                self._answered.wait()

    def _answer(self, asked: float) -> None:
        self.lag_s = time.monotonic() - asked
        self.lags.append(self.lag_s)
        self._answered.set()
        if self.lag_s >= self._stall_s:
            self._bus.publish(LoopLagged(self.lag_s))


def _stack(thread_id: int) -> str:
    frame = sys._current_frames().get(thread_id)  # noqa: SLF001 - the only way to see another thread's stack
    return "".join(traceback.format_stack(frame)) if frame else "(the thread is gone)"
