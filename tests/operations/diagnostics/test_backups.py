"""What the checks say of backups, from every way in which it can stand with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clawd_desktop.core.backup_facts import BackupFacts, Drill
from clawd_desktop.core.findings import Level
from clawd_desktop.operations.diagnostics import backups
from clawd_desktop.operations.diagnostics.ground import Ground

Grounds = Callable[..., Ground]
NOW = 1_795_000_000_000
DAY = backups.DAY_MS
TRIED = Drill(NOW - DAY, ok=True)
GOOD = BackupFacts(NOW - DAY, NOW - DAY, drill=TRIED)
OFF = "{backup: {enabled: false, drill: {enabled: false}}}"


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (GOOD, {}),
        (BackupFacts(), {"none": Level.INFO}),
        (BackupFacts(unchecked=2), {"none": Level.WARNING}),
        (BackupFacts(damaged=1), {"none": Level.ERROR, "damaged": Level.WARNING}),
        (BackupFacts(failed="Full."), {"none": Level.ERROR, "failed": Level.WARNING}),
        (BackupFacts(away=("X is away.",)), {"none": Level.WARNING, "away": Level.WARNING}),
        (replace(GOOD, good_ms=NOW - 4 * DAY), {"old": Level.WARNING}),
        (replace(GOOD, good_ms=NOW - 2 * DAY), {}),
        (replace(GOOD, failed="Full.", away=("X is away.",)), {"failed": Level.WARNING, "away": Level.WARNING}),
        (replace(GOOD, drill=None), {"untried": Level.INFO}),
        (replace(GOOD, drill=replace(TRIED, at_ms=NOW - 16 * DAY)), {"untried": Level.WARNING}),
        (replace(GOOD, drill=Drill(NOW, ok=False, text="It did not start.")), {"drill": Level.ERROR}),
    ],
)
def test_each_state(grounds: Grounds, facts: BackupFacts, found: dict[str, Level]) -> None:
    said = backups.findings(facts, grounds("{}").config.config, NOW)
    assert {one.id.removeprefix("traces.backups."): one.level for one in said} == found


@pytest.mark.parametrize(
    ("config", "days"),
    [("{}", 3), ('{backup: {schedule: {kind: "weekly"}}}', 15), (OFF, 14)],
)
def test_what_is_old_follows_what_is_planned(grounds: Grounds, config: str, days: int) -> None:
    assert backups.old_after_days(grounds(config).config.config) == days


def test_a_trial_that_is_switched_off_is_not_missed(grounds: Grounds) -> None:
    assert backups.findings(replace(GOOD, drill=None), grounds(OFF).config.config, NOW) == ()


async def test_what_nobody_looked_at_is_not_well(ground: Ground) -> None:
    (one,) = await backups.backups(replace(ground, backups=None))
    assert (one.id, one.level) == ("traces.backups.unknown", Level.INFO)


async def test_the_check_asks(ground: Ground) -> None:
    async def facts() -> BackupFacts:
        return BackupFacts()

    (one,) = await backups.backups(replace(ground, backups=facts))
    assert one.id == "traces.backups.none"
