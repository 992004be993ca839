"""Counts the bytes of the data folder now and then, beside everything else: too much work for every sampling."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.safeio import explained
from clawd_desktop.core.threads import OneThread

EVERY_S = 600.0
NAME = "storage.stateSize"


class StateSize:
    """The size of a folder with all that is below it, counted anew when the last count is `every_s` old."""

    def __init__(self, folder: Path, clock: Clock, every_s: float = EVERY_S) -> None:
        self._folder = folder
        self._clock = clock
        self._every_s = every_s
        self._thread = OneThread("data folder size")
        self._began: float | None = None
        self._counting: asyncio.Task[None] | None = None
        self._known: int | ClawdError | None = None

    def values(self) -> dict[str, float]:
        """The newest count; nothing before the first. Raises StorageFault when the folder could not be read."""
        now, over = self._clock.monotonic(), self._counting is None or self._counting.done()
        if over and (self._began is None or now - self._began >= self._every_s):
            self._began = now
            self._counting = tasks.spawn(self._count(), name="data folder size")
        if isinstance(self._known, ClawdError):
            raise self._known
        return {} if self._known is None else {NAME: self._known}

    async def _count(self) -> None:
        try:
            self._known = await self._thread.run(lambda: folder_bytes(self._folder))
        except ClawdError as fault:
            self._known = fault

    async def close(self) -> None:
        """Wait no longer for a count."""
        await tasks.stop(self._counting)
        await self._thread.close(0.2)


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below; links are not followed, what vanishes meanwhile is passed over.

    Raises StorageFault when the folder itself cannot be read.
    """
    with explained(folder, "read"), os.scandir(folder):
        pass
    total, left = 0, [os.fspath(folder)]
    while left:
        try:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return total
