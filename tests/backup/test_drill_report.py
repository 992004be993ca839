"""What is kept of drills, which fault still stands, and which report is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.backup.drill_plan import Drilled
from clawd_desktop.backup.drill_report import (
    MOST_REPORTS,
    TITLES,
    DrillRecords,
    DrillReport,
    Step,
    drilled,
    past_of,
    report_json,
    standing_faults,
    telling,
)
from clawd_desktop.core.errors import Unreadable


def report(at: int, *, ok: bool = True, place: str = "/a", made: int = 0, tried: bool = True) -> DrillReport:
    steps = (Step("read", True, "All of it.", 0.5), *(() if ok else (Step("start", False, "It does not.", 1.5),)))
    return DrillReport(at, f"b{at}", f"{place}/b{at}.tar.zst", made or at, ok, steps, 2.0, tried)


async def test_kept_as_they_were_the_newest_only(tmp_path: Path) -> None:
    records = DrillRecords(tmp_path / "own" / "drills.json")
    assert await records.all() == ()
    for at in range(MOST_REPORTS + 5):
        await records.add(report(at, ok=at % 2 == 0, tried=at % 3 == 0))
    kept = await DrillRecords(tmp_path / "own" / "drills.json").all()
    assert kept == tuple(report(at, ok=at % 2 == 0, tried=at % 3 == 0) for at in range(MOST_REPORTS + 4, 4, -1))
    (tmp_path / "own" / "drills.json").write_text("[]")
    with pytest.raises(Unreadable):
        await records.add(report(1))
    assert (tmp_path / "own" / "drills.json").read_text() == "[]"


def test_a_report_says_its_place_and_its_fault() -> None:
    bad = report(5, ok=False)
    assert (bad.destination, bad.fault, report(5).fault) == ("/a", "It does not.", "")
    shown = report_json(bad)
    assert shown["fault"] == "It does not."
    assert [step["title"] for step in shown["steps"]] == [TITLES["read"], TITLES["start"]]  # type: ignore[union-attr, index, call-overload]


@pytest.mark.parametrize(
    ("reports", "places", "standing"),
    [
        ([], ["/a"], []),
        ([report(1, ok=False)], ["/a"], [1]),
        ([report(1, ok=False), report(2)], ["/a"], []),
        ([report(1), report(2, ok=False)], ["/a"], [2]),
        ([report(5, ok=False), report(6, made=2)], ["/a"], [5]),
        ([report(5, ok=False), report(6, place="/b")], ["/a", "/b"], [5]),
        ([report(5, ok=False)], ["/b"], []),
        ([report(5, ok=False), report(6, ok=False, tried=False)], ["/a"], [6]),
        ([report(5, ok=False), report(6, ok=False, place="/b")], ["/a", "/b"], [5, 6]),
    ],
)
def test_a_fault_stands_until_one_as_new_comes_back(
    reports: list[DrillReport], places: list[str], standing: list[int]
) -> None:
    assert [one.at_ms for one in standing_faults(reports, places)] == standing


def test_a_fault_is_shown_before_what_went_well_later() -> None:
    reports = [report(5, ok=False), report(6, place="/b")]
    shown = telling(reports, ["/a", "/b"])
    assert shown is not None
    assert shown.at_ms == 5
    newest = telling(reports, ["/b"])
    assert newest is not None
    assert newest.at_ms == 6
    assert telling([], ["/a"]) is None


def test_what_found_nothing_out_counts_as_a_try() -> None:
    reports = [report(1), report(2, ok=False, tried=False), report(3, ok=False, tried=False)]
    assert drilled(reports) == (Drilled("b1", "/a", 1, True),)
    past = past_of(reports)
    assert (past.failures, past.tried_ms) == (2, 3)
    assert past_of([*reports, report(4)]).failures == 0
