"""The graphs of the page in their cards, side by side where there is room: one span and one cursor for all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.graph.graph import Graph
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.spec import GraphSpec

_NARROWEST = 330


class Panes(QWidget):
    """A grid of graphs. `wanted` and `reset` are those of its graphs; pointing at one points at all."""

    wanted = Signal(object)
    reset = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._cards: list[Card] = []
        self.graphs: list[Graph] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4 * SPACE)

    def add(self, spec: GraphSpec) -> Graph:
        """One more graph, with its drawing; the library must be loaded."""
        graph, card = Graph(self._theme, spec), Card()
        card.body.addWidget(graph)
        graph.show_plot()
        graph.wanted.connect(self.wanted.emit)
        graph.reset.connect(self.reset.emit)
        graph.pointed.connect(self._point)
        self.graphs.append(graph)
        self._cards.append(card)
        self._place()
        return graph

    def seen(self) -> Sequence[Graph]:
        """The graphs that are on the screen: those outside need no work."""
        return [graph for graph in self.graphs if not graph.visibleRegion().isEmpty()]

    def show_span(self, span: Span) -> None:
        """Look at this stretch with all of them."""
        for graph in self.graphs:
            graph.show_span(span)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Put them side by side, or below each other."""
        super().resizeEvent(event)
        if self._fitting() != self._columns:
            self._place()

    def _fitting(self) -> int:
        return 2 if self.width() >= 2 * round(_NARROWEST * self._theme.scale) + 4 * SPACE else 1

    def _place(self) -> None:
        self._columns = self._fitting()
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, number // self._columns, number % self._columns)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)

    def _point(self, moment_ms: float | None) -> None:
        for graph in self.graphs:
            graph.show_cursor(moment_ms)
