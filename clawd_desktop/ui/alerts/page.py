"""The page Alerts & quiet hours: what is open, when to be quiet, all rules, and what was."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import AlertChanged, AlertRaised, ConfigChanged, Event
from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.alert_rules import Rule
from clawd_desktop.operations.alert_store import Alert
from clawd_desktop.ui import dialogs
from clawd_desktop.ui.alerts.open_list import AlertList
from clawd_desktop.ui.alerts.quiet_card import QuietCard
from clawd_desktop.ui.alerts.rule_editor import RuleEditor
from clawd_desktop.ui.alerts.rules_list import RulesList
from clawd_desktop.ui.alerts.why import WhyDialog
from clawd_desktop.ui.bridge import Bridge
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.settings.fields import patch_at
from clawd_desktop.ui.widgets.graph import loading
from clawd_desktop.ui.widgets.page import column, scrolled
from clawd_desktop.ui.widgets.states import States
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label
from clawd_desktop.ui.widgets.while_seen import WhileSeen

_EVENTS: tuple[type[Event], ...] = (AlertRaised, AlertChanged, ConfigChanged)
EVERY_MS = 5_000
SNOOZE_S = 3_600
SHOWN_PAST = 20


class AlertsPage(QWidget):
    """Follows the alerts on the bus, and looks every 5 s while it is seen: times go on."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._operations = Operations(self)
        self._calm = _calm(services)
        self.open = AlertList(services.theme, self._act)
        self.past = AlertList(services.theme, self._act)
        self.rules = RulesList(services.theme, self._wish)
        self.quiet = QuietCard(self._save_quiet, self._mute)
        self._told = label("", "caption", wrap=True)
        self._told.hide()
        self._past_heading = label(tr("Before"), "heading")
        self.states = States(services.theme, self._build())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.states)
        self._tick = WhileSeen(self, self.refresh, EVERY_MS)
        self._bridge = Bridge(services.bus, _EVENTS, self._heard, self)
        self.states.loading()

    def refresh(self) -> None:
        """Show everything as it is now."""
        operations, now = self._services.operations, self._services.clock.wall_ms()
        try:
            desk = operations.alerts
            current, past, rules = desk.open(), desk.past(SHOWN_PAST), desk.rules()
            self.quiet.show_quiet(self._services.config.config.monitoring.quiet, operations.quiet.state(), now)
        except ClawdError as failure:
            self.states.error(failure.message, failure.hint, self.refresh, details=failure.code)
            return
        self._calm.setHidden(bool(current))
        self.open.show_alerts(current, now)
        self.past.show_alerts(past, now)
        self._past_heading.setVisible(bool(past))
        self.rules.show_rules(rules.rules, rules.faults, desk.snoozed(), now)
        self.states.normal()

    def _heard(self, _events: Sequence[Event]) -> None:
        if self.isVisible():
            self.refresh()

    def _act(self, what: str, alert: Alert, asked: QPushButton) -> None:
        action = {"acknowledge": self._acknowledge, "snooze": self._snooze_alert, "why": self._why}[what]
        self._operations.start(asked.text(), partial(action, alert), busy=asked)

    async def _acknowledge(self, alert: Alert) -> None:
        self._services.operations.alerts.acknowledge(alert.id, "owner")

    async def _snooze_alert(self, alert: Alert) -> None:
        self._services.operations.alerts.snooze(alert.rule, SNOOZE_S)

    async def _why(self, alert: Alert) -> None:
        why = await self._services.operations.alerts.why(alert.id)
        await loading.load()
        await dialogs.ask(WhyDialog(self._services.theme, why, self._services.clock.wall_ms(), self))

    def _wish(self, what: str, rule: Rule, asked: QWidget) -> None:
        wishes = {"on": self._switch, "off": self._switch, "test": self._test, "edit": self._edit,
                  "snooze": self._snooze, "wake": self._snooze}  # fmt: skip
        self._operations.start(rule.title, partial(wishes[what], what, rule), busy=asked)

    async def _switch(self, what: str, rule: Rule) -> None:
        await self._save_rule(rule, {"enabled": what == "on"})

    async def _snooze(self, what: str, rule: Rule) -> None:
        self._services.operations.alerts.snooze(rule.id, SNOOZE_S if what == "snooze" else 0)
        self.refresh()

    async def _test(self, what: str, rule: Rule) -> None:
        tested = await self._services.operations.alerts.test(rule.id)
        failed = [f"{one.sink}: {one.text}" for one in tested.outcomes if not one.ok]
        told = ", ".join(one.sink for one in tested.outcomes if one.ok)
        said = [tr("Told by {sinks}.", sinks=told)] if told else [tr("Nobody was told.")]
        self._told.show()
        self._told.setText(" ".join([tr("Test of “{title}”.", title=rule.title), *said, *failed]))

    async def _edit(self, what: str, rule: Rule) -> None:
        editor = RuleEditor(rule, self)
        if await dialogs.ask(editor):
            await self._save_rule(rule, editor.patch)

    async def _save_rule(self, rule: Rule, patch: JsonObject) -> None:
        # Not by a dotted path: a rule's id has dots itself.
        await self._merge({"monitoring": {"rules": {rule.id: patch}}})

    def _save_quiet(self, patch: JsonObject) -> None:
        self._operations.start(tr("Quiet hours"), partial(self._merge, patch_at("monitoring.quiet", patch)))

    def _mute(self, seconds: int) -> None:
        self._operations.start(tr("Mute"), partial(self._mute_now, seconds))

    async def _mute_now(self, seconds: int) -> None:
        await self._services.operations.quiet.mute(seconds)
        self.refresh()

    async def _merge(self, patch: JsonObject) -> None:
        config = self._services.config
        await config.merge(patch, config.snapshot().hash)
        self.refresh()

    def _build(self) -> QWidget:
        content, page = column()
        for heading, parts in (
            (label(tr("Open alerts"), "heading"), (self._calm, self.open)),
            (label(tr("Quiet hours"), "heading"), (self.quiet,)),
            (label(tr("Rules"), "heading"), (self._told, self.rules)),
            (self._past_heading, (self.past,)),
        ):
            block = QVBoxLayout()
            block.setSpacing(2 * SPACE)
            block.addWidget(heading)
            for part in parts:
                block.addWidget(part)
            page.addLayout(block)
        page.addStretch(1)
        return scrolled(content, tr("Alerts & quiet hours"))


def _calm(services: UiServices) -> QWidget:
    made = QWidget()
    sign = StatusDot(services.theme)
    sign.show_icon("good", "good")
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2 * SPACE)
    row.addWidget(sign)
    row.addWidget(label(tr("Nothing is wrong: all rules hold."), "muted"))
    row.addStretch(1)
    return made
