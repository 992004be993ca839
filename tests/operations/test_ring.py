"""The newest values in memory: gaps, the turn at the end, the clock that is set back, and how much memory it takes."""

from __future__ import annotations

import sys

from clawd_desktop.operations.ring import PLACES, Ring


def test_before_the_first_sampling_nothing_is_known() -> None:
    ring = Ring()
    assert (ring.keys(), ring.latest("a"), ring.values("a", 0), ring.newest()) == ((), None, [], {})
    assert (ring.oldest_ms, ring.newest_ms) == (None, None)


def test_what_was_not_measured_is_a_gap_and_not_a_value() -> None:
    ring = Ring()
    ring.add(1_000, {"a": 1.0, "b": 5.0})
    ring.add(2_000, {"a": 2.0})
    ring.add(3_000, {"a": 3.0, "b": 7.0})
    assert ring.values("b", 0) == [(1_000, 5.0), (3_000, 7.0)]
    assert [at for at, _ in ring.samples("b", 0)] == [1_000, 2_000, 3_000]
    assert ring.values("a", 2_000) == [(2_000, 2.0), (3_000, 3.0)]
    ring.add(4_000, {"a": 4.0})
    assert ring.latest("b") is None
    assert ring.newest() == {"a": 4.0}


def test_a_series_that_comes_late_has_gaps_before() -> None:
    ring = Ring()
    ring.add(1_000, {"a": 1.0})
    ring.add(2_000, {"a": 1.0, "late": 9.0})
    assert ring.values("late", 0) == [(2_000, 9.0)]


def test_the_oldest_goes_when_it_is_full() -> None:
    ring = Ring(places=5)
    for number in range(12):
        ring.add(number * 1_000, {"a": float(number)})
    assert ring.values("a", 0) == [(number * 1_000, float(number)) for number in range(7, 12)]
    assert (ring.oldest_ms, ring.newest_ms) == (7_000, 11_000)
    assert ring.values("a", 9_500) == [(10_000, 10.0), (11_000, 11.0)]


def test_when_the_clock_is_set_back_what_was_before_stays_before() -> None:
    ring = Ring(places=4)
    for number in range(6):
        ring.add(1_000_000 + number * 2_000, {"a": float(number)})
    ring.shift(-600_000)
    ring.add(1_000_000 + 12_000 - 600_000, {"a": 6.0})
    times = [at for at, _ in ring.values("a", 0)]
    assert times == sorted(times)
    assert times[-1] - times[0] == 6_000


def test_series_are_bounded() -> None:
    ring = Ring(places=3, most=10)
    ring.add(1, {f"s{number}": 1.0 for number in range(25)})
    assert len(ring.keys()) == 10
    assert ring.refused == 15
    assert "s3" in ring
    assert "s20" not in ring


def test_sixty_series_of_an_hour_take_less_than_a_mebibyte_and_a_half() -> None:
    ring = Ring()
    values = {f"series{number}": 1.5 for number in range(60)}
    for number in range(PLACES + 10):
        ring.add(number * 2_000, values)
    size = sum(sys.getsizeof(row) for row in (*ring._series.values(), ring._times))
    assert size < 1.5 * 2**20
