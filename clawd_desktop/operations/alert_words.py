"""How an alert is put into words, for the screen, a chat and the log."""

from __future__ import annotations

from clawd_desktop.operations.alert_rules import Rule
from clawd_desktop.operations.alert_sinks.port import Kind, Told
from clawd_desktop.operations.alert_store import Alert
from clawd_desktop.operations.alerts import Raised, label_of
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.series import split_key
from clawd_desktop.operations.units import Unit, told


def title_of(rule: Rule, key: str) -> str:
    """What the alert is called."""
    label = label_of(key)
    return f"{rule.title}: {label}" if label else rule.title


def text_of(raised: Raised) -> str:
    """What is wrong, by how much, for how long, and what to do."""
    rule = raised.rule
    lasting = f" for {told(rule.for_s, Unit.SECONDS)}" if rule.for_s else ""
    limit = f"{rule.comparison} {told(rule.value, rule.unit)}{lasting}"
    return f"{_named(raised.key)} is {told(raised.value, rule.unit)}, {limit}. {rule.advice}".strip()


def message(kind: Kind, alert: Alert, now_ms: int) -> Told:
    """What is told of the alert."""
    title, text = alert.title, alert.text
    if kind is Kind.RECOVERED:
        lasted = told(max(0, alert.ended_ms - alert.raised_ms) / 1000, Unit.SECONDS)
        unit = BY_NAME[split_key(alert.key)[0]].unit if split_key(alert.key)[0] in BY_NAME else Unit.COUNT
        title = f"Over: {title}"
        text = f"{_named(alert.key)} is right again after {lasted}; the worst was {told(alert.worst, unit)}."
    elif kind is Kind.ESCALATED:
        waited = told(max(0, now_ms - alert.told_ms) / 1000, Unit.SECONDS)
        text = f"{text} Nobody acknowledged it for {waited}."
    elif alert.flaps:
        text = f"{text} It came back {alert.flaps} times."
    return Told(
        kind, alert.id, alert.rule, alert.severity, title, text, now_ms, alert.key, alert.value, alert.threshold,
        alert.raised_ms, alert.ended_ms,
    )  # fmt: skip


def _named(key: str) -> str:
    name, label = split_key(key)
    metric = BY_NAME.get(name)
    title = metric.title if metric is not None else name
    return f"{title} ({label})" if label else title
