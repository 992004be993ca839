"""Runs the application with clocks that go faster than the computer's: days of use in minutes.

    python tests/bench/fast_app.py SPEED serve --data-dir FOLDER --port PORT

Only the application's own clock is faster (`core.clock`); waits of the event loop take as long as ever, so that what
happens every few seconds happens less often within a day than it would, and those who watch over it wait for longer.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from clawd_desktop.core import clock  # noqa: E402


class FastClock:
    """The computer's clocks, `speed` times as fast from now on."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._wall_ms, self._begin = time.time_ns() // 1_000_000, time.monotonic()

    def wall_ms(self) -> int:
        return self._wall_ms + round((time.monotonic() - self._begin) * 1000 * self.speed)

    def monotonic(self) -> float:
        return self._begin + (time.monotonic() - self._begin) * self.speed


if __name__ == "__main__":
    fast = FastClock(float(sys.argv.pop(1)))
    clock.SystemClock.wall_ms = lambda self: fast.wall_ms()  # type: ignore[method-assign]
    clock.SystemClock.monotonic = lambda self: fast.monotonic()  # type: ignore[method-assign]
    from clawd_desktop.__main__ import main
    from clawd_desktop.operations import alert_watch, resource_watch, sampler

    sampler.SILENT_S *= fast.speed
    resource_watch.SILENT_S *= fast.speed
    alert_watch.LATE_S *= fast.speed
    sys.exit(main())
