"""The rules: each with a switch, what it says, and a way to test, snooze or change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from clawd_desktop.operations.alert_rules import Rule, RuleFault
from clawd_desktop.ui import words
from clawd_desktop.ui.alerts.words import IMPORTANCES, condition
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import icon_button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label, line

# What is wanted (on, off, test, snooze, wake, edit) of which rule.
Wish = Callable[[str, Rule, QWidget], None]
_BUTTONS = (("test", "play", mark("Test: tell this alert now, marked as a test")), ("edit", "edit", mark("Change…")))


class RulesList(Card):
    """Rows of rules, the switched-off ones too; `wish` is called with what is wanted."""

    def __init__(self, theme: Theme, wish: Wish) -> None:
        super().__init__()
        self._theme = theme
        self._wish = wish
        self._shown: object = None
        self.body.setSpacing(3 * SPACE)

    def show_rules(
        self, rules: Sequence[Rule], faults: Sequence[RuleFault], snoozed: Mapping[str, int], now_ms: int
    ) -> None:
        """Show them; built again only when something differs."""
        wanted = (tuple(rules), tuple(faults), dict(snoozed))
        if self._shown == wanted:
            return
        self._shown = wanted
        clear(self.body)
        wrong = {fault.rule: fault.text for fault in faults}
        known = {rule.id for rule in rules}
        for fault in faults:
            if fault.rule not in known:
                self.body.addWidget(self._fault(fault))
                self.body.addWidget(line())
        for number, rule in enumerate(rules):
            if number:
                self.body.addWidget(line())
            self.body.addWidget(self._row(rule, wrong.get(rule.id, ""), snoozed.get(rule.id, 0), now_ms))

    def _row(self, rule: Rule, fault: str, snoozed_until: int, now_ms: int) -> QWidget:
        row = QWidget()
        switch = QCheckBox()
        switch.setChecked(rule.enabled)
        switch.setAccessibleName(tr("Rule: {title}", title=rule.title))
        switch.toggled.connect(lambda on: self._wish("on" if on else "off", rule, switch))
        said = f"{condition(rule)} · {tr(IMPORTANCES[rule.severity][2])}"
        if snoozed_until:
            said += " · " + tr("snoozed until {time}", time=words.moment(snoozed_until, now_ms))
        text = QVBoxLayout()
        text.setSpacing(SPACE // 2)
        text.addWidget(label(tr(rule.title), "strong" if rule.enabled else "muted", wrap=True))
        text.addWidget(label(said, "caption", wrap=True))
        if fault:
            text.addWidget(label(fault, "bad", wrap=True, selectable=True))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(switch, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(text, 1)
        for what, icon, name in self._buttons(bool(snoozed_until)):
            made = icon_button(self._theme, icon, f"{tr(name)} ({rule.title})", lambda: None)
            made.setToolTip(tr(name))
            made.clicked.connect(lambda _=False, what=what, which=made: self._wish(what, rule, which))
            layout.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _buttons(self, snoozed: bool) -> list[tuple[str, str, str]]:
        snooze = (
            ("wake", "alerts", mark("End the snooze")) if snoozed else ("snooze", "clock", mark("Snooze for 1 hour"))
        )
        return [_BUTTONS[0], snooze, _BUTTONS[1]]

    def _fault(self, fault: RuleFault) -> QWidget:
        row = QWidget()
        sign = StatusDot(self._theme)
        sign.show_icon("warning", "warning")
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(label(fault.text, "body", wrap=True, selectable=True), 1)
        return row
