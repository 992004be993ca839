"""Keeps account of the alerts: what begins, comes back, ends, is acknowledged, and what people must be told now."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from clawd_desktop.core.errors import NotFound
from clawd_desktop.operations.alert_rules import Comparison, Importance, RuleSet
from clawd_desktop.operations.alert_store import MOST_PAST, Alert, Kept
from clawd_desktop.operations.alert_words import text_of, title_of
from clawd_desktop.operations.alerts import Cleared, Raised, Subject
from clawd_desktop.operations.series import Recent

MOST_OPEN = 1_000
# An alert whose series was not measured for so long is over: what it spoke of is gone.
GONE_S = 86_400.0


class State(StrEnum):
    """What has become of an alert."""

    RAISED = "raised"
    AGAIN = "again"
    OVER = "over"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class AlertNews:
    """What has just become of an alert; `tell` says that people are to be told."""

    state: State
    alert: Alert
    tell: bool = False


class AlertBook:
    """Changes `kept`, and says what has changed; does no I/O and takes the time as an argument.

    At most MOST_OPEN alerts are open; what begins beyond that is counted in `beyond` and taken up when there is room.
    """

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.beyond = 0
        self._ended = {alert.subject: alert for alert in kept.past}
        self._seen: dict[Subject, float] = {}

    def take(self, changes: tuple[Raised | Cleared, ...], now_ms: int) -> list[AlertNews]:
        """What a check found."""
        self.beyond = 0
        news: list[AlertNews] = []
        for change in changes:
            if isinstance(change, Cleared):
                opened = self.kept.open.get(change.subject)
                if opened is not None:
                    news.append(self.end(opened, "", now_ms))
            elif len(self.kept.open) >= MOST_OPEN:
                self.beyond += 1
            else:
                news.append(self._begin(change, now_ms))
        return news

    def due(self, rules: RuleSet, now_ms: int, escalate_ms: int) -> list[AlertNews]:
        """What must be told now: alerts that were not told yet, and those that nobody acknowledged in time.

        `escalate_ms` is 0 when nobody is there to escalate to.
        """
        self.kept.snoozed = {rule: until for rule, until in self.kept.snoozed.items() if until > now_ms}
        news: list[AlertNews] = []
        by_id = {rule.id: rule for rule in rules.rules}
        worst = self._worst()
        for alert in tuple(self.kept.open.values()):
            rule = by_id.get(alert.rule)
            if rule is None or alert.acknowledged_ms or alert.rule in self.kept.snoozed:
                continue
            waited = elapsed(now_ms, alert.told_ms)
            if not alert.is_told:
                # Of two that say the same of a series, only the more important one is told.
                if waited >= rule.cooldown_s * 1000 and alert.severity >= worst[alert.key, alert.comparison]:
                    news.append(self._changed(State.RAISED, replace(alert, told_ms=now_ms, is_told=True), tell=True))
            elif escalate_ms and not alert.escalated_ms and waited >= escalate_ms:
                news.append(self._changed(State.ESCALATED, replace(alert, escalated_ms=now_ms), tell=True))
        return news

    def end(self, alert: Alert, because: str, now_ms: int) -> AlertNews:
        """The alert is over; `because` is "" when its values are right again, and people are told then."""
        ended = replace(alert, ended_ms=max(now_ms, alert.raised_ms), ended_because=because, is_told=False)
        self.kept.open.pop(alert.subject, None)
        self.kept.past.append(ended)
        del self.kept.past[:-MOST_PAST]
        self._ended[alert.subject] = ended
        if len(self._ended) > 2 * MOST_PAST:
            self._ended = {one.subject: one for one in self.kept.past}
        return AlertNews(State.OVER, ended, tell=alert.is_told and not because)

    def acknowledge(self, alert: Alert, by: str, now_ms: int) -> AlertNews:
        """Somebody takes care of it: it is not told or escalated any more."""
        return self._changed(State.ACKNOWLEDGED, replace(alert, acknowledged_ms=now_ms, acknowledged_by=by))

    def snooze(self, rule_id: str, until_ms: int) -> list[AlertNews]:
        """Say nothing of the rule until then; 0 ends it."""
        if not until_ms:
            self.kept.snoozed.pop(rule_id, None)
        else:
            self.kept.snoozed[rule_id] = until_ms
        return [
            # What is still so when the snooze ends is told again.
            self._changed(State.SNOOZED, replace(alert, is_told=alert.is_told and not until_ms))
            for alert in tuple(self.kept.open.values())
            if alert.rule == rule_id
        ]

    def get(self, alert_id: str) -> Alert:
        """The alert of that id, open or past. Raises NotFound."""
        for alert in (*self.kept.open.values(), *self.kept.past):
            if alert.id == alert_id:
                return alert
        raise NotFound(f"There is no alert {alert_id[:80]!r}.", hint="See: clawd-desktop alerts")

    def without_rule(self, rules: RuleSet) -> Iterator[Alert]:
        """Open alerts whose rule is gone or off."""
        active = {rule.id for rule in rules.active}
        yield from (alert for alert in tuple(self.kept.open.values()) if alert.rule not in active)

    def look(self, recent: Recent, now_s: float) -> list[Alert]:
        """Remember the worst value of each open alert; returns those whose series was not measured for a day.

        `now_s` is monotonic.
        """
        seen: dict[Subject, float] = {}
        for subject, alert in tuple(self.kept.open.items()):
            value = recent.latest(alert.key)
            seen[subject] = now_s if value is not None else self._seen.get(subject, now_s)
            if value is not None and is_worse(value, alert):
                self.kept.open[subject] = replace(alert, worst=value)
        self._seen = seen
        return [self.kept.open[subject] for subject, at in seen.items() if now_s - at >= GONE_S]

    def _begin(self, raised: Raised, now_ms: int) -> AlertNews:
        before = self._ended.get(raised.subject)
        cooldown_ms = raised.rule.cooldown_s * 1000
        if before is not None and before.told_ms and elapsed(now_ms, before.told_ms) < cooldown_ms:
            # The same trouble again: one alert that comes and goes, not one per swing.
            self.kept.past = [alert for alert in self.kept.past if alert is not before]
            again = replace(before, ended_ms=0, flaps=before.flaps + 1, text=text_of(raised), value=raised.value)
            return self._changed(State.AGAIN, again)
        rule = raised.rule
        return self._changed(
            State.RAISED,
            Alert(
                secrets.token_hex(4), rule.id, raised.key, rule.severity, title_of(rule, raised.key), text_of(raised),
                rule.comparison, rule.value, rule.over_at, raised.value, raised.value, raised.since_ms, now_ms,
            ),
        )  # fmt: skip

    def _worst(self) -> dict[tuple[str, Comparison], Importance]:
        worst: dict[tuple[str, Comparison], Importance] = {}
        for alert in self.kept.open.values():
            side = alert.key, alert.comparison
            worst[side] = max(alert.severity, worst.get(side, Importance.INFO))
        return worst

    def _changed(self, state: State, alert: Alert, *, tell: bool = False) -> AlertNews:
        self.kept.open[alert.subject] = alert
        return AlertNews(state, alert, tell)


def is_worse(value: float, alert: Alert) -> bool:
    """Whether the value is further from the threshold than any before."""
    return value > alert.worst if alert.comparison is Comparison.ABOVE else value < alert.worst


def elapsed(now_ms: int, then_ms: int) -> float:
    """How many ms ago that was; endless when it never was, or when the clock was set back since."""
    return now_ms - then_ms if then_ms and now_ms >= then_ms else float("inf")
