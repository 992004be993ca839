"""Rows for the table and CSV."""

from __future__ import annotations

import csv
import math
from datetime import datetime

import pytest
from ui.widgets.graph.graph_stage import SPEC, START, STEP, series

from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.widgets.graph.grid import csv_text, grid
from clawd_desktop.ui.widgets.graph.spec import GraphSpec, Line
from clawd_desktop.ui.widgets.graph.tracks import track

pytestmark = pytest.mark.qt


def test_lines_that_were_measured_at_other_moments_stand_in_their_own_rows() -> None:
    rows = grid([track(series(float, 3), SPEC.lines[0]), track(series(float, 2, step=3_000), SPEC.lines[1])])
    assert [int(moment) - START for moment in rows.times] == [0, 2_000, 3_000, 4_000]
    assert [None if math.isnan(one) else one for one in rows.mean[1]] == [0.0, None, 1.0, None]


def test_csv_has_iso_times_plain_numbers_and_empty_cells_for_gaps() -> None:
    rows = grid([track(series(lambda n: 0.5 if n else math.nan, 2), line) for line in SPEC.lines])
    text = csv_text(SPEC, rows)
    lines = list(csv.reader(text.splitlines()))
    assert lines[0] == ["time", "This computer (share)", "Clawd Desktop (share)"]
    assert lines[1][1:] == ["", ""]
    assert lines[2][1:] == ["0.5", "0.5"]
    assert datetime.fromisoformat(lines[2][0]).timestamp() * 1000 == START + STEP
    assert text.endswith("\r\n")


def test_csv_has_the_extremes_where_a_value_stands_for_many() -> None:
    rows = grid([track(series(lambda n: 0.5, 1, spread=0.25), line) for line in SPEC.lines])
    lines = list(csv.reader(csv_text(SPEC, rows).splitlines()))
    assert lines[0][1:4] == ["This computer (share)", "This computer (share) min", "This computer (share) max"]
    assert lines[1][1:4] == ["0.5", "0.25", "0.75"]


def test_a_name_from_outside_is_no_formula() -> None:
    spec = GraphSpec("x", "X", Unit.COUNT, (Line("a", "=cmd|'/c calc'!A1"),))
    assert csv_text(spec, grid([track(series(float, 1), spec.lines[0])])).splitlines()[0].startswith("time,'=cmd")


def test_nothing_measured_gives_the_heading_alone() -> None:
    assert csv_text(SPEC, grid([track(series(float, 0), line) for line in SPEC.lines])).count("\r\n") == 1
