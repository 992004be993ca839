"""Bands have holes where lines have gaps; alert periods are shaded, also while they last."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from ui.staging import Stage
from ui.widgets.graph.graph_stage import START, series

from clawd_desktop.ui.palette import LIGHT
from clawd_desktop.ui.widgets.graph.layers import Band, Curve, Shades
from clawd_desktop.ui.widgets.graph.spec import Line, Shade
from clawd_desktop.ui.widgets.graph.tracks import track

pytestmark = pytest.mark.qt


def test_a_band_has_one_shape_for_each_stretch_without_a_gap(stage: Stage) -> None:
    band = Band()
    one = track(series(lambda n: math.nan if n == 5 else 1.0, 10, spread=0.5), Line("a", "A"))
    band.show_track((one.times - START) / 1000, one)
    assert len(band._path.toSubpathPolygons()) == 2
    assert (band.boundingRect().top(), band.boundingRect().bottom()) == (0.5, 1.5)


def test_a_curve_has_pieces_between_neighbours_and_a_point_between_gaps(stage: Stage) -> None:
    curve = Curve()
    one = track(series(lambda n: math.nan if n in (3, 5) else float(n), 8), Line("a", "A"))
    curve.show_track((one.times - START) / 1000, one, QRectF(0, 0, 16, 10))
    pieces = [(piece.y1(), piece.y2()) for piece in curve._pieces]
    assert pieces == [(0, 1), (1, 2), (6, 7), (4, 4)]


def test_a_line_of_single_values_has_no_band(stage: Stage) -> None:
    band = Band()
    one = track(series(float, 10), Line("a", "A"))
    band.show_track(one.times / 1000, one)
    assert band._path.isEmpty()


def test_periods_are_shaded_within_the_view_and_marked_at_the_edge(stage: Stage) -> None:
    shades = Shades()
    shades.show_shades((Shade(40_000, 60_000, "Over"), Shade(90_000, None, "Still", "critical")), LIGHT)
    shades.show_view(QRectF(0, 0, 100, 50))
    picture = QImage(100, 50, QImage.Format.Format_RGB32)
    picture.fill("white")
    painter = QPainter(picture)
    shades.paint(painter)
    painter.end()
    tinted = [x for x in range(100) if picture.pixelColor(x, 10).name() != "#ffffff"]
    assert tinted == [*range(40, 60), *range(90, 100)]
    assert picture.pixelColor(95, 49).name().upper() == LIGHT.bad
