"""Rows laid out as a series: gaps, at most about as many values as are wanted, and nothing lost between them."""

from __future__ import annotations

import math
import random

from clawd_desktop.operations.rollup import Bin
from clawd_desktop.operations.series import Series
from clawd_desktop.operations.stretch import Row, laid_out, of_sample, usual_step


def rows(times: list[int], value: float = 1.0) -> list[Row]:
    return [of_sample(at, value) for at in times]


def shape(series: Series) -> list[tuple[float, float | None]]:
    return [(at, None if math.isnan(mean) else mean) for at, mean in zip(series.times_ms, series.mean, strict=True)]


def test_few_samples_stay_as_they_are() -> None:
    series = laid_out("k", rows([0, 2_000, 4_000]), 2_000, span_ms=10_000, points=100)
    assert shape(series) == [(0, 1.0), (2_000, 1.0), (4_000, 1.0)]
    assert series.step_ms == 2_000


def test_nothing_gives_an_empty_series() -> None:
    assert len(laid_out("k", [], 2_000, span_ms=10_000, points=100).times_ms) == 0


def test_where_time_is_missing_there_is_one_gap() -> None:
    series = laid_out("k", rows([0, 2_000, 60_000, 62_000]), 2_000, span_ms=100_000, points=100)
    assert shape(series) == [(0, 1.0), (2_000, 1.0), (4_000, None), (60_000, 1.0), (62_000, 1.0)]


def test_samples_without_a_value_make_one_gap_and_none_at_the_begin() -> None:
    given = [of_sample(0, math.nan), of_sample(2_000, 1.0), *(of_sample(at, math.nan) for at in (4_000, 6_000)),
             of_sample(8_000, 2.0)]  # fmt: skip
    series = laid_out("k", given, 2_000, span_ms=10_000, points=100)
    assert shape(series) == [(2_000, 1.0), (4_000, None), (8_000, 2.0)]


def test_many_rows_become_about_as_many_values_as_are_wanted_and_keep_their_extremes() -> None:
    generator = random.Random(3)
    given = [of_sample(at * 2_000, generator.random()) for at in range(1_800)]
    given[777] = of_sample(777 * 2_000, 99.0)
    series = laid_out("k", given, 2_000, span_ms=3_600_000, points=200)
    assert 150 <= len(series.times_ms) <= 201
    assert max(series.high) == 99.0
    mean = sum(value for value in series.mean) / len(series.mean)
    true = sum(each.mean for _, each in given) / len(given)
    assert abs(mean - true) < 0.01
    assert all(low <= mean <= high for low, mean, high in zip(series.low, series.mean, series.high, strict=True))


def test_a_gap_is_kept_when_values_are_put_together() -> None:
    times = [at * 2_000 for at in range(900)] + [at * 2_000 for at in range(1_000, 1_800)]
    series = laid_out("k", rows(times), 2_000, span_ms=3_600_000, points=100)
    assert sum(math.isnan(value) for value in series.mean) == 1


def test_two_paces_in_one_stretch_make_no_gap() -> None:
    times = [*range(0, 300_000, 15_000), *range(300_000, 600_000, 2_000)]
    series = laid_out("k", rows(times), usual_step(times, 15_000), span_ms=600_000, points=1_000)
    assert not any(math.isnan(value) for value in series.mean)


def test_the_usual_step_is_the_longest_that_is_no_gap() -> None:
    assert usual_step([], 15_000) == 15_000
    assert usual_step([0, 2_000, 4_000], 15_000) == 2_000
    assert usual_step([0, 15_000, 17_000, 900_000], 15_000) == 15_000


def test_an_empty_bin_is_a_gap() -> None:
    series = laid_out("k", [(0, Bin(1, 1, 1, 1)), (60_000, Bin())], 60_000, span_ms=1, points=5)
    assert shape(series) == [(0, 1.0), (60_000, None)]
