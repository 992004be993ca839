"""The dialog that shows why an alert fired: the stretch of its graph with the limit and the time it stood."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from clawd_desktop.operations.alert_desk import Why
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.series import split_key
from clawd_desktop.ui.alerts.words import course, title_of
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.graph.graph import Graph
from clawd_desktop.ui.widgets.graph.span import NARROWEST_MS, Span
from clawd_desktop.ui.widgets.graph.spec import GraphData, GraphSpec, Line, Shade, Threshold
from clawd_desktop.ui.widgets.text import label

_SIZE = (720, 420)


class WhyDialog(QDialog):
    """`why` is what the alert desk found; the graph's library must be loaded before."""

    def __init__(self, theme: Theme, why: Why, now_ms: int, parent: QWidget | None) -> None:
        super().__init__(parent)
        alert = why.alert
        self.setWindowTitle(tr("Why did this fire?"))
        self.resize(*_SIZE)
        unit = BY_NAME[split_key(alert.key)[0]].unit
        title = title_of(alert.key)
        self.graph = Graph(theme, GraphSpec(f"why.{alert.key}", title, unit, (Line(alert.key, title),), limits=True))
        severity = alert.severity.word
        data = GraphData(
            (why.series,),
            (Threshold(alert.threshold, tr("Limit"), severity),),
            (Shade(why.begin_ms, alert.ended_ms or None, alert.title, severity),),
        )
        times = why.series.times_ms
        begin, end = (int(times[0]), int(times[-1])) if times else (why.begin_ms, why.end_ms)
        self.graph.show_plot()
        self.graph.show_data(data, Span(begin, max(end, begin + NARROWEST_MS)))
        buttons = QDialogButtonBox()
        buttons.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(label(tr(alert.title), "heading", wrap=True))
        layout.addWidget(label(why.sentence, "body", wrap=True))
        layout.addWidget(label(course(alert, now_ms), "muted", wrap=True))
        layout.addWidget(self.graph, 1)
        layout.addWidget(buttons)
