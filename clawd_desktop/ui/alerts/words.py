"""Alerts and rules in words for people, in the language that is on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from clawd_desktop.config.schema.monitoring import QuietHours, Weekday
from clawd_desktop.operations.alert_rules import Comparison, Importance, Rule
from clawd_desktop.operations.alert_store import Alert
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.quiet import Quietness
from clawd_desktop.operations.series import split_key
from clawd_desktop.operations.units import Unit, told
from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import mark, tr

DAYS: tuple[str, ...] = get_args(Weekday)
DAY_NAMES = {
    "mon": mark("Mon"), "tue": mark("Tue"), "wed": mark("Wed"), "thu": mark("Thu"), "fri": mark("Fri"),
    "sat": mark("Sat"), "sun": mark("Sun"),
}  # fmt: skip
# Icon, colour, word.
IMPORTANCES = {
    Importance.INFO: ("info", "info", mark("Information")),
    Importance.WARNING: ("warning", "warning", mark("Warning")),
    Importance.CRITICAL: ("error", "bad", mark("Critical")),
}
_ENDS = {
    "rule": mark("its rule was changed or switched off"),
    "gone": mark("it was not measured any more"),
}


def condition(rule: Rule) -> str:
    """When the rule holds, such as "CPU above 80 % for 60 s"."""
    name = title_of(rule.metric)
    value = told(rule.value, rule.unit)
    said = (
        tr("{metric} above {value}", metric=name, value=value)
        if rule.comparison is Comparison.ABOVE
        else tr("{metric} below {value}", metric=name, value=value)
    )
    return tr("{condition} for {time}", condition=said, time=told(rule.for_s, Unit.SECONDS)) if rule.for_s else said


def title_of(key: str) -> str:
    """The metric's name, with the label of the series."""
    name, label = split_key(key)
    metric = BY_NAME.get(name)
    title = tr(metric.title) if metric is not None else name
    return f"{title} ({label})" if label else title


def course(alert: Alert, now_ms: int) -> str:
    """What became of an alert, in one line."""
    unit = BY_NAME[split_key(alert.key)[0]].unit
    said = [tr("worst {value}", value=told(alert.worst, unit))]
    if alert.is_open:
        said.append(tr("since {time}", time=words.moment(alert.raised_ms, now_ms)))
    else:
        lasting = words.duration((alert.ended_ms - alert.raised_ms) / 1000)
        said.append(tr("{when}, for {time}", when=words.moment(alert.raised_ms, now_ms), time=lasting))
    if alert.acknowledged_ms:
        said.append(tr("acknowledged by {who}", who=alert.acknowledged_by))
    if alert.escalated_ms:
        said.append(tr("passed on"))
    if because := _ENDS.get(alert.ended_because):
        said.append(tr(because))
    return " · ".join(said)


def quiet_sentence(state: Quietness, now_ms: int) -> str:
    """Whether it is quiet now, and why."""
    if not state.on:
        return tr("Notifications are on.")
    if state.because == "muted":
        return tr("Muted until {time}.", time=words.moment(state.until_ms, now_ms))
    if state.because == "hours":
        return tr("Quiet hours until {time}.", time=words.moment(state.until_ms, now_ms))
    return tr("Quiet: the system's Do Not Disturb is on.")


def hours_sentence(hours: QuietHours) -> str:
    """One stretch of quiet hours."""
    return tr("{from_} to {to}, {days}", from_=hours.from_, to=hours.to, days=days_sentence(hours.days))


def days_sentence(days: Sequence[str]) -> str:
    """Days of the week as people say them."""
    chosen = tuple(day for day in DAYS if day in days)
    if chosen == DAYS:
        return tr("every day")
    if chosen == DAYS[:5]:
        return tr("Monday to Friday")
    return ", ".join(tr(DAY_NAMES[day]) for day in chosen)
