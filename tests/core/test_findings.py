from __future__ import annotations

from clawd_desktop.core.findings import Finding, Level


def test_findings_sort_by_how_much_they_matter() -> None:
    found = [Finding(level.name, "x", level, "t") for level in (Level.INFO, Level.ERROR, Level.OK, Level.WARNING)]
    assert [each.id for each in sorted(found, key=lambda each: -each.level)] == ["ERROR", "WARNING", "INFO", "OK"]
