"""Graphs stand side by side where there is room, and move and point together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from ui.staging import Stage
from ui.widgets.graph.graph_stage import SPEC, START, STEP, data, span

from clawd_desktop.ui.resources.panes import Panes
from clawd_desktop.ui.widgets.graph.span import Span

pytestmark = pytest.mark.qt


@pytest.fixture
def panes(stage: Stage) -> Iterator[Panes]:
    made = Panes(stage.services.theme)
    for _ in range(3):
        made.add_graph(SPEC).show_data(data(), span())
    made.show()
    yield made
    made.hide()
    made.deleteLater()


@pytest.mark.parametrize(("width", "columns"), [(1_000, 2), (600, 1)])
def test_they_stand_side_by_side_where_there_is_room(panes: Panes, width: int, columns: int) -> None:
    panes.resize(width, 900)
    panes._grid.activate()
    assert len({card.x() for card in panes._parts}) == columns


def test_pointing_at_one_points_at_all(panes: Panes) -> None:
    plot = panes.graphs[1].plot
    assert plot is not None
    QTest.keyClick(plot, Qt.Key.Key_End)
    cursors = [graph.plot.cursor_ms for graph in panes.graphs if graph.plot is not None]
    assert cursors == [START + 299 * STEP] * 3
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert [graph.plot.cursor_ms for graph in panes.graphs if graph.plot is not None] == [None] * 3


def test_what_one_asks_for_is_asked_of_the_page_and_shown_by_all(panes: Panes) -> None:
    wanted: list[Span] = []
    reset: list[bool] = []
    panes.wanted.connect(wanted.append)
    panes.reset.connect(lambda: reset.append(True))
    plot = panes.graphs[2].plot
    assert plot is not None
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    QTest.keyClick(plot, Qt.Key.Key_0)
    assert reset == [True]
    panes.show_span(wanted[0])
    assert {graph.span for graph in panes.graphs} == {wanted[0]}


def test_what_is_not_on_the_screen_is_not_seen(panes: Panes) -> None:
    assert len(panes.seen()) == 3
    panes.hide()
    assert panes.seen() == []
