"""The lines of the Overview: never good when it is not, and unknown when nobody knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clawd_desktop.core.backup_facts import BackupFacts, Drill
from clawd_desktop.core.notices import Notice, Severity
from clawd_desktop.ui.overview.backup_words import attention, last_drill, newest

pytestmark = pytest.mark.qt
NOW = 1_795_000_000_000
HOUR, DAY = 3_600_000, 86_400_000
GOOD = BackupFacts(NOW - 2 * HOUR, NOW - 2 * HOUR)
RULE_S = 36 * 3_600.0


@pytest.mark.parametrize(
    ("facts", "colour", "text"),
    [
        (None, "muted", "Unknown"),
        (BackupFacts(), "warning", "No backup yet"),
        (BackupFacts(failed="Full."), "bad", "None: the last attempt failed"),
        (BackupFacts(failed="Full.", damaged=1), "bad", "None: damaged"),
        (BackupFacts(unchecked=1), "warning", "None checked yet"),
        (BackupFacts(away=("X is away.",)), "muted", "Unknown: a place is away"),
        (GOOD, "good", "2 h 0 min ago"),
        (replace(GOOD, failed="Full."), "warning", "2 h 0 min ago; the last attempt failed"),
        (replace(GOOD, damaged=1), "warning", "2 h 0 min ago; a newer one is damaged"),
        (replace(GOOD, away=("X is away.",)), "warning", "2 h 0 min ago; a place is away"),
        (replace(GOOD, good_ms=NOW - 37 * HOUR), "warning", "1 d 13 h ago: old"),
    ],
)
def test_the_newest_good_one(facts: BackupFacts | None, colour: str, text: str) -> None:
    line = newest(facts, RULE_S, NOW)
    assert (line.colour, line.text) == (colour, text)
    assert (line.colour == "good") == (line.icon == "good")


def test_without_a_rule_none_is_too_old() -> None:
    assert newest(replace(GOOD, good_ms=NOW - 90 * DAY), 0, NOW).colour == "good"


@pytest.mark.parametrize(
    ("facts", "colour", "text"),
    [
        (None, "muted", "Unknown"),
        (GOOD, "muted", "Never tried out"),
        (replace(GOOD, drill=Drill(NOW - DAY, ok=True)), "good", "1 d 0 h ago"),
        (replace(GOOD, drill=Drill(NOW - 16 * DAY, ok=True)), "warning", "16 d 0 h ago: old"),
        (replace(GOOD, drill=Drill(NOW - DAY, ok=False, text="No.")), "bad", "1 d 0 h ago: failed"),
    ],
)
def test_the_last_drill(facts: BackupFacts | None, colour: str, text: str) -> None:
    line = last_drill(facts, NOW)
    assert (line.colour, line.text) == (colour, text)


@pytest.mark.parametrize(
    ("facts", "title", "severity"),
    [
        (None, "", Severity.INFO),
        (BackupFacts(), "", Severity.INFO),
        (GOOD, "", Severity.INFO),
        (replace(GOOD, failed="Full."), "The last backup failed", Severity.WARNING),
        (replace(GOOD, damaged=1), "The newest backup is damaged", Severity.WARNING),
        (replace(GOOD, away=("X is away.",)), "A place for backups cannot be used", Severity.WARNING),
        (BackupFacts(failed="Full."), "There is no good backup.", Severity.ERROR),
        (replace(GOOD, drill=Drill(NOW, ok=False, text="No.")), "The trial of a backup failed", Severity.ERROR),
    ],
)
def test_what_waits_for_a_person(facts: BackupFacts | None, title: str, severity: Severity) -> None:
    found = attention(facts, (), NOW)
    assert [(one.title, one.severity) for one in found] == ([(title, severity)] if title else [])


def test_it_is_not_said_twice() -> None:
    facts = replace(GOOD, failed="Full.")
    info = Notice("backup.restored", Severity.INFO, "It is restored", "", topic="backup")
    assert attention(facts, (info,), NOW)
    assert not attention(facts, (replace(info, severity=Severity.WARNING),), NOW)
