"""Short stretches are as fine as they were measured, also just after a start; what was not measured is a gap."""

from __future__ import annotations

import math
from array import array
from pathlib import Path

from operations_stage import metrics_desk

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.operations.fine_series import fine_series, joined
from clawd_desktop.operations.series import Series


async def test_a_young_memory_is_shown_sample_by_sample(tmp_path: Path) -> None:
    clock = ManualClock()
    history = metrics_desk(tmp_path, EventBus(), clock).history
    for number in range(20):
        clock.advance(2)
        history.add(clock.wall_ms(), {"loop.lag": number / 100})
    now = clock.wall_ms()
    found = await fine_series(history, "loop.lag", now - 300_000, now, 300)
    assert list(found.mean) == [number / 100 for number in range(20)]
    coarse = await fine_series(history, "loop.lag", now - 300_000, now, 5)
    assert len(coarse.times_ms) <= 7
    await history.close()


def test_nothing_is_drawn_over_the_time_in_which_it_did_not_run() -> None:
    minutes = array("d", [0.0, 60_000.0])
    older = Series("a", 60_000, minutes, array("d", [1.0, 1.0]), array("d", [2.0, 2.0]), array("d", [3.0, 3.0]))
    made = joined(older, [(900_000, 5.0), (902_000, 5.0)])
    assert [math.isnan(value) for value in made.mean] == [False, False, True, False, False]
    assert made.times_ms[2] < 900_000
    assert (made.low[0], made.high[0], made.low[-1]) == (1.0, 3.0, 5.0)


def test_the_minute_in_which_the_samples_begin_leaves_no_gap() -> None:
    older = Series("a", 60_000, *(array("d", [0.0, 60_000.0]) for _ in range(4)))
    made = joined(older, [(61_000, 5.0), (63_000, 5.0)])
    assert list(made.times_ms) == [0.0, 60_000.0, 61_000.0, 63_000.0]
    assert not any(map(math.isnan, made.mean))


def test_a_pause_between_samples_is_a_gap() -> None:
    made = joined(Series("a", 2_000), [(0, 1.0), (15_000, 1.0), (120_000, 1.0)])
    assert [math.isnan(value) for value in made.mean] == [False, False, True, False]
