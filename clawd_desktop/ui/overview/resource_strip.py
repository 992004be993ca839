"""The card of resources on Overview: three values with a small graph of the last minutes each."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel

from clawd_desktop.operations.series import Recent
from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.graph.values import value_text
from clawd_desktop.ui.widgets.sparkline import Sparkline
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label

STRETCH_MS = 30 * 60_000


@dataclass(frozen=True, slots=True)
class _Spark:
    """One value; `top` is the upper end of its scale, None for the highest value there was."""

    key: str
    title: str
    unit: Unit
    role: str
    top: float | None = None


SPARKS = (
    _Spark("system.cpuUsage", mark("CPU of this computer"), Unit.SHARE, "line_1", 1.0),
    _Spark("process.memory", mark("Memory of Clawd Desktop"), Unit.BYTES, "line_3"),
    _Spark("loop.lagP95", mark("Loop lag"), Unit.SECONDS, "line_2", 0.25),
)


class ResourceStrip(Card):
    """Shows the newest values; `footer` takes a link. A value that was not measured is a dash, never a zero."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        drawing = StatusDot(theme, 18)
        drawing.show_icon("resources", "accent")
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(drawing)
        head.addWidget(label(tr("Resources"), "heading"))
        head.addStretch(1)
        head.addWidget(label(tr("Last 30 minutes"), "caption"))
        self.footer = QHBoxLayout()
        self._sparks: list[tuple[_Spark, QLabel, Sparkline]] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(6 * SPACE)
        grid.setVerticalSpacing(SPACE)
        for at, spark in enumerate(SPARKS):
            value, line = label("—", "strong"), Sparkline(theme, spark.role, top=spark.top)
            value.setAccessibleName(tr(spark.title))
            line.setAccessibleName(tr("The last 30 minutes of {title}", title=tr(spark.title)))
            grid.addWidget(label(tr(spark.title), "muted"), 0, at)
            grid.addWidget(value, 1, at)
            grid.addWidget(line, 2, at)
            grid.setColumnStretch(at, 1)
            self._sparks.append((spark, value, line))
        self.body.addLayout(head)
        self.body.addSpacing(SPACE)
        self.body.addLayout(grid)
        self.body.addLayout(self.footer)

    def show_recent(self, recent: Recent, now_ms: int) -> None:
        """Show what was measured up to now."""
        since = now_ms - STRETCH_MS
        for spark, value, line in self._sparks:
            text = value_text(recent.latest(spark.key), spark.unit)
            if value.text() != text:
                value.setText(text)
            line.show_values(recent.values(spark.key, since), since, now_ms)
