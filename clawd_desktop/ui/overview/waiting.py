"""What waits for a person: notices that ask for something, and open alerts that no notice tells of; pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from clawd_desktop.core.notices import Notice, NoticeAction, Severity
from clawd_desktop.operations.alert_rules import Importance
from clawd_desktop.operations.alert_sinks.screen import PREFIX, SNOOZE_S
from clawd_desktop.operations.alert_store import Alert

_SEVERITIES = {
    Importance.INFO: Severity.INFO, Importance.WARNING: Severity.WARNING, Importance.CRITICAL: Severity.ERROR,
}  # fmt: skip


def waiting(notices: Sequence[Notice], alerts: Sequence[Alert], snoozed: Collection[str]) -> tuple[Notice, ...]:
    """The rows of the list, the most important first.

    An alert that quiet hours held back, or whose sinks do not reach this screen, stands here all the same; one that
    somebody takes care of, or whose rule is among the `snoozed`, does not.
    """
    shown = [notice for notice in notices if notice.severity > Severity.INFO or notice.actions]
    told = {notice.id for notice in notices}
    silent = [
        _as_notice(alert)
        for alert in alerts
        if not alert.acknowledged_ms and alert.rule not in snoozed and PREFIX + alert.id not in told
    ]
    return tuple(sorted([*shown, *silent], key=lambda one: (-one.severity, one.since_ms, one.id)))


def _as_notice(alert: Alert) -> Notice:
    actions = (
        NoticeAction(f"{PREFIX}acknowledge:{alert.id}", "Acknowledge"),
        NoticeAction(f"{PREFIX}snooze:{alert.rule}:{SNOOZE_S}", "Snooze 1 h"),
        NoticeAction("page:alerts", "Show"),
    )
    return Notice(PREFIX + alert.id, _SEVERITIES[alert.severity], alert.title, alert.text, actions, alert.raised_ms)
