"""The facts of backups claim nothing that nobody knows."""

from __future__ import annotations

from clawd_desktop.core.backup_facts import BackupFacts, Drill


def test_without_anything_known_nothing_is_good() -> None:
    facts = BackupFacts()
    assert facts.good_ms is None
    assert facts.drill is None
    assert not facts.away
    assert Drill(1, ok=False).text == ""
