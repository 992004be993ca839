"""The alerts that are not over: what, since when, and what to do about each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.operations.alert_store import Alert
from clawd_desktop.ui.alerts.words import IMPORTANCES, course
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label, line

# What is wanted (acknowledge, snooze, why), of which alert, and the button that asked.
Act = Callable[[str, Alert, QPushButton], None]
MOST = 50
_OPEN = (
    ("acknowledge", mark("Acknowledge"), ""),
    ("snooze", mark("Snooze 1 h"), "quiet"),
    ("why", mark("Why?"), "quiet"),
)
_PAST = (("why", mark("Why?"), "quiet"),)


class AlertList(Card):
    """Rows of alerts; `act` is called with what is wanted."""

    def __init__(self, theme: Theme, act: Act) -> None:
        super().__init__()
        self._theme = theme
        self._act = act
        self._shown: tuple[Alert, ...] | None = None
        self.body.setSpacing(3 * SPACE)

    def show_alerts(self, alerts: Sequence[Alert], now_ms: int) -> None:
        """Show these; built again only when they differ. Many are cut, and said to be."""
        if self._shown == tuple(alerts):
            return
        self._shown = tuple(alerts)
        clear(self.body)
        for number, alert in enumerate(alerts[:MOST]):
            if number:
                self.body.addWidget(line())
            self.body.addWidget(self._row(alert, now_ms))
        if len(alerts) > MOST:
            self.body.addWidget(label(tr("and {count} more", count=f"{len(alerts) - MOST:,}"), "muted"))
        self.setVisible(bool(alerts))

    def _row(self, alert: Alert, now_ms: int) -> QWidget:
        row = QWidget()
        icon, colour, word = IMPORTANCES[alert.severity]
        sign = StatusDot(self._theme)
        sign.show_icon(*((icon, colour) if alert.is_open else ("good", "muted")))
        sign.setToolTip(tr(word))
        text = QVBoxLayout()
        text.setSpacing(SPACE // 2)
        text.addWidget(label(tr(alert.title), "strong", wrap=True))
        text.addWidget(label(alert.text, "muted", wrap=True, selectable=True))
        text.addWidget(label(course(alert, now_ms), "caption", wrap=True))
        if alert.is_open:
            text.addSpacing(SPACE)
            text.addLayout(self._buttons(alert))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(text, 1)
        if not alert.is_open:
            layout.addLayout(self._buttons(alert))
        row.setAccessibleName(f"{tr(word)}: {alert.title}")
        return row

    def _buttons(self, alert: Alert) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        for what, word, role in _OPEN if alert.is_open else _PAST:
            if what == "acknowledge" and alert.acknowledged_ms:
                continue
            made = button(tr(word), lambda: None, role=role)
            made.setAccessibleName(f"{tr(word)}: {alert.title}")
            made.clicked.connect(lambda _=False, what=what, which=made: self._act(what, alert, which))
            row.addWidget(made)
        row.addStretch(1)
        return row
