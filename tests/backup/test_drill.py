"""A backup is restored aside, a real gateway starts on the copy, and what it says is what the backup holds."""

from __future__ import annotations

from pathlib import Path

from drill_stage import DrillStage, tried


async def test_a_good_backup_comes_back(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    record, report = await tried(desk, drills)
    assert report.ok, report
    assert [step.name for step in report.steps] == [
        "read", "restore", "compare", "configuration", "start", "sessions", "conversations",
    ]  # fmt: skip
    assert "4 messages of 1 conversations" in report.steps[-1].text
    assert (report.backup, report.path, report.created_ms) == (record.id, record.path, record.at_ms)
    assert stage.scratch() == []
