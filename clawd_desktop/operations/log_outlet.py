"""Gives each place of the log a thread of its own, so that one that blocks or fails holds up nobody."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.tasks import attempt
from clawd_desktop.operations.log_line import Entry
from clawd_desktop.operations.log_queue import LogQueue

LINGER_S = 0.02
BLOCKED_S = 10.0
# What the threads that write the log are called, each with the name of its place behind it.
THREADS = "writing the log:"
_RETRY_S = 1.0
_SLOWEST_RETRY_S = 30.0


class GaveUp(ClawdError):
    """A place will never take these `count` lines: they are dropped, so that the others are not held up."""

    def __init__(self, message: str, count: int) -> None:
        super().__init__(message)
        self.count = count


class Sink(Protocol):
    """One place that the log goes to. Called from one thread only."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    def send(self, entries: Sequence[Entry]) -> int:
        """Write at least some of these lines (there is one); returns how many, from the first.

        May block. Raises OSError or ClawdError when nothing can be written now, GaveUp when it never can be.
        """

    def close(self) -> None:
        """Nothing more is sent."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How an outlet works, in seconds.

    `linger_s` is how long lines gather. A fault is over when nothing has failed for `calm_s`, so that a place which
    works now and then is told of once. A place that has not taken its lines for `blocked_s` is said to block.
    """

    linger_s: float = LINGER_S
    calm_s: float = 0.0
    retry_s: float = _RETRY_S
    blocked_s: float = BLOCKED_S


class Outlet:
    """A queue, a thread and a sink. `pick` chooses the lines that it wants.

    `changed` is called in another thread than the loop's when `fault` has begun or ended.
    """

    def __init__(self, sink: Sink, changed: Callable[[Outlet], None], pace: Pace | None = None) -> None:
        self.sink = sink
        self.pick: Callable[[Sequence[Entry]], Sequence[Entry]] = list
        self.queue = LogQueue()
        self._changed = changed
        self._pace = pace or Pace()
        self._fault = ""
        self._failed_at = float("-inf")
        self._failures = 0
        self._sending_since: float | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{THREADS} {sink.name}", daemon=True)
        self._is_started = False

    @property
    def fault(self) -> str:
        """Why nothing goes there now, as a sentence; "" while all is well."""
        return self._fault

    def give(self, entries: Sequence[Entry]) -> None:
        """Take over the lines that this place wants; never waits."""
        wanted = self.pick(entries)
        if wanted:
            self.queue.give(wanted)
            if not self._is_started:
                self._is_started = True
                self._thread.start()
        since = self._sending_since
        if since is not None and time.monotonic() - since > self._pace.blocked_s:
            self._failed(ClawdError(f"{self.sink.name} has taken no line for {self._pace.blocked_s:g} s."))

    def close(self, seconds: float) -> None:
        """Write what waits, for at most `seconds`; what is left then is lost."""
        self._closing.set()
        if not self._is_started:
            return
        self.queue.wait_done(seconds)
        self.queue.wake()
        self._thread.join(max(0.1, seconds))

    def _run(self) -> None:
        while True:
            entries = self.queue.take(self._pace.linger_s)
            if entries:
                self._write(entries)
            elif self._closing.is_set():
                break
        self.sink.close()

    def _write(self, entries: list[Entry]) -> None:
        sent = 0
        while sent < len(entries):
            step = self._attempt(entries[sent:] if sent else entries)
            if step == 0:
                self.queue.give_back(entries[sent:])
                self._pause()
                return
            sent += step
            self.queue.finished(step)
        self._tell_dropped()

    def _attempt(self, entries: list[Entry]) -> int:
        self._sending_since = time.monotonic()
        result = attempt(lambda: self._send(entries), name=f"writing the log to {self.sink.name}")
        self._sending_since = None
        if isinstance(result, Exception):
            self._failed(result)
            return self.queue.drop(result.count) if isinstance(result, GaveUp) else 0
        self._succeeded()
        return result

    def _send(self, entries: list[Entry]) -> int:
        try:
            return self.sink.send(entries)
        except OSError as error:
            raise ClawdError(f"{self.sink.name} cannot be written to: {error.strerror or error}.") from error

    def _failed(self, error: Exception) -> None:
        self._failed_at = time.monotonic()
        self._failures += 1
        if not self._fault:
            self._fault = str(error)
            self._changed(self)

    def _succeeded(self) -> None:
        self._failures = 0
        if self._fault and time.monotonic() - self._failed_at >= self._pace.calm_s:
            self._fault = ""
            self._changed(self)

    def _pause(self) -> None:
        if not self._closing.wait(min(self._pace.retry_s * 2 ** min(self._failures - 1, 10), _SLOWEST_RETRY_S)):
            return
        # Nobody waits any longer for what could not be written.
        left = self.queue.take(0)
        self.queue.finished(len(left))

    def _tell_dropped(self) -> None:
        if self._failures:
            return  # a place that takes nothing would not take this line either
        dropped = self.queue.take_dropped()
        if dropped:
            self.queue.give([dropped_line(dropped)])


def dropped_line(count: int) -> Entry:
    """The line of the log that says how many are missing here."""
    text = f"{count} lines of the log are missing here: there were more than could be written"
    return Entry(time.time(), logging.WARNING, "log", text)
