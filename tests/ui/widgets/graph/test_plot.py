"""What is drawn is what was measured, in the theme that is on."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtGui import QColor
from ui.staging import Stage
from ui.widgets.graph.graph_stage import SPEC, START, STEP, data, series, span

from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.palette import DARK, LIGHT
from clawd_desktop.ui.widgets.graph.plot import Plot
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.spec import GraphSpec, Line, Threshold
from clawd_desktop.ui.widgets.graph.tracks import track

pytestmark = pytest.mark.qt


def plot(stage: Stage, spec: GraphSpec = SPEC) -> Plot:
    made = Plot(stage.services.theme, spec)
    made.resize(600, 160)
    made.show()
    return made


def filled(stage: Stage) -> Plot:
    made, given = plot(stage), data()
    made.span = span()
    tracks = [track(one, line) for one, line in zip(given.series, SPEC.lines, strict=True)]
    made.show_tracks(tracks, given.thresholds, given.shades)
    return made


def missing(made: Plot, *wanted: str) -> list[str]:
    """The colours that nothing drawn comes near to: thin lines are blended with their ground."""
    picture = made.grab().toImage()
    pixels = (picture.pixelColor(x, y) for x in range(70, picture.width()) for y in range(136))
    drawn = {pixel.rgb() for pixel in pixels if pixel.alpha() == 255}
    return [one for one in wanted if all(distance(QColor(one), QColor(other)) > 60 for other in drawn)]


def distance(one: QColor, other: QColor) -> int:
    channels = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return sum(abs(a - b) for a, b in channels)


def test_lines_and_thresholds_have_their_colours_and_follow_the_theme(stage: Stage) -> None:
    made = filled(stage)
    assert missing(made, LIGHT.line_1, LIGHT.line_2, LIGHT.warning, "#000000") == ["#000000"]
    stage.services.theme.use("dark")
    assert missing(made, DARK.line_1, DARK.line_2, DARK.warning, LIGHT.line_1) == [LIGHT.line_1]
    made.hide()


def test_nothing_is_drawn_in_a_gap(stage: Stage) -> None:
    made = filled(stage)
    picture = made.grab().toImage()
    left, right = (round(made.place_of(START + n * STEP, 0).x()) for n in (102, 118))
    lines = {LIGHT.line_1.lower()}
    inside = {picture.pixelColor(x, y).name() for x in range(left, right) for y in range(picture.height())}
    outside = {picture.pixelColor(x, y).name() for x in range(right + 20, right + 60) for y in range(160)}
    assert not lines & inside
    assert lines & outside
    made.hide()


def test_pixels_and_moments_are_the_same_place(stage: Stage) -> None:
    made = filled(stage)
    there = made.place_of(START + 150 * STEP, 0.5)
    assert made.moment_at(there.x()) == pytest.approx(START + 150 * STEP, abs=2 * STEP)
    made.hide()


def test_the_cursor_reads_the_values_and_finds_none_in_a_gap(stage: Stage) -> None:
    made = filled(stage)
    first, second = made.values_at(START + 150 * STEP)
    assert first == pytest.approx(0.4 + 0.2 * np.sin(7.5))
    assert second == pytest.approx(0.05)
    assert made.values_at(START + 110 * STEP)[0] is None
    assert made.values_at(START - 3_600_000) == (None, None)
    made.hide()


def test_the_keyboard_goes_from_value_to_value_and_to_the_ends(stage: Stage) -> None:
    made = filled(stage)
    assert made.beside(-2) == START
    made.show_cursor(START + 10 * STEP)
    assert made.beside(1) == START + 11 * STEP
    assert made.beside(-1) == START + 9 * STEP
    assert made.beside(2) == START + 299 * STEP
    made.show_cursor(None)
    assert made.beside(-1) == START + 299 * STEP
    made.hide()


def test_without_values_the_keyboard_has_nowhere_to_go(stage: Stage) -> None:
    assert plot(stage).beside(1) is None


@pytest.mark.parametrize(("limits", "limit", "top"), [(False, 1.0, 0.015), (True, 1.0, 1.0), (False, 0.04, 0.04)])
def test_a_far_threshold_does_not_press_the_line_flat_unless_it_must_be_seen(
    stage: Stage, limits: bool, limit: float, top: float
) -> None:
    spec = GraphSpec("lag", "Lag", Unit.SECONDS, (Line("a", "Lag"),), limits=limits)
    made = plot(stage, spec)
    made.span = span()
    made.show_tracks([track(series(lambda n: 0.01, 300), spec.lines[0])], (Threshold(limit, "Limit"),), ())
    assert made.plotItem.vb.viewRange()[1][1] == pytest.approx(top, rel=0.3)
    made.hide()


def test_panning_through_a_day_is_quick(stage: Stage) -> None:
    spec = GraphSpec("x", "X", Unit.SHARE, tuple(Line(key, key) for key in "abcd"), top=1.0)
    made = plot(stage, spec)
    made.span = Span(START, START + 43_200 * STEP)
    made.show_tracks([track(series(lambda n: (n % 100) / 100, 43_200), line) for line in spec.lines], (), ())
    made.grab()
    begin = time.process_time()
    for number in range(10):
        made.show_span(made.span.moved(-200_000 * number))
        made.grab()
    # At least 30 a second on an idle computer (tests/bench/graph_figures.py); three times that on a busy one.
    assert (time.process_time() - begin) / 10 < 0.1
    made.hide()
