"""Measures graphs: loading the library, opening a day of 43,200 points in 4 lines, panning it. Offscreen.

Run: python tests/bench/graph_figures.py [--json FILE]; without FILE the figures go to tests/bench/results/graph.json.
Wall time is what a person waits; beside it stands the processor time, which a busy computer does not lengthen.
"""

# ruff: noqa: E402  (the paths come first)
from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

import psutil
from PySide6.QtWidgets import QApplication
from ui.widgets.graph.graph_stage import START, STEP, series

from clawd_desktop.core.tasks import spawn
from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.loop import make_loop
from clawd_desktop.ui.shell import Shell
from clawd_desktop.ui.widgets.graph import loading
from clawd_desktop.ui.widgets.graph.graph import Graph
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.spec import GraphData, GraphSpec, Line, Shade, Threshold

POINTS = 43_200
FRAMES = 120
DAY = Span(START, START + POINTS * STEP)
# Quiet as a processor mostly is, restless as a network, and the worst there can be: full height with each value.
SHAPES: dict[str, Callable[[int], float]] = {
    "quiet": lambda n: 0.3 + 0.2 * math.sin(n / 4_000) + 0.02 * random.random(),
    "restless": lambda n: random.random() ** 4,
    "saw": lambda n: (n % 2) * 0.99,
}


async def load() -> dict[str, float]:
    """Loading the library: how long, how long the loop stood still at most, and how much memory it takes."""
    before = psutil.Process().memory_info().rss
    gaps, begin = [0.0], time.perf_counter()
    task = spawn(loading.load(), name="load")
    last = begin
    while not task.done():
        await asyncio.sleep(0.001)
        gaps.append(time.perf_counter() - last)
        last = time.perf_counter()
    await task
    taken = time.perf_counter() - begin
    grown = (psutil.Process().memory_info().rss - before) / 2**20
    return {"ms": ms(taken), "longest stop ms": ms(max(gaps)), "MiB": round(grown, 1)}


def day(shape: Callable[[int], float]) -> GraphData:
    """A day of four lines, with thresholds and two alert periods."""
    lines = tuple(series(shape, POINTS, key=key) for key in "abcd")
    hour = 3_600_000
    shades = (Shade(START + 2 * hour, START + 3 * hour, "One"), Shade(START + 20 * hour, None, "Two", "critical"))
    return GraphData(lines, (Threshold(0.8, "Warning"), Threshold(0.95, "Critical", "critical")), shades)


def graph(shell: Shell) -> Graph:
    """An empty graph in its place."""
    spec = GraphSpec("day", "Day", Unit.SHARE, tuple(Line(key, key) for key in "abcd"), top=1.0)
    made = Graph(shell.theme, spec, height=240)
    made.resize(900, 320)
    made.show()
    return made


def opened(shell: Shell, data: GraphData) -> tuple[Graph, dict[str, float]]:
    """From the empty place to the first picture of the day."""
    made = graph(shell)
    begin, worked = time.perf_counter(), time.process_time()
    made.show_plot()
    made.show_data(data, DAY)
    made.grab()
    return made, {"ms": ms(time.perf_counter() - begin), "processor ms": ms(time.process_time() - worked)}


def pan(made: Graph) -> dict[str, float]:
    """Frames a second while the day is moved back and forth, each drawn whole."""
    plot = made.plot
    assert plot is not None
    steps: list[float] = []
    begin, worked = time.perf_counter(), time.process_time()
    for frame in range(FRAMES):
        before = time.perf_counter()
        made.show_span(DAY.moved(-400_000 * (frame % 60)))
        plot.grab()
        steps.append(time.perf_counter() - before)
    wall, busy = time.perf_counter() - begin, time.process_time() - worked
    return {
        "frames a second": round(FRAMES / wall, 1),
        "by processor time": round(FRAMES / busy, 1),
        "slowest frame ms": ms(max(steps)),
    }


def ms(seconds: float) -> float:
    """Milliseconds."""
    return round(seconds * 1_000, 1)


async def measure(shell: Shell) -> dict[str, object]:
    """All figures."""
    random.seed(1)
    figures: dict[str, object] = {"load the library": await load()}
    opened(shell, day(lambda n: 0.5))
    for name, shape in SHAPES.items():
        made, figures[f"open, {name}"] = opened(shell, day(shape))
        figures[f"pan, {name}"] = pan(made)
        made.hide()
    return figures


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "graph.json")
    arguments = parser.parse_args()
    shell = Shell(["clawd-desktop"], theme="light", language="en")
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    with asyncio.Runner(loop_factory=lambda: make_loop(application)) as runner:
        figures = runner.run(measure(shell))
    figures["load average"] = round(os.getloadavg()[0], 1)
    for name, value in figures.items():
        print(f"{name:>18}: {value}")
    arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
