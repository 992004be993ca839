"""The table shows and copies what the graph draws."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from ui.staging import Stage
from ui.widgets.graph.graph_stage import SPEC, series

from clawd_desktop.ui.widgets.graph.grid import grid
from clawd_desktop.ui.widgets.graph.table import GridView
from clawd_desktop.ui.widgets.graph.tracks import track

pytestmark = pytest.mark.qt


def view() -> GridView:
    made = GridView(SPEC)
    made.rows.show_grid(grid([track(series(lambda n: n / 10, 5), line) for line in SPEC.lines]))
    return made


def test_the_newest_row_is_first_and_columns_have_names(stage: Stage) -> None:
    model = view().rows
    assert (model.rowCount(), model.columnCount()) == (5, 3)
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Time"
    assert model.headerData(2, Qt.Orientation.Horizontal) == "Clawd Desktop"
    assert model.data(model.index(0, 1)) == "40 %"
    assert model.data(model.index(4, 1)) == "0.0 %"
    assert model.data(model.index(0, 0), Qt.ItemDataRole.DecorationRole) is None


def test_chosen_rows_are_copied_with_tabs(stage: Stage) -> None:
    made = view()
    made.show()
    made.selectRow(1)
    QTest.keyClick(made, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().split("\t")
    assert copied[1:] == ["30 %", "30 %"]
    made.hide()


def test_a_table_of_nothing_has_no_rows(stage: Stage) -> None:
    assert GridView(SPEC).rows.rowCount() == 0
