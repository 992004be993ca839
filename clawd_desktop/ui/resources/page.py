"""The Resources page: graphs of the computer and of this program, what is in use, and the processes it started."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import ExitStack

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import AlertChanged, AlertRaised, Event, MetricsSampled
from clawd_desktop.core.tasks import spawn
from clawd_desktop.system.children import Children, end_child
from clawd_desktop.system.containers import read_container
from clawd_desktop.ui.bridge import Bridge
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.resources.feed import Feed
from clawd_desktop.ui.resources.graphs import graph_specs
from clawd_desktop.ui.resources.head import Head
from clawd_desktop.ui.resources.in_use import InUseCards
from clawd_desktop.ui.resources.panes import Panes
from clawd_desktop.ui.resources.processes import ProcessesCard
from clawd_desktop.ui.resources.ranges import RANGES, Range, refresh_ms
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.graph import loading
from clawd_desktop.ui.widgets.graph.graph import Graph
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.ticks import moment_text
from clawd_desktop.ui.widgets.page import column, scrolled
from clawd_desktop.ui.widgets.side_by_side import SideBySide
from clawd_desktop.ui.widgets.states import States

_WIDEST = 1_440
# A person who zooms goes on zooming: the disk is asked when the hand rests.
_REST_MS = 150
_TABLE_WIDTH = 440
_MINUTE_MS = 60_000


class ResourcesPage(QWidget):
    """While it is seen everything is measured every 2 s and drawn; hidden it holds nothing and does nothing."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        operations = services.operations
        self._history = operations.history
        self._feed = Feed(operations.history, operations.alerts)
        self._children = Children()
        self._range = RANGES[0]
        self._span = self._range.span(services.clock.wall_ms())
        self._following = True
        self._fresh: dict[Graph, tuple[Span, int]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._again = False
        self._watching = ExitStack()
        self._ready = False
        self._head = Head(services.theme, self._choose, self._to_now)
        self._panes = Panes(services.theme)
        self._in_use = InUseCards()
        self._processes = ProcessesCard(end_child, self._look)
        self.states = States(services.theme, self._build())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.states)
        self._panes.wanted.connect(self._zoomed)
        self._panes.reset.connect(self._to_now)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._look)
        self._bridge = Bridge(services.bus, (MetricsSampled, AlertRaised, AlertChanged), self._heard, self)
        self._head.show_range(self._range)
        # A page that is deleted while it is seen must not leave the computer measuring for it.
        watching = self._watching
        self.destroyed.connect(lambda: watching.close())

    def refresh(self) -> None:
        """Read everything anew."""
        self._fresh.clear()
        self._look()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Begin to measure closely and to follow."""
        super().showEvent(event)
        self._watching.enter_context(self._services.operations.metrics.watch())
        if not self._ready:
            self.states.loading()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Rest until it is seen again."""
        self._watching.close()
        self._rest.stop()
        super().hideEvent(event)

    def _build(self) -> QScrollArea:
        content, page = column(widest=_WIDEST)
        below = SideBySide(round(_TABLE_WIDTH * self._services.theme.scale))
        below.add(self._in_use.places)
        below.add(self._in_use.caches)
        for part in (self._head, self._panes, below, self._processes):
            page.addWidget(part)
        page.addStretch(1)
        area = scrolled(content, tr("Resources"))
        area.verticalScrollBar().valueChanged.connect(lambda _value: self._rest.start())
        return area

    # What happens.

    def _heard(self, _events: Sequence[Event]) -> None:
        if self.isVisible():
            self._look()

    def _choose(self, chosen: Range) -> None:
        self._range = chosen
        self._to_now()

    def _to_now(self) -> None:
        self._following = True
        self._head.show_range(self._range)
        self._head.show_following(True)
        self._panes.show_span(self._range.span(self._services.clock.wall_ms()))
        self._look()

    def _zoomed(self, span: Span) -> None:
        self._following = False
        self._span = span.within(self._services.clock.wall_ms())
        since, until = (moment_text(moment, _MINUTE_MS) for moment in (self._span.since_ms, self._span.until_ms))
        day, _, hour = until.partition(" ")
        until = hour if since.startswith(day) else until
        self._head.show_following(False, tr("{since} to {until}", since=since, until=until))
        self._panes.show_span(self._span)
        self._rest.start()

    # Reading and showing.

    def _look(self) -> None:
        """Read soon; once more afterwards when it is asked for meanwhile."""
        self._again = True
        if self._reading is None or self._reading.done():
            self._reading = spawn(self._read_all(), name="ui: read resources")

    async def _read_all(self) -> None:
        if not self._ready:
            await self._make_graphs()
        while self._again and self.isVisible():
            self._again = False
            if not self._history.keys():
                text = tr("Nothing measured yet. The first values come within a few seconds.")
                self.states.empty(text, tr("Look again"), self.refresh, icon="resources")
                return
            try:
                await self._show_all()
            except ClawdError as failure:
                self.states.error(failure.message, failure.hint, self.refresh, details=failure.code)
                return
            self.states.normal()

    async def _make_graphs(self) -> None:
        await loading.load()
        limit = (await asyncio.to_thread(read_container)).cpu_cores
        cores = os.cpu_count() or 1
        for spec in graph_specs(min(cores, limit) if limit else cores):
            self._panes.add_graph(spec)
            # Each takes some 20 ms: the gateway has its turn in between.
            await asyncio.sleep(0)
        self._ready = True

    async def _show_all(self) -> None:
        now = self._services.clock.wall_ms()
        if self._following:
            self._span = self._range.span(now)
        first = self.states.state() != "normal"
        for graph in self._panes.graphs if first else self._panes.seen():
            graph.show_now(self._feed.now(graph.spec))
            if self._is_stale(graph, now):
                span = self._span
                graph.show_data(await self._feed.read(graph.spec, span), span)
                self._fresh[graph] = (span, now)
        operations = self._services.operations
        self._in_use.show_now(operations.resources.live(), operations.cache.stats())
        self._processes.show_children(await self._children.read(), now)

    def _is_stale(self, graph: Graph, now_ms: int) -> bool:
        span, read_ms = self._fresh.get(graph, (None, 0))
        if span is None or span.width_ms != self._span.width_ms:
            return True
        if self._following:
            return abs(now_ms - read_ms) >= refresh_ms(span) - _REST_MS
        return span != self._span
