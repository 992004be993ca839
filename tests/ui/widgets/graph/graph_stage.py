"""Series with real shapes for tests of graphs, and a graph that stands on the screen."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable

from clawd_desktop.operations.series import Series
from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.widgets.graph.graph import Graph
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.spec import GraphData, GraphSpec, Line, Shade, Threshold

START = 1_760_000_000_000
STEP = 2_000
SPEC = GraphSpec("cpu", "CPU", Unit.SHARE, (Line("a", "This computer"), Line("b", "Clawd Desktop")), top=1.0)


def series(
    value: Callable[[int], float], count: int, *, key: str = "a", step: int = STEP, spread: float = 0.0
) -> Series:
    """`count` values from START on; `spread` lies below and above each."""
    times, mean = array("d", (START + n * step for n in range(count))), array("d", map(value, range(count)))
    low, high = (array("d", (one + way * spread for one in mean)) for way in (-1, 1))
    return Series(key, step, times, low, mean, high)


def wave(n: int) -> float:
    """Up and down, with a gap between 100 and 120."""
    return math.nan if 100 <= n < 120 else 0.4 + 0.2 * math.sin(n / 20)


def data(count: int = 300) -> GraphData:
    """Two lines, a threshold and the period of an alert."""
    lines = (series(wave, count), series(lambda n: 0.05, count, key="b"))
    shade = Shade(START + 50 * STEP, START + 80 * STEP, "CPU is busy")
    return GraphData(lines, (Threshold(0.8, "Warning"),), (shade,))


def span(count: int = 300) -> Span:
    """All of it."""
    return Span(START, START + count * STEP)


def shown(graph: Graph, count: int = 300) -> Graph:
    """The graph on the screen with its data drawn."""
    graph.resize(600, 280)
    graph.show()
    graph.show_plot()
    graph.show_data(data(count), span(count))
    return graph
