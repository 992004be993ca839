"""Checks of the backups: how old the newest good one is, what failed, which place is away, and the last trial."""

from __future__ import annotations

from clawd_desktop.config.schema import Config
from clawd_desktop.core.backup_facts import BackupFacts
from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.ground import Ground

ID = "traces.backups"
CATEGORY = "traces"
DAY_MS = 86_400_000
# Days between planned ones; one that is missed twice is late.
_EVERY_DAYS = {"daily": 1, "weekly": 7, "hours": 1}
UNPLANNED_DAYS = 14
DRILL_DAYS = 15
_MAKE = "Make one now: clawd-desktop backup create, or on the page Backup & restore."


async def backups(ground: Ground) -> Found:
    """How it stands with the backups."""
    if ground.backups is None:
        return (_finding("unknown", Level.INFO, "Nobody looked at the backups", "", "See: clawd-desktop backup list"),)
    return findings(await ground.backups(), ground.config.config, ground.clock.wall_ms())


def findings(facts: BackupFacts, config: Config, now_ms: int) -> Found:
    """What it means that it stands so."""
    found = (
        _none(facts) if facts.good_ms is None else _old(facts.good_ms, old_after_days(config), now_ms),
        _failed(facts),
        _damaged(facts),
        *(_away(why) for why in facts.away),
        _drill(facts, config, now_ms),
    )
    return tuple(one for one in found if one is not None)


def old_after_days(config: Config) -> int:
    """From which age, in days, the newest good backup is too old for what is planned."""
    plan = config.backup
    return 2 * _EVERY_DAYS[plan.schedule.kind] + 1 if plan.enabled else UNPLANNED_DAYS


def _none(facts: BackupFacts) -> Finding:
    if facts.damaged or facts.failed:
        return _finding("none", Level.ERROR, "There is no good backup", "", _MAKE)
    if facts.unchecked:
        text = f"{facts.unchecked} are there, and nobody has read them back."
        return _finding("none", Level.WARNING, "No backup was checked", text, "See: clawd-desktop backup verify")
    if facts.away:
        text = "What lies in the places that cannot be reached is not known."
        return _finding("none", Level.WARNING, "No backup can be seen", text, "Connect the disk or the share.")
    return _finding("none", Level.INFO, "There is no backup", "", _MAKE)


def _old(good_ms: int, limit_days: int, now_ms: int) -> Finding | None:
    days = (now_ms - good_ms) / DAY_MS
    if days <= limit_days:
        return None
    return _finding("old", Level.WARNING, "The newest good backup is old", f"{days:.0f} days.", _MAKE)


def _failed(facts: BackupFacts) -> Finding | None:
    if not facts.failed:
        return None
    return _finding("failed", Level.WARNING, "The last backup failed", facts.failed, "Mend that, and make one.")


def _damaged(facts: BackupFacts) -> Finding | None:
    if not facts.damaged:
        return None
    text = f"{facts.damaged} of those that were made since the newest good one."
    return _finding("damaged", Level.WARNING, "Backups are damaged", text, "Have a look at the disk, and make one.")


def _away(why: str) -> Finding:
    return _finding("away", Level.WARNING, "A place for backups cannot be used", why,
                    "Connect it, or choose another in Settings.")  # fmt: skip


def _drill(facts: BackupFacts, config: Config, now_ms: int) -> Finding | None:
    if facts.drill is not None and not facts.drill.ok:
        return _finding("drill", Level.ERROR, "The trial of a backup failed", facts.drill.text,
                        "Make a new backup, and have a look at the disk.")  # fmt: skip
    if not config.backup.drill.enabled or facts.good_ms is None:
        return None
    if facts.drill is None:
        text = "That a backup is whole was checked; that it starts was not."
        return _finding("untried", Level.INFO, "No backup was tried out yet", text, "It is done by itself once a week.")
    days = (now_ms - facts.drill.at_ms) / DAY_MS
    if days <= DRILL_DAYS:
        return None
    return _finding("untried", Level.WARNING, "The last trial of a backup is old", f"{days:.0f} days.",
                    "Let Clawd Desktop run at the time of the weekly trial.")  # fmt: skip


def _finding(cause: str, level: Level, title: str, description: str, recommendation: str) -> Finding:
    return Finding(f"{ID}.{cause}", CATEGORY, level, title, description, recommendation)


CHECKS: tuple[Check, ...] = (Check(ID, CATEGORY, "Backups", backups, limit_s=30.0),)
