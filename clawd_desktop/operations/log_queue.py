"""Holds lines of the log between threads: bounded, and what matters least is dropped first."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from clawd_desktop.operations.log_line import Entry

MOST_ENTRIES = 20_000
MOST_CHARACTERS = 8 * 1024 * 1024
# Up to which share of the room a line below that level is still taken: a flood of details leaves room for the cause.
_SHARES = ((logging.INFO, 0.6), (logging.WARNING, 0.8), (logging.ERROR, 0.95), (10**9, 1.0))
_PLENTY = _SHARES[0][1]
_OVERHEAD = 100


class LogQueue:
    """One taker, any number of givers, on any threads. Nobody waits to give."""

    def __init__(self, most: int = MOST_ENTRIES, most_characters: int = MOST_CHARACTERS) -> None:
        self._most = most
        self._most_characters = most_characters
        self._plenty, self._plenty_characters = most * _PLENTY, most_characters * _PLENTY
        self._entries: list[Entry] = []
        self._characters = 0
        self._lock = threading.Lock()
        self._filled = threading.Event()
        self._is_filled = False  # the same as a plain attribute, which is much quicker to ask
        self._urgent = threading.Event()
        self._given = 0
        self._done = 0
        self._progress = threading.Condition()
        self._dropped_now = 0
        self.dropped = 0

    def put(self, entry: Entry) -> None:
        """Take a line in, or drop and count it when there is no room for one of its level."""
        size = len(entry[3]) + len(entry[4]) + _OVERHEAD
        level = entry[1]
        with self._lock:
            characters = self._characters + size
            # With plenty of room nobody needs to look at what the level may have.
            if (len(self._entries) < self._plenty and characters < self._plenty_characters) or self._fits(
                level, characters
            ):
                self._entries.append(entry)
                self._characters = characters
                self._given += 1
            else:
                self.dropped += 1
                self._dropped_now += 1
        if level >= logging.WARNING:
            self._urgent.set()
        if not self._is_filled:
            self._is_filled = True
            self._filled.set()

    def give(self, entries: Sequence[Entry]) -> None:
        """Take many lines in; each as `put` does."""
        size = sum([len(entry[3]) + len(entry[4]) for entry in entries]) + _OVERHEAD * len(entries)
        with self._lock:
            # With plenty of room nobody needs to look at each.
            all_fit = len(self._entries) + len(entries) < self._plenty
            all_fit = all_fit and self._characters + size < self._plenty_characters
            if all_fit:
                self._entries += entries
                self._characters += size
                self._given += len(entries)
        if not all_fit:
            for entry in entries:
                self.put(entry)
        if any([entry[1] >= logging.WARNING for entry in entries]):
            self._urgent.set()
        self._is_filled = True
        self._filled.set()

    def take(self, linger_s: float) -> list[Entry]:
        """All lines that wait; waits for the first one, and then `linger_s` for more unless one is urgent.

        `wake` makes it return with nothing.
        """
        self._filled.wait()
        self._urgent.wait(linger_s)
        with self._lock:
            taken, self._entries, self._characters = self._entries, [], 0
            self._is_filled = False
            self._filled.clear()
            self._urgent.clear()
        return taken

    def give_back(self, entries: list[Entry]) -> None:
        """Put lines that could not be used yet before those that came since; the least important go when it is full."""
        with self._lock:
            kept, self._characters = self._fitting([*entries, *self._entries])
            lost = len(entries) + len(self._entries) - len(kept)
            self.dropped += lost
            self._dropped_now += lost
            self._done += lost
            self._entries = kept
        self._is_filled = True
        self._filled.set()

    def drop(self, count: int) -> int:
        """Count so many lines that were taken as lost; returns the number."""
        with self._lock:
            self.dropped += count
            self._dropped_now += count
        return count

    def wake(self) -> None:
        """Let the taker look up."""
        self._urgent.set()
        self._is_filled = True
        self._filled.set()

    def finished(self, count: int) -> None:
        """The taker is done with so many lines."""
        with self._progress:
            self._done += count
            self._progress.notify_all()

    def take_dropped(self) -> int:
        """How many lines were dropped since the last call."""
        with self._lock:
            dropped, self._dropped_now = self._dropped_now, 0
        return dropped

    def wait_done(self, seconds: float) -> bool:
        """Wait until the taker is done with all that was given until now; False when it is not within `seconds`."""
        wanted, end = self._given, time.monotonic() + seconds
        if self._done >= wanted:
            return True
        self._urgent.set()
        with self._progress:
            while self._done < wanted:
                left = end - time.monotonic()
                if left <= 0 or not self._progress.wait(left):
                    return self._done >= wanted
        return True

    def __len__(self) -> int:
        return len(self._entries)

    def _fits(self, level: int, characters: int) -> bool:
        """Whether one more line of that level may be taken, with which there are so many characters."""
        share = next(share for below, share in _SHARES if level < below)
        return len(self._entries) < self._most * share and characters <= self._most_characters * share

    def _fitting(self, entries: list[Entry]) -> tuple[list[Entry], int]:
        """The newest lines of the most important levels that there is room for, in their order, and their size."""
        kept: set[int] = set()
        characters = 0
        for least, below in ((logging.WARNING, 1_000), (0, logging.WARNING)):
            for place in range(len(entries) - 1, -1, -1):
                entry = entries[place]
                size = len(entry.text) + len(entry.trace) + _OVERHEAD
                if (
                    least <= entry.level < below
                    and len(kept) < self._most
                    and characters + size < self._most_characters
                ):
                    kept.add(place)
                    characters += size
        return [entry for place, entry in enumerate(entries) if place in kept], characters
