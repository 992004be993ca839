"""What a graph is given comes from the history as it is: fine where there are samples, coarse before, gaps as gaps."""

from __future__ import annotations

import math
from array import array

import pytest
from ui.staging import NOW, Stage

from clawd_desktop.operations.series import Series
from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.resources.feed import Feed, joined
from clawd_desktop.ui.resources.graphs import graph_specs
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.spec import GraphSpec, Line

pytestmark = pytest.mark.qt
SPEC = GraphSpec("x", "X", Unit.SHARE, (Line("system.cpuUsage", "CPU", factor=2.0),))


def feed(stage: Stage) -> Feed:
    operations = stage.services.operations
    return Feed(operations.history, operations.alerts)


async def test_samples_are_shown_as_they_were_measured(stage: Stage) -> None:
    history = stage.services.operations.history
    for number in range(100):
        history.add(NOW - 200_000 + number * 2_000, {"system.cpuUsage": number / 100})
    given = await feed(stage).read(SPEC, Span(NOW - 300_000, NOW))
    assert list(given.series[0].mean) == [number / 100 for number in range(100)]
    assert feed(stage).now(SPEC) == (0.99 * 2,)
    await history.close()


async def test_what_is_older_than_the_memory_comes_from_the_disk(stage: Stage) -> None:
    history = stage.services.operations.history
    for number in range(3_600):
        history.add(NOW - 7_200_000 + number * 2_000, {"system.cpuUsage": 0.5})
    given = await feed(stage).read(SPEC, Span(NOW - 3_600_000, NOW))
    series = given.series[0]
    assert series.times_ms[0] < NOW - 7_000_000
    assert {value for value in series.mean if not math.isnan(value)} == {0.5}
    assert list(series.times_ms) == sorted(series.times_ms)
    assert not any(map(math.isnan, series.mean))
    await history.close()


async def test_growth_has_no_newest_value_of_its_own(stage: Stage) -> None:
    (tokens,) = [spec for spec in graph_specs(1) if spec.id == "tokens"]
    stage.services.operations.history.add(NOW, {"agents.tokenUsage.input": 500.0})
    assert feed(stage).now(tokens) == (None, None)


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
