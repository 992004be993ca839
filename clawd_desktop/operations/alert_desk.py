"""The alerts of the application in one place: watches the measurements by the rules and tells who is to be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clawd_desktop.config.schema.monitoring import Monitoring
from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.notices import Notice, NoticeBoard, Severity
from clawd_desktop.operations import alerts
from clawd_desktop.operations.alert_book import MOST_OPEN, AlertBook, AlertNews, State
from clawd_desktop.operations.alert_dispatch import Dispatcher, Parcel
from clawd_desktop.operations.alert_lane import Outcome
from clawd_desktop.operations.alert_listeners import AlertListeners, Callback
from clawd_desktop.operations.alert_rules import RuleSet, merged
from clawd_desktop.operations.alert_sinks.port import Kind, Told
from clawd_desktop.operations.alert_store import Alert, AlertStore, Kept, newest
from clawd_desktop.operations.alert_watch import AlertWatch
from clawd_desktop.operations.alert_words import message
from clawd_desktop.operations.fine_series import fine_series
from clawd_desktop.operations.series import History, Series
from clawd_desktop.operations.units import Unit, parsed

RULES_NOTICE = "alerts.rules"
STORE_NOTICE = "alerts.store"
MANY_NOTICE = "alerts.many"
LONGEST_SNOOZE_S = 30 * 86_400
MARGIN_MS = 300_000
POINTS = 300
SHOWN_FAULTS = 5
# What becomes true at once and is looked at with every sampling.
FACTS = ("channel.", "gateway.restarts", "agents.failuresPerMinute", "service.")


@dataclass(frozen=True, slots=True)
class Tested:
    """How the test of a rule went at each of its sinks."""

    rule: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Why an alert fired: the stretch of its series from before its begin to after its end, and the limits."""

    alert: Alert
    sentence: str
    series: Series
    begin_ms: int
    end_ms: int


class AlertDesk:
    """Checks all rules every `monitoring.thresholds.checkInterval`, those about facts with every sampling."""

    def __init__(
        self,
        settings: Callable[[], Monitoring],
        history: History,
        store: AlertStore,
        dispatcher: Dispatcher,
        bus: EventBus,
        clock: Clock,
        notices: NoticeBoard,
    ) -> None:
        self._settings = settings
        self._history = history
        self._store = store
        self._dispatcher = dispatcher
        self._bus = bus
        self._clock = clock
        self._notices = notices
        self._listeners = AlertListeners(bus)
        self._rules = RuleSet(())
        self._book = AlertBook(Kept())
        self._waits: alerts.Waits = {}
        self._watch: AlertWatch | None = None

    async def start(self) -> None:
        """Remember what was open, and begin to check."""
        self._book = AlertBook(await self._store.load(MOST_OPEN))
        self._trouble(STORE_NOTICE, "Alerts are not kept", self._store.fault)
        self.configure()
        for alert in self.open():
            if alert.is_told and not alert.acknowledged_ms:
                self._dispatcher.show_again(message(Kind.RAISED, alert, alert.told_ms))
        interval = lambda: self._settings().thresholds.check_interval / 1000  # noqa: E731
        self._watch = AlertWatch(self._bus, self._clock, interval, self.check)

    async def close(self) -> None:
        """Check no more; what is open is kept for the next start."""
        if self._watch is not None:
            await self._watch.close()
        self._store.save(self._book.kept)
        await self._store.close()
        await self._dispatcher.close()

    @property
    def trouble(self) -> str:
        """What keeps the rules from being checked, "" when nothing does."""
        return self._watch.trouble if self._watch is not None else "It was not started."

    async def begin_anew(self) -> None:
        """Check again, whatever the checking hung in."""
        if self._watch is not None:
            await self._watch.begin_anew()

    # What is known.

    def open(self) -> tuple[Alert, ...]:
        """Alerts that are not over, the most important and newest first."""
        return tuple(sorted(self._book.kept.open.values(), key=lambda one: (-one.severity, -one.raised_ms)))

    def past(self, limit: int) -> tuple[Alert, ...]:
        """At most `limit` alerts that are over, the newest first."""
        return newest(self._book.kept.past, limit)

    def rules(self) -> RuleSet:
        """All rules, and those that are off because of a mistake."""
        return self._rules

    def snoozed(self) -> dict[str, int]:
        """Rules that say nothing for a while, and until when in ms."""
        now = self._clock.wall_ms()
        return {rule: until for rule, until in self._book.kept.snoozed.items() if until > now}

    async def why(self, alert_id: str) -> Why:
        """Why it fired. Raises NotFound for an unknown alert, ClawdError when the measurements cannot be read."""
        alert = self._book.get(alert_id)
        begin, end = alert.since_ms, alert.ended_ms or self._clock.wall_ms()
        margin = max(MARGIN_MS, (end - begin) // 4)
        series = await fine_series(self._history, alert.key, begin - margin, end + margin, POINTS)
        rule = self._rules.find(alert.rule)
        return Why(alert, rule.sentence() if rule is not None else alert.text, series, begin, end)

    # What people do.

    def acknowledge(self, alert_id: str, by: str) -> Alert:
        """`by` takes care of it: it is not told again and not escalated. Raises NotFound, BadInput when it is over."""
        alert = self._book.get(alert_id)
        if not alert.is_open:
            raise BadInput(f"The alert {alert_id} is over already.")
        if alert.acknowledged_ms:
            return alert
        news = self._book.acknowledge(alert, by, self._clock.wall_ms())
        self._settle([news])
        return news.alert

    def snooze(self, rule_id: str, seconds: int) -> int:
        """Say nothing of the rule for so long, 0 ends it; returns its end in ms. Raises NotFound, BadInput."""
        self._rules.get(rule_id)
        if not 0 <= seconds <= LONGEST_SNOOZE_S:
            raise BadInput("A rule is snoozed for at most 30 days.", hint="Switch it off in monitoring.rules.")
        until = self._clock.wall_ms() + seconds * 1000 if seconds else 0
        self._settle(self._book.snooze(rule_id, until))
        return until

    async def test(self, rule_id: str) -> Tested:
        """Tell the rule's alert to all its sinks for real, marked as a test; nothing stays open. Raises NotFound."""
        rule = self._rules.get(rule_id)
        now = self._clock.wall_ms()
        text = f"This is a test of the rule {rule.id}: {rule.sentence()}. Nothing is wrong."
        trial = Told(Kind.TEST, f"test-{rule.id}", rule.id, rule.severity, f"Test: {rule.title}", text, now)
        return Tested(rule.id, await self._dispatcher.test(Parcel(trial, rule.sinks)))

    def subscribe(self, callback: Callback) -> Unsubscribe:
        """Call it with all that becomes of alerts; it may be async. One that fails is logged and stops nobody."""
        return self._listeners.subscribe(callback)

    # Checking.

    def configure(self) -> None:
        """Take new settings; open alerts whose rule is gone or off are over."""
        settings = self._settings()
        self._dispatcher.configure(settings.sinks)
        self._rules = merged(settings)
        self._waits.clear()
        unknown = self._dispatcher.unknown(self._rules.active, settings.escalation.sinks)
        faults = [*(fault.text for fault in self._rules.faults), *unknown]
        title = "A mistake in the alert rules" if len(faults) == 1 else f"{len(faults)} mistakes in the alert rules"
        self._trouble(RULES_NOTICE, title, "\n".join(faults[:SHOWN_FAULTS]))
        now = self._clock.wall_ms()
        self._settle([self._book.end(alert, "rule", now) for alert in self._book.without_rule(self._rules)])
        if self._watch is not None:
            self._watch.look()

    def check(self, everything: bool = True) -> None:
        """Check all rules now, or those about facts."""
        rules = self._rules.active
        if not everything:
            rules = tuple(rule for rule in rules if rule.metric.startswith(FACTS))
        now = self._clock.wall_ms()
        changes = alerts.check(rules, self._history, now, self._book.kept.open.keys(), self._waits)
        news = self._book.take(changes, now)
        if everything:
            news += [
                self._book.end(alert, "gone", now) for alert in self._book.look(self._history, self._clock.monotonic())
            ]
            many = f"{self._book.beyond} more than the {MOST_OPEN} that are shown." if self._book.beyond else ""
            self._trouble(MANY_NOTICE, "Very many alerts are open", many)
        self._settle(news)

    def _settle(self, news: list[AlertNews]) -> None:
        """Tell what is new and what is due, and keep it."""
        settings, now = self._settings(), self._clock.wall_ms()
        after_ms = parsed(settings.escalation.after, Unit.SECONDS) * 1000 if settings.escalation.sinks else 0
        due = self._book.due(self._rules, now, round(after_ms))
        sinks = settings.escalation.sinks
        parcels = [told_of(one, self._rules, sinks, now) for one in (*news, *due) if one.tell]
        for one in news:
            if one.state in (State.OVER, State.ACKNOWLEDGED, State.SNOOZED):
                self._dispatcher.take_back(one.alert.id)
        self._dispatcher.tell(parcels)
        self._dispatcher.tick()
        # One that was raised and told at once is one piece of news.
        begun = {one.alert.id for one in news}
        for one in (*news, *(each for each in due if each.alert.id not in begun)):
            self._listeners.pass_on(one)
        if news or due:
            self._store.save(self._book.kept)

    def _trouble(self, notice_id: str, title: str, text: str) -> None:
        if text:
            now = self._clock.wall_ms()
            self._notices.set(Notice(notice_id, Severity.WARNING, title, text, since_ms=now))
        else:
            self._notices.clear(notice_id)


def told_of(news: AlertNews, rules: RuleSet, escalated: tuple[str, ...], now_ms: int) -> Parcel:
    """The message that the news makes, and whom it goes to; `escalated` is where escalations go."""
    if news.state is State.ESCALATED:
        return Parcel(message(Kind.ESCALATED, news.alert, now_ms), escalated)
    rule = rules.find(news.alert.rule)
    kind = Kind.RECOVERED if news.state is State.OVER else Kind.RAISED
    return Parcel(message(kind, news.alert, now_ms), rule.sinks if rule is not None else None)
