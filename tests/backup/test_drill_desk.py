"""Which backups are tried out, what is remembered of it, and what a person is told until it is over."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from backup_desk_stage import damage
from drill_stage import DrillStage, tried

from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.drill_desk import notice_of
from clawd_desktop.backup.drill_report import DrillReport, Step
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.core.errors import Busy, NotFound
from clawd_desktop.core.notices import Severity
from clawd_desktop.core.tasks import spawn

WORDS = "four words of mine"


async def test_a_fault_is_told_until_a_later_one_comes_back(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    with pytest.raises(NotFound, match="no backup to try out"):
        await drills.drill()
    record = await desk.create(Order())
    damage(Path(record.path))
    stage.clock.advance(60)
    (report,) = await drills.drill()
    notice = stage.notice
    assert notice is not None
    assert (notice.title, notice.severity) == ("The newest backup cannot be restored", Severity.ERROR)
    assert notice.announce is True
    assert record.path in notice.text
    assert "archive damaged at" in notice.text
    assert notice.text.endswith("Make a new backup now.")
    assert [action.id for action in notice.actions] == ["backup.now", "page:backup"]
    assert drills.last == report
    assert drills.last_drill_ms is None
    assert [(one.ok, one.path) for one in stage.drilled] == [(False, record.path)]

    stage.notices.clear("backup.drill")
    desk, drills = await stage.drills()
    await drills.open()
    assert stage.notice is not None, "it stands after a start too"
    assert stage.notice.announce is False

    stage.clock.advance(60)
    _, good = await tried(desk, drills)
    assert good.ok, good
    assert stage.notice is None
    assert (drills.last, drills.last_drill_ms) == (good, stage.clock.wall_ms())
    assert await drills.reports() == (good, report)


async def test_each_place_is_tried_or_the_one_that_is_named(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    first, second = tmp_path / "one", tmp_path / "two"
    desk, drills = await stage.drills(destinations=[{"path": str(first)}, {"path": str(second)}])
    old = await desk.create(Order(folder=first))
    stage.clock.advance(60)
    new = await desk.create(Order(folder=first))
    other = await desk.create(Order(folder=second))
    stage.clock.advance(60)
    # Only of a part, which tells nothing of conversations: where there is a whole one, that is tried.
    await desk.create(Order(areas=("config",), folder=second))
    reports = await drills.drill()
    assert {report.path for report in reports} == {new.path, other.path}
    assert all(report.ok for report in reports), reports
    (report,) = await drills.drill(old.id[:12])
    assert (report.ok, report.path) == (True, old.path)
    stick = tmp_path / "stick.tar.zst"
    stick.write_bytes(Path(old.path).read_bytes())
    (report,) = await drills.drill(str(stick))
    assert (report.ok, report.path) == (True, str(stick))
    with pytest.raises(NotFound):
        await drills.drill("nothing")


async def test_a_sealed_one_is_opened_by_the_settings_or_by_a_person_or_says_so(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    record = await desk.create(Order(lock=Lock(WORDS)))
    (report,) = await drills.drill()
    assert (report.ok, report.tried) == (False, True)
    assert "is locked: the settings do not hold its passphrase or key" in report.fault
    assert stage.notice is not None
    assert (stage.notice.title, stage.notice.severity) == (
        "The newest backup could not be tried out", Severity.WARNING,
    )  # fmt: skip
    (report,) = await drills.drill(record.id, Keys(WORDS))
    assert report.ok, report
    assert stage.notice is None
    (report,) = await drills.drill(record.id, Keys("other words"))
    assert (report.ok, report.tried) == (False, True)
    assert (await desk.all())[0].text == "", "a wrong passphrase tells nothing of the backup"
    stage.clock.advance(60)
    desk, drills = await stage.drills(sealed={"passphrase": WORDS})
    _, report = await tried(desk, drills)
    assert report.ok, report


async def test_one_at_a_time_and_stopped_without_a_trace(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    await desk.create(Order())
    stage.progressed.clear()
    drilling = spawn(drills.drill(), name="drill", awaited=True)
    async with asyncio.timeout(30):
        while not any(one.stage == "start" for one in stage.progressed):
            await asyncio.sleep(0.01)
    assert drills.busy
    with pytest.raises(Busy):
        await drills.drill()
    assert drills.stop()
    with pytest.raises(Stopped):
        await drilling
    assert (await drills.reports(), stage.drilled, stage.notice, stage.scratch()) == ((), [], None, [])
    assert not drills.stop()
    stage.progressed.clear()
    await drills.drill(by_itself=True)
    assert stage.progressed == [], "nobody asked for it"


async def test_what_a_killed_drill_left_goes_at_the_next_start(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    _, drills = await stage.drills()
    left = stage.paths.cache / "drill" / "0123abcd" / "state"
    left.mkdir(parents=True)
    (left / "clawdbot.json").write_text("{}")
    await drills.open()
    assert stage.scratch() == []


async def test_a_list_that_cannot_be_read_is_kept_and_the_fault_is_told_all_the_same(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    damage(Path((await desk.create(Order())).path))
    (stage.paths.own / "drills.json").write_text("{ broken")
    await drills.open()
    (report,) = await drills.drill()
    assert not report.ok
    assert stage.notice is not None
    assert (stage.paths.own / "drills.json").read_text() == "{ broken"


def test_a_notice_names_each_fault_and_the_worst_in_its_title() -> None:
    bad = DrillReport(5, "a", "/one/a", 1, False, (Step("compare", False, "It differs.", 1.0),), 1.0)
    away = DrillReport(9, "b", "/two/b", 1, False, (Step("read", False, "The disk is away.", 1.0),), 1.0, tried=False)
    both = notice_of([away, bad])
    assert both.title == "The newest backup cannot be restored"
    assert both.text == "/two/b: The disk is away. /one/a: It differs. Make a new backup now."
    one = notice_of([away])
    assert (one.title, one.severity) == ("The newest backup could not be tried out", Severity.WARNING)
