"""How fast long work goes and how long it will still take, from what it says of itself."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from clawd_desktop.backup.progress import Progress

# Shorter and the number jumps, longer and it does not follow a disk that has become slow.
_WINDOW_S = 5.0
# What was measured over less time than this is mostly chance.
_LEAST_S = 0.5


@dataclass(frozen=True, slots=True)
class Speed:
    """`rate` is in bytes per second, `left_s` in seconds; both are None as long as nobody can know them."""

    rate: float | None = None
    left_s: float | None = None


class Pace:
    """Takes what is told and says the speed of the last seconds; a new stage begins anew."""

    def __init__(self) -> None:
        self._stage = ""
        self._told: deque[tuple[float, int]] = deque()

    def add(self, now_s: float, progress: Progress) -> Speed:
        """The speed after this was told at `now_s`, of a clock that only ever grows."""
        if progress.stage != self._stage or (self._told and progress.done_bytes < self._told[-1][1]):
            self._stage = progress.stage
            self._told.clear()
        self._told.append((now_s, progress.done_bytes))
        while len(self._told) > 2 and self._told[1][0] <= now_s - _WINDOW_S:
            self._told.popleft()
        began_s, before = self._told[0]
        if now_s - began_s < _LEAST_S or progress.done_bytes <= before:
            return Speed()
        rate = (progress.done_bytes - before) / (now_s - began_s)
        left = progress.total_bytes - progress.done_bytes
        return Speed(rate, left / rate if progress.total_bytes and left >= 0 else None)
