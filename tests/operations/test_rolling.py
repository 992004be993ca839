"""Sums over the last minutes: what is old falls out, and memory does not grow."""

from __future__ import annotations

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.operations.rolling import RollingMean


def test_the_mean_of_nothing_is_none() -> None:
    assert RollingMean(ManualClock().monotonic).mean is None


def test_what_is_older_than_the_window_falls_out() -> None:
    clock = ManualClock()
    mean = RollingMean(clock.monotonic, 60.0, 12)
    mean.add(10.0)
    clock.advance(30)
    mean.add(20.0)
    assert (mean.count, mean.mean) == (2, 15.0)
    clock.advance(35)
    assert (mean.count, mean.mean) == (1, 20.0)
    clock.advance(3_600)
    assert (mean.count, mean.mean) == (0, None)


def test_a_hundred_thousand_values_are_kept_in_the_same_slots() -> None:
    clock = ManualClock()
    mean = RollingMean(clock.monotonic, 60.0, 12)
    for number in range(100_000):
        clock.advance(0.001)
        mean.add(number % 3)
    assert 54_900 <= mean.count <= 60_000
    assert abs((mean.mean or 0) - 1.0) < 0.01
