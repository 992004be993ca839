"""Counting requests: rates of the last minute, latencies within a bucket, bounded names, and what it costs."""

from __future__ import annotations

import random
import sys
import timeit

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.operations.meter import BOUNDS, MOST_NAMES, OTHER, RequestMeter, quantile


def test_before_anything_was_asked_nothing_failed_and_no_latency_is_known() -> None:
    pace = RequestMeter().pace()
    assert (pace.per_second, pace.error_rate, pace.errors_per_minute) == (0.0, 0.0, 0.0)
    assert pace.p50 is None
    assert pace.p99 is None


def test_rate_and_share_of_failures_are_those_of_the_last_minute() -> None:
    clock = ManualClock()
    meter = RequestMeter(clock.monotonic)
    for second in range(120):
        for number in range(10):
            meter.count("health", 0.001, ok=not (second >= 90 and number == 0))
        clock.advance(1)
    pace = meter.pace()
    assert pace.per_second == pytest.approx(10.0, rel=0.05)
    assert pace.errors_per_minute == 30
    assert pace.error_rate == pytest.approx(30 / 600, rel=0.1)
    clock.advance(61)
    assert meter.pace().per_second == 0.0
    assert meter.pace().error_rate == 0.0


@pytest.mark.parametrize("share", [0.5, 0.99])
def test_quantiles_lie_in_the_bucket_of_the_true_one(share: float) -> None:
    generator, meter = random.Random(7), RequestMeter()
    taken = sorted(generator.lognormvariate(-6, 1.2) for _ in range(10_000))
    for seconds in taken:
        meter.count("x", seconds, ok=True)
    true = taken[int(share * len(taken)) - 1]
    pace = meter.pace()
    found = pace.p50 if share == 0.5 else pace.p99
    low = max((bound for bound in BOUNDS if bound < true), default=0.0)
    high = min((bound for bound in BOUNDS if bound >= true), default=BOUNDS[-1])
    assert found is not None
    assert low <= found <= high


def test_what_is_longer_than_all_buckets_is_said_to_be_the_longest() -> None:
    assert quantile([0] * len(BOUNDS) + [5], 0.5) == BOUNDS[-1]


def test_what_waits_by_design_is_counted_but_is_no_latency() -> None:
    meter = RequestMeter()
    meter.count("chat.send", 90.0, ok=True, timed=False)
    meter.count("health", 0.000_3, ok=True)
    pace = meter.pace()
    assert pace.p99 is not None
    assert pace.p99 <= 0.000_5
    assert meter.names()["chat.send"].count == 1
    assert sum(meter.buckets()) == 1


def test_totals_since_the_start_outlive_the_window() -> None:
    clock = ManualClock()
    meter = RequestMeter(clock.monotonic)
    for _ in range(200):
        meter.count("a", 0.01, ok=False)
        clock.advance(7)
    assert (meter.names()["a"].count, meter.names()["a"].failed) == (200, 200)
    assert meter.names()["a"].seconds == pytest.approx(2.0)
    assert sum(meter.buckets()) == 200


def test_names_are_bounded_and_memory_with_them() -> None:
    meter = RequestMeter()
    for number in range(5_000):
        meter.count(f"m{number}", 0.001, ok=True)
    names = meter.names()
    assert len(names) == MOST_NAMES + 1
    assert names[OTHER].count == 5_000 - MOST_NAMES


@pytest.mark.skipif(sys.gettrace() is not None, reason="a tracer makes everything slow")
def test_one_request_costs_about_a_microsecond() -> None:
    meter, rounds = RequestMeter(), 50_000
    best = min(timeit.repeat(lambda: meter.count("health", 0.001_2, ok=True), number=rounds, repeat=5)) / rounds
    assert best < 5e-6, f"{best * 1e6:.2f} µs"
