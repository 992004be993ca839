"""What a graph is given comes from the history as it is: fine where there are samples, coarse before, gaps as gaps."""

from __future__ import annotations

import math

import pytest
from ui.staging import NOW, Stage

from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.resources.feed import Feed
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
