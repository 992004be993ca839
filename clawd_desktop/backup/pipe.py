"""A few blocks of bytes between two threads, where whoever falls out takes the other one along."""

from __future__ import annotations

import threading
from collections import deque


class GivenUp(OSError):
    """The other side wants no more of it."""


class Pipe:
    """One thread puts blocks in, another takes them out; at most `room` lie in it."""

    def __init__(self, room: int = 4) -> None:
        self._room = room
        self._blocks: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._ended = False
        self._fault: Exception | None = None

    def put(self, block: bytes) -> None:
        """Wait for room and put the block in. Raises the fault with which it was broken off."""
        with self._changed:
            self._changed.wait_for(lambda: self._fault is not None or len(self._blocks) < self._room)
            if self._fault is not None:
                raise self._fault
            self._blocks.append(block)
            self._changed.notify_all()

    def take(self) -> bytes:
        """Wait for a block and take it out, b"" after the last one. Raises the fault with which it was broken off."""
        with self._changed:
            self._changed.wait_for(lambda: self._fault is not None or self._ended or bool(self._blocks))
            if self._blocks:
                self._changed.notify_all()
                return self._blocks.popleft()
            if self._fault is not None:
                raise self._fault
            return b""

    def end(self) -> None:
        """Nothing more will be put in."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def fail(self, fault: Exception) -> None:
        """Like `end`, but whoever takes gets the fault after the last block."""
        with self._changed:
            if not self._ended and self._fault is None:
                self._fault = fault
            self._changed.notify_all()

    def check(self) -> None:
        """Raises the fault with which it was broken off."""
        with self._changed:
            if self._fault is not None:
                raise self._fault

    def break_off(self, fault: Exception) -> None:
        """Both sides get the fault at once, what lies in it is dropped; the first fault counts."""
        with self._changed:
            self._blocks.clear()
            self._fault = self._fault or fault
            self._changed.notify_all()
