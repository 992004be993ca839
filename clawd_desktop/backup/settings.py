"""Turns the `backup` section into what is kept and when backups are made and tried out; pure."""

from __future__ import annotations

import re
from datetime import tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clawd_desktop.backup.retention import Rules
from clawd_desktop.backup.schedule import Plan
from clawd_desktop.backup.wall_times import WallPlan
from clawd_desktop.core.errors import BadInput

if TYPE_CHECKING:  # the section is loaded when it is first needed
    from clawd_desktop.config.schema.backup import Backup

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)B?\s*", re.I)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def zone_of(section: Backup) -> tzinfo | None:
    """The time zone of the plan; None is this computer's. Raises BadInput when it is not known."""
    name = section.schedule.timezone
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(
            f"backup.schedule.timezone: there is no time zone {name[:80]!r}.",
            hint="Write a name such as Europe/Berlin, or leave it out for this computer's.",
        ) from error


def plan_of(section: Backup, *, remote: bool) -> Plan:
    """When backups are made; `remote` says that they leave this computer. Raises BadInput for an unknown time zone."""
    schedule = section.schedule
    when = WallPlan(
        schedule.kind, _minute(schedule.time), _weekdays(schedule.days), schedule.every_hours, zone_of(section)
    )
    return _plan(section, when, section.enabled, remote)


def drill_of(section: Backup, *, remote: bool) -> Plan:
    """When backups are tried out; `remote` says that they are fetched for it. Raises BadInput like `plan_of`."""
    drill = section.drill
    when = WallPlan("weekly", _minute(drill.time), _weekdays((drill.weekly,)), zone=zone_of(section))
    return _plan(section, when, drill.enabled, remote)


def rules_of(section: Backup) -> Rules:
    """What is kept. Raises BadInput for an unknown time zone."""
    kept = section.retention
    return Rules(
        kept.days, kept.daily, kept.weekly, kept.monthly, size_of(kept.max_size or ""),
        MappingProxyType({"restore": kept.before_restore}), zone_of(section),
    )  # fmt: skip


def size_of(text: str) -> int:
    """A size such as 20GB in bytes (1 kB is 1024), 0 for an empty one. Raises BadInput for another text."""
    found = _SIZE.fullmatch(text or "0")
    if found is None:
        raise BadInput(f"{text[:40]!r} is no size.", hint="Write one such as 500MB, 20GB or 1.5TB.")
    return int(float(found[1]) * 1024 ** _POWERS[found[2].lower()])


def _plan(section: Backup, when: WallPlan, enabled: bool, remote: bool) -> Plan:
    return Plan(when, enabled, section.on_battery, section.low_battery, section.on_metered, remote)


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _weekdays(names: tuple[str, ...]) -> frozenset[int]:
    return frozenset(_DAYS.index(name) for name in names)
