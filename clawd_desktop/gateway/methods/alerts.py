"""Methods about alerts: what is open and was, by which rules and why, and what people do about it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from pydantic import Field

from clawd_desktop.gateway.methods.table import Call, Client, Method, NoParams, Params, Scope
from clawd_desktop.gateway.results.alerts import (
    AlertList,
    AlertReason,
    AlertRow,
    PastAlerts,
    QuietState,
    RuleList,
    RuleRow,
    RuleTested,
    Severity,
    SinkOutcome,
    Snoozed,
)
from clawd_desktop.operations.alert_desk import AlertDesk
from clawd_desktop.operations.alert_lane import Outcome
from clawd_desktop.operations.alert_rules import Importance, Rule
from clawd_desktop.operations.alert_store import Alert
from clawd_desktop.operations.alerts import label_of
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.quiet import QuietDesk
from clawd_desktop.operations.series import split_key

USUAL_PAST = 100
MOST_PAST = 1_000
_SEVERITIES: dict[Importance, Severity] = {
    Importance.INFO: "info", Importance.WARNING: "warning", Importance.CRITICAL: "critical",
}  # fmt: skip


class PastParams(Params):
    """How many at most."""

    limit: int = Field(default=USUAL_PAST, ge=1, le=MOST_PAST)


class AlertParams(Params):
    """An alert."""

    id: str = Field(min_length=1, max_length=64)


class RuleParams(Params):
    """A rule."""

    rule: str = Field(min_length=1, max_length=100)


class SnoozeParams(RuleParams):
    """A rule, and for how many seconds it says nothing; 0 ends that."""

    seconds: int = Field(ge=0, le=30 * 86_400)


class AlertMethods:
    """What the desk knows and does."""

    def __init__(self, desk: AlertDesk, quiet: QuietDesk) -> None:
        self._desk = desk
        self._quiet = quiet

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        read, admin = Scope.READ, Scope.ADMIN
        return (
            Method("alerts.list", read, NoParams, self.current, listed=False, result=AlertList),
            Method("alerts.past", read, PastParams, self.past, listed=False, result=PastAlerts),
            Method("alerts.rules", read, NoParams, self.rules, listed=False, result=RuleList),
            Method("alerts.why", read, AlertParams, self.why, listed=False, result=AlertReason),
            Method("alerts.acknowledge", admin, AlertParams, self.acknowledge, listed=False, result=AlertRow),
            Method("alerts.snooze", admin, SnoozeParams, self.snooze, listed=False, result=Snoozed),
            Method("alerts.test", admin, RuleParams, self.test, listed=False, result=RuleTested),
        )

    def current(self, call: Call, params: NoParams) -> AlertList:
        """What is open, what is snoozed, and whether it is quiet."""
        opened = [row_of(alert) for alert in self._desk.open()]
        return {"open": opened, "snoozed": self._desk.snoozed(), "quiet": quiet_of(self._quiet)}

    def past(self, call: Call, params: PastParams) -> PastAlerts:
        """What is over."""
        return {"past": [row_of(alert) for alert in self._desk.past(params.limit)]}

    def rules(self, call: Call, params: NoParams) -> RuleList:
        """All rules."""
        known, snoozed = self._desk.rules(), self._desk.snoozed()
        return {
            "rules": [rule_row(rule, snoozed.get(rule.id, 0)) for rule in known.rules],
            "faults": [{"rule": fault.rule, "text": fault.text} for fault in known.faults],
        }

    async def why(self, call: Call, params: AlertParams) -> AlertReason:
        """Why an alert fired."""
        why = await self._desk.why(params.id)
        return {
            "alert": row_of(why.alert),
            "sentence": why.sentence,
            "beginMs": why.begin_ms,
            "endMs": why.end_ms,
            "stepMs": why.series.step_ms,
            "times": [round(at) for at in why.series.times_ms],
            "low": _numbers(why.series.low),
            "mean": _numbers(why.series.mean),
            "high": _numbers(why.series.high),
        }

    def acknowledge(self, call: Call, params: AlertParams) -> AlertRow:
        """Whoever asks takes care of it."""
        return row_of(self._desk.acknowledge(params.id, name_of(call.client)))

    def snooze(self, call: Call, params: SnoozeParams) -> Snoozed:
        """Nothing is said of a rule for a while."""
        return {"rule": params.rule, "untilMs": self._desk.snooze(params.rule, params.seconds)}

    async def test(self, call: Call, params: RuleParams) -> RuleTested:
        """A rule's alert is told to all its sinks, marked as a test."""
        tested = await self._desk.test(params.rule)
        return {"rule": tested.rule, "sinks": [_outcome(one) for one in tested.outcomes]}


def row_of(alert: Alert) -> AlertRow:
    """The alert on the wire."""
    metric = BY_NAME.get(split_key(alert.key)[0])
    row: AlertRow = {
        "id": alert.id,
        "rule": alert.rule,
        "metric": alert.key,
        "severity": _SEVERITIES[alert.severity],
        "title": alert.title,
        "text": alert.text,
        "comparison": alert.comparison.value,
        "threshold": alert.threshold,
        "clear": alert.over_at,
        "value": alert.value,
        "worst": alert.worst,
        "unit": metric.unit.value if metric is not None else "",
        "sinceMs": alert.since_ms,
        "raisedMs": alert.raised_ms,
        "flaps": alert.flaps,
    }
    if label := label_of(alert.key):
        row["label"] = label
    if alert.ended_ms:
        row["endedMs"] = alert.ended_ms
    if alert.ended_because:
        row["endedBecause"] = alert.ended_because
    if alert.acknowledged_ms:
        row["acknowledgedMs"] = alert.acknowledged_ms
        row["acknowledgedBy"] = alert.acknowledged_by
    if alert.escalated_ms:
        row["escalatedMs"] = alert.escalated_ms
    return row


def rule_row(rule: Rule, snoozed_until_ms: int) -> RuleRow:
    """The rule on the wire."""
    row: RuleRow = {
        "id": rule.id,
        "title": rule.title,
        "sentence": rule.sentence(),
        "metric": rule.metric,
        "comparison": rule.comparison.value,
        "value": rule.value,
        "clear": rule.over_at,
        "unit": rule.unit.value,
        "forS": rule.for_s,
        "cooldownS": rule.cooldown_s,
        "severity": _SEVERITIES[rule.severity],
        "enabled": rule.enabled,
    }
    if rule.sinks is not None:
        row["sinks"] = [*rule.sinks]
    if snoozed_until_ms:
        row["snoozedUntilMs"] = snoozed_until_ms
    return row


def quiet_of(quiet: QuietDesk) -> QuietState:
    """Whether it is quiet, on the wire."""
    now = quiet.state()
    state: QuietState = {"on": now.on}
    if now.because:
        state["because"] = now.because
    if now.until_ms:
        state["untilMs"] = now.until_ms
    if now.follows_system is not None:
        state["system"] = now.follows_system
    return state


def name_of(client: Client) -> str:
    """Who acknowledges, for people."""
    return client.display_name or client.client_id


def _outcome(outcome: Outcome) -> SinkOutcome:
    row: SinkOutcome = {"sink": outcome.sink, "ok": outcome.ok}
    if outcome.text:
        row["text"] = outcome.text
    return row


def _numbers(values: Iterable[float]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values]
