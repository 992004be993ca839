"""The small graph shows what was measured and needs no library for it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from ui.staging import Stage

from clawd_desktop.ui.palette import DARK, LIGHT
from clawd_desktop.ui.widgets.sparkline import Sparkline

pytestmark = pytest.mark.qt
STEP = 15_000


def spark(stage: Stage, **more: float) -> Sparkline:
    made = Sparkline(stage.services.theme, "line_1", **more)
    made.resize(100, 36)
    return made


def test_high_is_high_and_late_is_right(stage: Stage) -> None:
    made = spark(stage, top=1.0)
    made.show_values([(0, 0.0), (STEP, 1.0), (2 * STEP, 0.5)], 0, 2 * STEP)
    (piece,) = made.pieces()
    assert [round(point.x()) for point in piece] == [0, 50, 100]
    low, high, middle = (point.y() for point in piece)
    assert high == 2.0
    assert low == 33.0
    assert middle == 17.5


def test_the_scale_follows_the_highest_value_where_none_is_given(stage: Stage) -> None:
    made = spark(stage)
    made.show_values([(0, 10.0), (STEP, 40.0)], 0, STEP)
    assert made.pieces()[0][1].y() == 2.0
    made.show_values([(0, 0.0), (STEP, 0.0)], 0, STEP)
    assert {point.y() for point in made.pieces()[0]} == {33.0}


def test_a_gap_is_a_gap_and_a_single_value_is_seen(stage: Stage) -> None:
    made = spark(stage)
    made.show_values([(0, 1.0), (STEP, 1.0), (40 * STEP, 1.0)], 0, 100 * STEP)
    first, alone = made.pieces()
    assert len(first) == 2
    assert len(alone) == 2


def test_a_spike_is_not_lost_between_pixels(stage: Stage) -> None:
    made = spark(stage, top=1.0)
    made.show_values([(n * 10, 1.0 if n == 777 else 0.0) for n in range(2_000)], 0, 20_000)
    points = [point for piece in made.pieces() for point in piece]
    assert len(points) <= 101
    assert min(point.y() for point in points) == 2.0


@pytest.mark.parametrize(("mode", "tokens"), [("light", LIGHT), ("dark", DARK)])
def test_it_has_the_colour_of_the_theme(stage: Stage, mode: str, tokens: object) -> None:
    stage.services.theme.use(mode)
    made = spark(stage, top=1.0)
    made.show_values([(n, 0.5) for n in range(0, 10 * STEP, STEP)], 0, 9 * STEP)
    picture = made.grab().toImage()
    column = [picture.pixelColor(50, y) for y in range(36)]
    wanted = tokens.line_1.lower()  # type: ignore[attr-defined]
    assert wanted in [colour.name() for colour in column]


def test_nothing_measured_draws_nothing(stage: Stage) -> None:
    made = spark(stage)
    made.show_values([], 0, 1)
    assert made.pieces() == []
    made.grab()


def test_overview_does_not_load_the_graph_library() -> None:
    code = "import clawd_desktop.ui.overview.page, sys; sys.exit(bool({'pyqtgraph', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=50).returncode == 0
