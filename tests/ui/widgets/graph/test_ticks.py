"""The lines of the grid are round in their unit and in local time."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.widgets.graph.ticks import (
    Scale,
    moment_text,
    scale,
    time_label,
    time_step,
    time_ticks,
    value_step,
)

pytestmark = pytest.mark.qt
MIB = 2.0**20


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("top", "unit", "step"),
    [
        (1.0, Unit.SHARE, 0.25),
        (0.07, Unit.SHARE, 0.02),
        (190 * MIB, Unit.BYTES, 64 * MIB),
        (3_000.0, Unit.BYTES_PER_S, 1_024.0),
        (100.0, Unit.BYTES, 32.0),
        (3.0, Unit.COUNT, 1.0),
        (0.0, Unit.COUNT, 1.0),
        (170.0, Unit.COUNT, 50.0),
        (0.25, Unit.SECONDS, 0.1),
        (7_200.0, Unit.SECONDS, 1_800.0),
        (math.nan, Unit.SECONDS, 0.25),
    ],
)
def test_steps_are_round_in_the_unit(top: float, unit: Unit, step: float) -> None:
    assert value_step(top, unit, 4) == pytest.approx(step)


def test_a_scale_holds_the_highest_value_with_air() -> None:
    assert scale(190 * MIB, Unit.BYTES, 4) == Scale(256 * MIB, 64 * MIB)
    assert scale(190 * MIB, Unit.BYTES, 4).lines() == [n * 64 * MIB for n in range(5)]
    assert scale(1.0, Unit.SHARE, 4, air=1.0) == Scale(1.0, 0.25)
    assert scale(0.0, Unit.COUNT, 4) == Scale(4.0, 1.0)


@pytest.mark.parametrize("highest", [10.0**n * digit for n in range(-4, 13) for digit in (1, 1.9, 3, 9.999)])
@pytest.mark.parametrize("unit", list(Unit))
def test_every_scale_is_finite_and_has_a_few_lines(highest: float, unit: Unit) -> None:
    made = scale(highest, unit, 4)
    assert made.top >= highest
    assert 2 <= len(made.lines()) <= 8
    assert made.lines()[-1] == pytest.approx(made.top)


@pytest.mark.parametrize(
    ("seconds", "step"), [(300, 60), (3_600, 900), (86_400, 21_600), (30 * 86_400, 7 * 86_400), (1e12, 56 * 86_400)]
)
def test_times_fit_below(seconds: float, step: int) -> None:
    assert time_step(seconds, 5) == step


def test_times_are_round_on_the_local_clock(berlin: None) -> None:
    begin = datetime(2026, 6, 1, 9, 20).timestamp()
    found = time_ticks(begin, begin + 86_400, 21_600)
    assert [time_label(one, 21_600) for one in found] == ["12:00", "18:00", "06-02", "06:00"]
    assert [time_label(one, 60) for one in time_ticks(begin, begin + 120, 60)] == ["09:20", "09:21", "09:22"]


def test_summer_time_begins_and_the_days_stay_days(berlin: None) -> None:
    begin = datetime(2026, 3, 28).timestamp()
    days = time_ticks(begin, datetime(2026, 3, 31).timestamp(), 86_400)
    assert [time_label(one, 86_400) for one in days] == ["03-28", "03-29", "03-30", "03-31"]
    assert days[2] - days[1] == 23 * 3_600


def test_weeks_begin_on_the_same_days_wherever_one_looks(berlin: None) -> None:
    first = datetime(2026, 6, 1).timestamp()
    whole = time_ticks(first, first + 60 * 86_400, 7 * 86_400)
    assert set(time_ticks(first + 15 * 86_400, first + 60 * 86_400, 7 * 86_400)) <= set(whole)


def test_seconds_are_written_where_they_matter(berlin: None) -> None:
    moment = datetime(2026, 6, 1, 9, 20, 5).timestamp()
    assert time_label(moment, 5) == "09:20:05"
    assert moment_text(moment * 1000, 2_000) == "2026-06-01 09:20:05"
    assert moment_text(moment * 1000, 60_000) == "2026-06-01 09:20"
