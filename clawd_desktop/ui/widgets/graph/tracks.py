"""Turns series into what a line shows: scaled, counters as growth per minute, and thinned to what a screen can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from clawd_desktop.operations.series import Series
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.spec import Line

MINUTE_MS = 60_000.0
Numbers: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Track:
    """Values of one line over time: `times` in ms, a gap is NaN; `step_ms` is what one value stands for.

    `banded` says that low and high differ from mean somewhere.
    """

    times: Numbers
    low: Numbers
    mean: Numbers
    high: Numbers
    step_ms: int
    banded: bool = False

    def at(self, moment_ms: float) -> int | None:
        """The index of the value nearest to the moment, None when the line is empty."""
        if not len(self.times):
            return None
        after = int(np.searchsorted(self.times, moment_ms))
        if after == 0:
            return 0
        if after == len(self.times):
            return after - 1
        return after if self.times[after] - moment_ms < moment_ms - self.times[after - 1] else after - 1

    def last(self) -> float | None:
        """The newest value, None when it is a gap or there is none."""
        return float(self.mean[-1]) if len(self.mean) and np.isfinite(self.mean[-1]) else None


EMPTY = Track(np.empty(0), np.empty(0), np.empty(0), np.empty(0), 0)


def track(series: Series, line: Line) -> Track:
    """What the line shows of the series."""
    times, low, mean, high = (np.array(one, dtype=np.float64) for one in _arrays(series))
    if line.rate:
        return _growth(times, high, series.step_ms, line.factor)
    banded = bool(np.any(high > low))
    return Track(times, low * line.factor, mean * line.factor, high * line.factor, series.step_ms, banded)


def thinned(whole: Track, span: Span, bins: int) -> Track:
    """The track within the span and its neighbours, with at most about one value for each of `bins` parts.

    The parts lie at multiples of their own length, so that lines do not flicker while the span moves. What falls into
    one part becomes its lowest, mean and highest value.
    """
    part = _cut(whole, span, beside=1)
    if len(part.times) <= 2 * bins:
        return part
    width = max(1, span.width_ms // max(1, bins))
    number = part.times // width
    starts = np.concatenate(([0], np.flatnonzero(np.diff(number)) + 1))
    low, high = np.fmin.reduceat(part.low, starts), np.fmax.reduceat(part.high, starts)
    known = np.isfinite(part.mean)
    counted = np.add.reduceat(known.astype(np.float64), starts)
    total = np.add.reduceat(np.where(known, part.mean, 0.0), starts)
    mean = np.divide(total, counted, out=np.full(len(starts), np.nan), where=counted > 0)
    middle = number[starts] * width + width / 2
    return Track(middle, low, mean, high, max(whole.step_ms, width), banded=True)


class Thinner:
    """Thins one track for spans that move: what lies around the last span is thinned with it, and cut from there."""

    def __init__(self, whole: Track) -> None:
        self.whole = whole
        self._asked = (0, 0)
        self._covered = Span(0, 0)
        self._wide = EMPTY

    def seen(self, span: Span, bins: int) -> Track:
        """As `thinned`."""
        covered = self._covered.since_ms <= span.since_ms and span.until_ms <= self._covered.until_ms
        if not covered or self._asked != (span.width_ms, bins):
            self._asked = (span.width_ms, bins)
            self._covered = Span(span.since_ms - span.width_ms, span.until_ms + span.width_ms)
            self._wide = thinned(self.whole, self._covered, 3 * bins)
        return _cut(self._wide, span, beside=1)


def within(whole: Track, span: Span) -> Track:
    """The track's values within the span, as they are."""
    return _cut(whole, span, beside=0)


def highest(tracks: list[Track], span: Span) -> float:
    """The highest value within the span; not a number when there is none."""
    found = np.nan
    for one in tracks:
        inside = one.high[(one.times >= span.since_ms) & (one.times <= span.until_ms)]
        inside = inside[np.isfinite(inside)]
        if len(inside):
            found = float(np.fmax(found, inside.max()))
    return float(found)


def _cut(whole: Track, span: Span, beside: int) -> Track:
    """The values within the span and so many beside it at each end."""
    first, last = np.searchsorted(whole.times, (span.since_ms, span.until_ms + 1))
    part = slice(max(0, int(first) - beside), int(last) + beside)
    return Track(whole.times[part], whole.low[part], whole.mean[part], whole.high[part], whole.step_ms, whole.banded)


def _arrays(series: Series) -> tuple[object, ...]:
    return series.times_ms, series.low, series.mean, series.high


def _growth(times: Numbers, counted: Numbers, step_ms: int, factor: float) -> Track:
    """Growth within the minute before each value; a counter that is lower than before began anew at 0."""
    if len(times) < 2:
        return Track(np.empty(0), np.empty(0), np.empty(0), np.empty(0), step_ms)
    grown = np.diff(counted)
    grown = np.where(grown < 0, counted[1:], grown)
    whole = np.concatenate(([0.0], np.cumsum(np.nan_to_num(grown))))
    here = np.arange(1, len(times))
    before = np.minimum(np.searchsorted(times, times[1:] - MINUTE_MS), here - 1)
    minutes = np.maximum(times[here] - times[before], MINUTE_MS) / MINUTE_MS
    rate = (whole[here] - whole[before]) / minutes * factor
    rate[np.isnan(grown)] = np.nan
    return Track(times[1:], rate, rate, rate, step_ms)
