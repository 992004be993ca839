"""A graph as a person uses it: read, point, table, CSV, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from ui.staging import Stage, settled, texts
from ui.widgets.graph.graph_stage import SPEC, START, STEP, data, shown, span

from clawd_desktop.ui.widgets.graph.graph import Graph
from clawd_desktop.ui.widgets.graph.span import Span

pytestmark = pytest.mark.qt


@pytest.fixture
def graph(stage: Stage) -> Iterator[Graph]:
    made = Graph(stage.services.theme, SPEC)
    yield made
    made.hide()
    made.deleteLater()


def test_before_the_library_is_loaded_it_is_a_quiet_place_of_the_same_size(graph: Graph) -> None:
    graph.show()
    before = graph.sizeHint()
    graph.show_data(data(), span())
    assert not graph._as_table.isEnabled()
    graph.show_plot()
    assert graph.sizeHint().height() - before.height() < 30
    assert graph._as_table.isEnabled()


def test_it_says_the_newest_values_until_somebody_points(graph: Graph) -> None:
    shown(graph)
    assert "5.0 %" in texts(graph)
    graph.show_now((0.99, 0.5))
    assert {"99 %", "50 %"} <= set(texts(graph))
    graph.show_cursor(START + 110 * STEP)
    assert "—" in texts(graph)
    assert any(text.startswith("20") and text.endswith(("0", "2", "4", "6", "8")) for text in texts(graph))
    graph.show_cursor(None)
    assert "99 %" in texts(graph)


def test_the_keyboard_moves_the_cursor_and_a_screen_reader_hears_the_value(graph: Graph) -> None:
    shown(graph)
    assert graph.plot is not None
    pointed: list[float] = []
    graph.pointed.connect(pointed.append)
    QTest.keyClick(graph.plot, Qt.Key.Key_End)
    assert pointed == [START + 299 * STEP]
    QTest.keyClick(graph.plot, Qt.Key.Key_Left)
    assert pointed[-1] == START + 298 * STEP
    said = graph.plot.accessibleDescription()
    assert "This computer" in said
    assert "Clawd Desktop 5.0 %" in said
    assert graph.plot.accessibleName() == "Graph: CPU"


def test_what_a_person_zooms_to_is_asked_for_and_shown_when_given(graph: Graph) -> None:
    shown(graph)
    wanted: list[Span] = []
    graph.wanted.connect(wanted.append)
    assert graph.plot is not None
    QTest.keyClick(graph.plot, Qt.Key.Key_PageUp)
    assert wanted == [span().moved(-span().width_ms / 2)]
    graph.show_span(wanted[0])
    assert graph.span == wanted[0] == graph.plot.span


def test_the_table_has_the_values_that_are_seen_and_follows(graph: Graph) -> None:
    shown(graph)
    graph._as_table.click()
    assert graph.table is not None
    assert graph._views.currentWidget() is graph.table
    assert graph.table.rows.rowCount() == 300
    graph.show_data(data(200), span(200))
    assert graph.table.rows.rowCount() == 200
    graph._as_table.click()
    assert graph._views.currentWidget() is graph.plot


async def test_csv_is_written_where_the_person_says(graph: Graph, tmp_path: Path) -> None:
    shown(graph)
    graph._as_csv.click()
    await settled(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    dialog.selectFile(str(tmp_path / "cpu.csv"))
    dialog.accept()
    await settled(lambda: (tmp_path / "cpu.csv").exists() and graph._as_csv.isEnabled())
    lines = (tmp_path / "cpu.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 301
    assert lines[0].startswith("time,This computer (share)")


async def test_backing_out_writes_nothing(graph: Graph, tmp_path: Path) -> None:
    shown(graph)
    graph.save_csv()
    await settled(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    QApplication.activeModalWidget().close()
    await settled(graph._as_csv.isEnabled)
    assert list(tmp_path.glob("*.csv")) == []
