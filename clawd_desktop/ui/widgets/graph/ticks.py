"""Where the lines of a graph's grid lie and what stands at them: round values, and round times of the local clock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from clawd_desktop.operations.units import Unit

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_BINARY = tuple(2.0**power for power in range(11))
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_SECONDS = (1, 2, 5, 10, 15, 30, _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE, _HOUR,
            2 * _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, _DAY, 2 * _DAY, 5 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY,
            56 * _DAY)  # fmt: skip
_WHOLE = (Unit.COUNT, Unit.TOKENS)
_FEWEST_STEP = {unit: 1.0 for unit in _WHOLE}


def value_step(top: float, unit: Unit, count: int) -> float:
    """The distance of the grid's lines so that about `count` of them reach `top`; round in the unit."""
    if not math.isfinite(top) or top <= 0:
        top = 1.0
    rough = top / max(1, count)
    if unit in (Unit.BYTES, Unit.BYTES_PER_S):
        base = 1024.0 ** max(0, math.floor(math.log(max(rough, 1.0), 1024)))
        steps: tuple[float, ...] = _BINARY
    elif unit is Unit.SECONDS and rough >= _MINUTE:
        base, steps = 1.0, tuple(float(step) for step in _SECONDS if step >= _MINUTE)
    else:
        base, steps = 10.0 ** math.floor(math.log10(rough)), _STEPS
    step = next((base * one for one in steps if base * one >= rough * 0.999), rough)
    return max(step, _FEWEST_STEP.get(unit, 0.0))


@dataclass(frozen=True, slots=True)
class Scale:
    """From 0 to `top`, with a line at every `step`."""

    top: float
    step: float

    def lines(self) -> list[float]:
        """Where the lines lie."""
        return [number * self.step for number in range(round(self.top / self.step) + 1)]


def scale(highest: float, unit: Unit, count: int, *, air: float = 1.05) -> Scale:
    """A scale that begins at 0 and holds `highest` with a little air, with about `count` lines."""
    step = value_step(highest, unit, count)
    if not math.isfinite(highest) or highest <= 0:
        return Scale(step * count, step)
    return Scale(math.ceil(round(highest * air / step, 6)) * step, step)


def time_step(seconds: float, count: int) -> int:
    """The distance in seconds of the times written below a graph, so that at most about `count` fit."""
    rough = seconds / max(1, count)
    return next((step for step in _SECONDS if step >= rough), _SECONDS[-1])


def time_ticks(since_s: float, until_s: float, step: int) -> list[float]:
    """The round local times between the two moments, in seconds since the epoch; summer time is minded."""
    if step < _HOUR:
        first = math.ceil(since_s / step) * step
        return [float(moment) for moment in range(int(first), int(until_s) + 1, step)]
    moment = datetime.fromtimestamp(since_s).replace(hour=0, minute=0, second=0, microsecond=0)
    if step > _DAY:
        moment -= timedelta(days=moment.toordinal() % (step // _DAY))
    found = []
    while (at := moment.timestamp()) <= until_s:
        if at >= since_s:
            found.append(at)
        # Naive local time: an hour more on the clock, also where the clock is changed.
        moment += timedelta(seconds=step)
    return found


def time_label(moment_s: float, step: int) -> str:
    """What stands at a time: seconds where they matter, the date at midnight."""
    when = datetime.fromtimestamp(moment_s)
    if step < _MINUTE:
        return f"{when:%H:%M:%S}"
    if step >= _DAY or (when.hour, when.minute) == (0, 0):
        return f"{when:%m-%d}"
    return f"{when:%H:%M}"


def moment_text(moment_ms: float, step_ms: int) -> str:
    """A moment in full; without seconds where values stand for a minute and more."""
    when = datetime.fromtimestamp(moment_ms / 1000)
    return f"{when:%Y-%m-%d %H:%M}" if step_ms >= _MINUTE * 1000 else f"{when:%Y-%m-%d %H:%M:%S}"
