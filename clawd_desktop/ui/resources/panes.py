"""The graphs of the page in their cards, side by side where there is room: one span and one cursor for all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.graph.graph import Graph
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.spec import GraphSpec
from clawd_desktop.ui.widgets.side_by_side import SideBySide

_NARROWEST = 330


class Panes(SideBySide):
    """A grid of graphs. `wanted` and `reset` are those of its graphs; pointing at one points at all."""

    wanted = Signal(object)
    reset = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(round(_NARROWEST * theme.scale))
        self._theme = theme
        self.graphs: list[Graph] = []

    def add_graph(self, spec: GraphSpec) -> Graph:
        """One more graph, with its drawing; the library must be loaded."""
        graph, card = Graph(self._theme, spec), Card()
        card.body.addWidget(graph)
        graph.show_plot()
        graph.wanted.connect(self.wanted.emit)
        graph.reset.connect(self.reset.emit)
        graph.pointed.connect(self._point)
        self.graphs.append(graph)
        self.add(card)
        return graph

    def seen(self) -> Sequence[Graph]:
        """The graphs that are on the screen: those outside need no work."""
        return [graph for graph in self.graphs if not graph.visibleRegion().isEmpty()]

    def show_span(self, span: Span) -> None:
        """Look at this stretch with all of them."""
        for graph in self.graphs:
            graph.show_span(span)

    def _point(self, moment_ms: float | None) -> None:
        for graph in self.graphs:
            graph.show_cursor(moment_ms)
