"""The Overview page: one sentence that answers "is it fine?", what waits for a person, and the facts behind it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from clawd_desktop.backup.standing import facts_of
from clawd_desktop.core.backup_facts import BackupFacts
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import (
    AlertChanged,
    AlertRaised,
    BackupEnded,
    ConfigChanged,
    ConnectionsChanged,
    DrillEnded,
    Event,
    GatewayChanged,
    NoticesChanged,
    PauseChanged,
    RunAborted,
    RunFailed,
    RunFinished,
    RunStarted,
    SecretsChanged,
    SessionChanged,
)
from clawd_desktop.core.ports import StatusReport
from clawd_desktop.core.tasks import spawn
from clawd_desktop.models.choosing import use_local_server
from clawd_desktop.ui import words
from clawd_desktop.ui.bridge import Bridge
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.overview.attention import Attention
from clawd_desktop.ui.overview.backup_lines import BackupLines
from clawd_desktop.ui.overview.backup_words import attention
from clawd_desktop.ui.overview.facts import CARDS, CardSpec, card_values, measured
from clawd_desktop.ui.overview.pause_button import PauseButton
from clawd_desktop.ui.overview.resource_strip import ResourceStrip
from clawd_desktop.ui.overview.waiting import waiting
from clawd_desktop.ui.overview.welcome import Welcome, needs_welcome
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.services import LocalServer, UiServices
from clawd_desktop.ui.tray_state import Facts, look, sentence
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import FactsCard
from clawd_desktop.ui.widgets.page import column, scrolled
from clawd_desktop.ui.widgets.states import States
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label
from clawd_desktop.ui.widgets.while_seen import WhileSeen

_EVENTS: tuple[type[Event], ...] = (
    GatewayChanged, ConnectionsChanged, ConfigChanged, SecretsChanged, PauseChanged, NoticesChanged, SessionChanged,
    RunStarted, RunFinished, RunFailed, RunAborted, AlertRaised, AlertChanged, BackupEnded, DrillEnded,
)  # fmt: skip
_TICK_MS = 2_000
# Looks into every place for backups.
_BACKUPS_MS = 60_000
OLD_RULE = "backup.old"
# Card id -> action id and word of the buttons below it.
_LINKS = {
    "gateway": (("password.copy", mark("Copy password")),),
    "assistant": (("page:chat", mark("Open chat")), ("settings:models", mark("Change model"))),
    "channels": (("page:channels", mark("Channels")),),
    "sandbox": (("page:sandbox", mark("Sandbox")),),
    "backup": (("page:backup", mark("Backup & restore")),),
    "secrets": (("settings:models", mark("Keys")),),
    "resources": (("page:resources", mark("All graphs")),),
}


class OverviewPage(QWidget):
    """Reads the Status when something happens and every 2 s while it is seen; a hidden page costs nothing."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._operations = Operations(self)
        self._dot = StatusDot(services.theme, 28)
        self._sentence = label("", "title", wrap=True)
        self._sentence.setAccessibleName(tr("State"))
        self._caption = label("", "muted", wrap=True)
        self._pause = PauseButton(services, self._operations)
        self._attention = Attention(services.theme, self._fix)
        self._calm = label(tr("Nothing waits for you."), "muted")
        self._welcome = Welcome(self._open_models, self._use_server, self._open_chat, self._bring_back)
        self._resources = ResourceStrip(services.theme)
        self._backups = BackupLines(services.theme, partial(self._fix, "page:backup"))
        self._backup_facts: BackupFacts | None = None
        self._cards: dict[str, FactsCard] = {}
        self._looked_for_servers = False
        self.states = States(services.theme, self._build())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.states)
        self._tick = WhileSeen(self, self.refresh, _TICK_MS)
        self._slow_tick = WhileSeen(self, self._look_at_backups, _BACKUPS_MS)
        self._bridge = Bridge(services.bus, _EVENTS, self._heard, self)
        self.states.loading()

    def refresh(self) -> None:
        """Measure and show everything now."""
        try:
            report = self._services.status.report()
        except ClawdError as failure:
            self.states.error(failure.message, failure.hint, self.refresh, details=failure.code)
            return
        self._show_report(report)
        self.states.normal()

    def _build(self) -> QWidget:
        content, page = column()
        words_column = QVBoxLayout()
        words_column.setSpacing(SPACE // 2)
        words_column.addWidget(self._sentence)
        words_column.addWidget(self._caption)
        head = QHBoxLayout()
        head.setSpacing(3 * SPACE)
        head.addWidget(self._dot)
        head.addLayout(words_column, 1)
        head.addWidget(self._pause)
        page.addLayout(head)
        page.addWidget(self._welcome)
        waiting = QVBoxLayout()
        waiting.setSpacing(2 * SPACE)
        waiting.addWidget(label(tr("Needs attention"), "heading"))
        waiting.addWidget(self._attention)
        waiting.addWidget(self._calm)
        page.addLayout(waiting)
        self._add_links("resources", self._resources.footer)
        page.addWidget(self._resources)
        page.addLayout(self._card_grid())
        page.addStretch(1)
        return scrolled(content, tr("Overview"))

    def _card_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4 * SPACE)
        for number, spec in enumerate(CARDS):
            grid.addWidget(self._card(spec), number // 2, number % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _card(self, spec: CardSpec) -> FactsCard:
        rows = [(key, tr(name)) for key, name in spec.rows]
        card = FactsCard(self._services.theme, spec.icon, tr(spec.title), rows)
        self._add_links(spec.id, card.footer)
        if spec.id == "backup":
            card.add_above(self._backups)
        self._cards[spec.id] = card
        return card

    def _add_links(self, card: str, footer: QHBoxLayout) -> None:
        footer.setSpacing(3 * SPACE)
        for action, text in _LINKS[card]:
            link = button(tr(text).replace("&", "&&"), lambda: None, role="link")
            link.clicked.connect(lambda _=False, key=action, which=link: self._fix(key, which))
            footer.addWidget(link)
        footer.addStretch(1)

    def _heard(self, events: Sequence[Event]) -> None:
        if not self.isVisible():
            return
        self.refresh()
        if any(isinstance(event, BackupEnded | DrillEnded) for event in events):
            self._look_at_backups()

    def _look_at_backups(self) -> None:
        self._operations.start(tr("Backups"), self._read_backups)

    async def _read_backups(self) -> None:
        try:
            found = await facts_of(self._services.backups)
        except ClawdError:
            found = None  # the page with backups says why
        if isValid(self):
            self._backup_facts = found
            self.refresh()

    def _show_report(self, report: StatusReport) -> None:
        now = self._services.clock.wall_ms()
        notices = self._services.notices.current()
        facts = Facts(report, notices, now)
        self._dot.show_look(look(facts))
        self._sentence.setText(sentence(facts))
        self._caption.setText(
            tr("Version {version}, up for {time}", version=report.version, time=words.duration(report.uptime_s))
        )
        self._pause.show_pause(report.paused_until_ms, now)
        alerts = self._services.operations.alerts
        told = (*notices, *attention(self._backup_facts, notices, now))
        rows = waiting(told, alerts.open(), alerts.snoozed())
        self._attention.show_notices(rows, now)
        self._calm.setHidden(bool(rows))
        self._welcome.setVisible(needs_welcome(report.model))
        rule = alerts.rules().find(OLD_RULE)
        old_after_s = rule.value if rule is not None and rule.enabled else 0
        self._backups.show_facts(self._backup_facts, old_after_s, now)
        history = self._services.operations.history
        self._resources.show_recent(history, now)
        for key, values in card_values(report, measured(history)).items():
            self._cards[key].set_values(values)
        if needs_welcome(report.model) and not self._looked_for_servers:
            self._looked_for_servers = True
            spawn(self._look_for_servers(), name="ui: look for model servers")

    async def _look_for_servers(self) -> None:
        self._welcome.offer(await self._services.find_local_servers())

    def _fix(self, action: str, which: QPushButton) -> None:
        self._operations.start(which.text(), partial(self._services.run_action, action), busy=which)

    def _open_models(self) -> None:
        self._operations.start(tr("Settings"), partial(self._services.run_action, "settings:models"))

    def _open_chat(self) -> None:
        self._operations.start(tr("Chat"), partial(self._services.run_action, "page:chat"))

    def _bring_back(self, which: QPushButton) -> None:
        from clawd_desktop.ui.backup.bring_back import bring_back

        self._operations.start(which.text(), partial(bring_back, self._services, self), busy=which)

    def _use_server(self, server: LocalServer) -> None:
        self._operations.start(tr("Choose a model"), partial(use_local_server, self._services.config, server))
