"""A graph with its title, values, table and CSV; before the library is loaded it is a quiet place of the same size."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clawd_desktop.core import safeio
from clawd_desktop.ui import dialogs
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import icon_button
from clawd_desktop.ui.widgets.graph.hands import Hands, Wishes
from clawd_desktop.ui.widgets.graph.legend import Legend
from clawd_desktop.ui.widgets.graph.span import Span
from clawd_desktop.ui.widgets.graph.spec import GraphData, GraphSpec
from clawd_desktop.ui.widgets.graph.ticks import moment_text
from clawd_desktop.ui.widgets.text import label

if TYPE_CHECKING:
    from clawd_desktop.ui.widgets.graph.plot import Plot
    from clawd_desktop.ui.widgets.graph.table import GridView
    from clawd_desktop.ui.widgets.graph.tracks import Track

HEIGHT = 168


class Graph(QWidget):
    """One graph. `wanted` is sent with the Span that a person zooms or pans to, `pointed` with the moment in ms
    that is pointed at (None: no more), `reset` when the person wants to see now again.

    Call `show_plot` once, after `loading.load()`; then `show_data` and `show_span`.
    """

    wanted = Signal(object)
    pointed = Signal(object)
    reset = Signal()

    def __init__(self, theme: Theme, spec: GraphSpec, *, height: int = HEIGHT) -> None:
        super().__init__()
        self._theme = theme
        self.spec = spec
        self.legend = Legend(theme, spec)
        self.plot: Plot | None = None
        self.table: GridView | None = None
        self._data = GraphData(())
        self._span = Span(0, 60_000)
        self._now: tuple[float | None, ...] = tuple(None for _ in spec.lines)
        self._operations = Operations(self)
        self._moment = label("", "caption")
        self._as_table = icon_button(theme, "list", tr("Show as a table"), self.toggle_table)
        self._as_table.setCheckable(True)
        self._as_csv = icon_button(theme, "download", tr("Save as CSV…"), self.save_csv)
        self._views = QStackedWidget()
        self._views.setFixedHeight(round(height * theme.scale))
        rest = QFrame()
        rest.setProperty("role", "skeleton")
        self._views.addWidget(rest)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addLayout(self._head())
        layout.addWidget(self.legend)
        layout.addSpacing(SPACE)
        layout.addWidget(self._views)
        for button in (self._as_table, self._as_csv):
            button.setEnabled(False)

    @property
    def span(self) -> Span:
        """The stretch of time that is shown."""
        return self._span

    def show_plot(self) -> None:
        """Build the drawing; the library must be loaded. Does nothing the second time."""
        if self.plot is not None:
            return
        from clawd_desktop.ui.widgets.graph.plot import Plot

        self.plot = plot = Plot(self._theme, self.spec)
        wishes = Wishes(
            span=lambda: self._span, moment_at=plot.moment_at, show=self.wanted.emit, point=self._point,
            step=self.step, reset=self.reset.emit,
        )  # fmt: skip
        Hands(plot, wishes)
        self._views.addWidget(plot)
        self._views.setCurrentWidget(plot)
        for button in (self._as_table, self._as_csv):
            button.setEnabled(True)
        self.show_data(self._data, self._span)

    def show_data(self, data: GraphData, span: Span) -> None:
        """Draw what was measured, seen from `span`."""
        self._data, self._span = data, span
        self.legend.show_thresholds(data.thresholds)
        if self.plot is None or not data.series:
            return
        from clawd_desktop.ui.widgets.graph.tracks import track

        tracks = [track(series, line) for series, line in zip(data.series, self.spec.lines, strict=True)]
        self.plot.span = span
        self.plot.show_tracks(tracks, data.thresholds, data.shades)
        self._now = tuple(one.last() for one in tracks)
        self._say()
        if self._as_table.isChecked():
            self._fill_table()

    def show_span(self, span: Span) -> None:
        """Look at another stretch of what was given."""
        self._span = span
        if self.plot is not None:
            self.plot.show_span(span)

    def show_now(self, values: tuple[float | None, ...]) -> None:
        """The newest values of the lines, in the graph's unit, where they are newer than what is drawn."""
        self._now = values
        if self.plot is not None and self.plot.cursor_ms is None:
            self._say()

    def show_cursor(self, moment_ms: float | None) -> None:
        """Mark a moment in the drawing and show its values in place of the newest."""
        if self.plot is None or (moment_ms is None and self.plot.cursor_ms is None):
            return
        self.plot.show_cursor(moment_ms)
        self._say()

    def step(self, direction: int) -> None:
        """Move the cursor by one value (-1, 1) or to the ends of what is seen (-2, 2), and say what is there."""
        if self.plot is None:
            return
        moment = self.plot.beside(direction)
        if moment is not None:
            self.wanted.emit(self._span.around(moment))
            self.pointed.emit(moment)
            self.show_cursor(moment)
            self._announce()

    def toggle_table(self) -> None:
        """Change between drawing and table."""
        if self.plot is None:
            return
        if self._as_table.isChecked():
            self._fill_table()
            assert self.table is not None
            self._views.setCurrentWidget(self.table)
        else:
            self._views.setCurrentWidget(self.plot)

    def save_csv(self) -> None:
        """Ask for a file and write what is seen to it."""
        self._operations.start(tr("Save as CSV…"), self._save, busy=self._as_csv)

    def _point(self, moment_ms: float | None) -> None:
        # Beside the drawing, over the values of its axis, nothing is pointed at.
        inside = moment_ms is not None and self._span.since_ms <= moment_ms <= self._span.until_ms
        self.pointed.emit(moment_ms if inside else None)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(SPACE // 2)
        head.addWidget(label(self.spec.title, "heading"))
        head.addStretch(1)
        head.addWidget(self._moment)
        head.addSpacing(SPACE)
        for made in (self._as_table, self._as_csv):
            made.setProperty("role", "small")
            head.addWidget(made)
        return head

    def _values(self) -> tuple[float | None, ...]:
        assert self.plot is not None
        return self._now if self.plot.cursor_ms is None else self.plot.values_at(self.plot.cursor_ms)

    def _say(self) -> None:
        assert self.plot is not None
        values, moment = self._values(), self.plot.cursor_ms
        self.legend.show_values(values)
        when = "" if moment is None else moment_text(moment, self.plot.step_ms())
        self._moment.setText(when)
        self.plot.setAccessibleDescription(f"{when or tr('Now')}: {self.legend.spoken(values)}")

    def _announce(self) -> None:
        assert self.plot is not None
        QAccessible.updateAccessibility(QAccessibleEvent(self.plot, QAccessible.Event.DescriptionChanged))

    def _seen(self) -> list[Track]:
        from clawd_desktop.ui.widgets.graph.tracks import within

        assert self.plot is not None
        return [within(one, self._span) for one in self.plot.whole]

    def _fill_table(self) -> None:
        from clawd_desktop.ui.widgets.graph.grid import grid
        from clawd_desktop.ui.widgets.graph.table import GridView

        if self.table is None:
            self.table = GridView(self.spec)
            self._views.addWidget(self.table)
        self.table.rows.show_grid(grid(self._seen()))

    async def _save(self) -> None:
        from clawd_desktop.ui.widgets.graph.grid import csv_text, grid

        rows = grid(self._seen())
        path = await dialogs.choose_new_file(self, tr("Save as CSV…"), f"{self.spec.id}.csv", suffix="csv")
        if path is not None:
            text = await asyncio.to_thread(csv_text, self.spec, rows)
            await asyncio.to_thread(partial(safeio.write_file, path, text.encode("utf-8")))
