"""What a line shows: nothing invented in gaps, nothing lost that is high, and counters as growth."""

from __future__ import annotations

import math
from array import array

import numpy as np
import pytest
from ui.widgets.graph.graph_stage import START, STEP, series, span

from clawd_desktop.operations.series import Series
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.spec import Line
from clawd_desktop.ui.widgets.graph.tracks import EMPTY, Thinner, highest, thinned, track, within

pytestmark = pytest.mark.qt
LINE = Line("a", "A")


def test_a_factor_scales_all_three() -> None:
    made = track(series(lambda n: 0.5, 3, spread=0.1), Line("a", "A", factor=10))
    assert (made.low[0], made.mean[0], made.high[0]) == pytest.approx((4, 5, 6))
    assert made.banded


def test_a_spike_of_one_value_is_still_seen_after_thinning() -> None:
    whole = track(series(lambda n: 99.0 if n == 20_001 else 1.0, 43_200), LINE)
    thin = thinned(whole, span(43_200), 400)
    assert len(thin.times) <= 402
    assert thin.high.max() == 99.0
    assert thin.mean.max() < 3.0
    assert thin.low.min() == 1.0


def test_a_gap_stays_a_gap_and_one_missing_value_makes_none() -> None:
    whole = track(series(lambda n: math.nan if 10_000 <= n < 20_000 or n == 5 else 1.0, 43_200), LINE)
    thin = thinned(whole, span(43_200), 400)
    gap = np.isnan(thin.mean)
    moments = (thin.times[gap] - START) / STEP
    assert gap.any()
    assert moments.min() > 9_900
    assert moments.max() < 20_100


def test_the_parts_do_not_move_while_the_span_does() -> None:
    whole = track(series(lambda n: float(n % 97), 43_200), LINE)
    one, other = (thinned(whole, Span(START + by, START + by + 20_000_000), 300) for by in (4_000_000, 4_100_000))
    common = set(one.times[2:-2]) & set(other.times[2:-2])
    assert len(common) > 250
    first, second = dict(zip(one.times, one.mean, strict=True)), dict(zip(other.times, other.mean, strict=True))
    assert all(first[moment] == second[moment] for moment in common)


def test_a_span_that_moves_is_cut_from_what_was_thinned_and_is_the_same() -> None:
    whole = track(series(lambda n: float(n % 97), 43_200), LINE)
    thinner = Thinner(whole)
    for by in (4_000_000, 4_700_000, 30_000_000, 31_000_000):
        part = Span(START + by, START + by + 20_000_000)
        one, other = thinner.seen(part, 300), thinned(whole, part, 300)
        both = dict(zip(other.times[2:-2], other.mean[2:-2], strict=True))
        found = dict(zip(one.times, one.mean, strict=True))
        assert len(both) > 290
        assert all(found[moment] == mean for moment, mean in both.items())


def test_few_values_are_drawn_as_they_are_with_a_neighbour_on_each_side() -> None:
    whole = track(series(float, 100), LINE)
    thin = thinned(whole, Span(START + 10 * STEP, START + 20 * STEP), 400)
    assert list(thin.mean) == [float(n) for n in range(9, 22)]
    assert thin.step_ms == STEP


def test_a_counter_shows_its_growth_per_minute_and_may_begin_anew() -> None:
    times = array("d", (START + n * 60_000 for n in range(5)))
    counted = array("d", (10, 40, 40, 5, math.nan))
    made = track(Series("t", 60_000, times, counted, counted, counted), Line("t", "T", rate=True))
    assert list(made.mean[:3]) == [30.0, 0.0, 5.0]
    assert np.isnan(made.mean[3])
    assert list(made.times) == list(times[1:])


def test_what_came_within_a_minute_counts_together() -> None:
    made = track(series(lambda n: 10.0 * (n // 15), 91), Line("a", "A", rate=True))
    assert made.mean[0] == 0.0
    assert made.mean[40] == 20.0
    assert set(made.mean[44:]) == {20.0}


@pytest.mark.parametrize("count", [0, 1])
def test_a_counter_that_was_seen_once_has_no_growth(count: int) -> None:
    assert len(track(series(float, count), Line("a", "A", rate=True)).times) == 0


def test_the_nearest_value_is_found() -> None:
    made = track(series(float, 3), LINE)
    assert [made.at(START + by) for by in (-9e9, 0, 900, 1_100, 9e9)] == [0, 0, 0, 1, 2]
    assert EMPTY.at(0) is None
    assert EMPTY.last() is None
    assert made.last() == 2.0


def test_the_highest_value_is_that_within_the_span() -> None:
    made = track(series(lambda n: float(n) if n != 3 else math.nan, 10), LINE)
    assert highest([made], Span(START, START + 5 * STEP)) == 5.0
    assert math.isnan(highest([EMPTY, made], Span(0, 1)))


def test_a_part_of_it_is_cut_exactly() -> None:
    made = within(track(series(float, 10), LINE), Span(START + STEP, START + 3 * STEP))
    assert list(made.mean) == [1.0, 2.0, 3.0]
