"""Minutes packed by the hour: what goes in comes out, and bytes that are no hour are refused."""

from __future__ import annotations

import math
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.operations.rollup import MOST_SAMPLES, Bin, packed, summed, unpacked


def filled(*values: float) -> Bin:
    each = Bin()
    for value in values:
        each.add(value)
    return each


def test_a_bin_knows_lowest_mean_and_highest() -> None:
    each = filled(3.0, -1.0, 4.0)
    assert (each.low, each.mean, each.high, each.count) == (-1.0, 2.0, 4.0, 3)
    assert math.isnan(Bin().mean)


def test_bins_are_merged_by_their_samples_and_not_by_their_means() -> None:
    whole = summed([filled(1.0), filled(4.0, 4.0, 4.0), Bin()])
    assert (whole.low, whole.mean, whole.high, whole.count) == (1.0, 3.25, 4.0, 4)


@given(st.dictionaries(st.integers(0, 59), st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=40), max_size=60))
def test_what_is_packed_is_unpacked_with_seven_digits(minutes: dict[int, list[float]]) -> None:
    hour = {minute: filled(*values) for minute, values in minutes.items()}
    found = unpacked(packed(hour))
    assert set(found) == set(hour)
    for minute, each in hour.items():
        got = found[minute]
        assert got.count == each.count
        for name in ("low", "mean", "high"):
            before = getattr(each, name)
            assert getattr(got, name) == pytest.approx(before, rel=1e-6, abs=1e-30)


def test_more_samples_than_can_be_counted_keep_their_mean() -> None:
    each = Bin(1.0, 2.0 * 1e6, 3.0, 1_000_000)
    found = unpacked(packed({0: each}))[0]
    assert (found.count, found.mean) == (MOST_SAMPLES, 2.0)


@pytest.mark.parametrize(
    "data", [b"", b"nonsense", zlib.compress(b"short"), zlib.compress(bytes(50_000_000)), packed({})[:-4] + b"\0\0\0\0"]
)
def test_bytes_that_are_no_hour_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="hour of measurements"):
        unpacked(data)


def test_an_hour_of_a_steady_metric_takes_few_bytes() -> None:
    assert len(packed({minute: filled(*[7.0] * 4) for minute in range(60)})) < 100
