"""From when on the newest backup is too old: as long as the plan leaves between two of them, and half a day more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clawd_desktop.config.schema import Config
from clawd_desktop.config.schema.monitoring import Monitoring, Rule

if TYPE_CHECKING:  # the section is loaded when it is first needed
    from clawd_desktop.config.schema.backup import Backup

RULE = "backup.old"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_S, _LATE_S = 86_400.0, 43_200.0


def with_backup_rule(config: Config) -> Monitoring:
    """The section `monitoring`, in which the rule about old backups fits the plan; what is set by hand stays.

    Without planned backups, and for who wants to be told nothing of them, the rule is off.
    """
    monitoring = config.monitoring
    if not config.raw.get("backup"):
        return monitoring
    fitting = _fitting(config.backup)
    if fitting is None:
        return monitoring
    own = monitoring.rules.get(RULE)
    if own is not None:
        # The end that fits the plan does not fit a value that was set by hand.
        update = {"clear": None} if own.value is not None else {}
        update |= {name: getattr(own, name) for name in own.model_fields_set}
        fitting = fitting.model_copy(update=update)
    return monitoring.model_copy(update={"rules": {**monitoring.rules, RULE: fitting}})


def _fitting(backup: Backup) -> Rule | None:
    """What differs from the rule that is there by default, which fits backups of every day."""
    if not backup.enabled or backup.notify == "never":
        return Rule(enabled=False)
    if backup.schedule.kind != "weekly":
        return None
    gap_s = longest_gap_days(backup.schedule.days) * _DAY_S
    return Rule(value=gap_s + _LATE_S, clear=gap_s)


def longest_gap_days(days: tuple[str, ...]) -> int:
    """The most days between two of these weekdays, 7 when there is one."""
    numbers = sorted({_DAYS.index(day) for day in days})
    return max(later - earlier for earlier, later in zip(numbers, [*numbers[1:], numbers[0] + 7], strict=True))
