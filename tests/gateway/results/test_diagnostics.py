"""What doctor and reports answer fits its types; every row is asked over a real socket in test_every_row."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.diagnostics import FoundRow, RepairDone, ReportPart


def test_a_finding_may_be_short() -> None:
    row = {"id": "a", "category": "g", "severity": "ok", "title": "t"}
    assert misfit(FoundRow, row) == ""
    assert misfit(FoundRow, {**row, "description": "d", "recommendation": "r", "repair": "m"}) == ""
    assert misfit(FoundRow, {**row, "severity": "fatal"})


def test_a_repair() -> None:
    assert misfit(RepairDone, {"id": "a", "done": True, "text": "t", "backup": "/b"}) == ""


def test_a_part() -> None:
    row = {"name": "log", "title": "t", "file": "f", "bytes": 1, "wholeBytes": 2, "cut": True, "droppedLines": 0}
    assert misfit(ReportPart, {**row, "sha256": "0"}) == ""
    assert misfit(ReportPart, row)
