"""How it stands with the backups: from lists of them, and from real ones in real folders."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from backup_desk_stage import DeskStage, damage

from clawd_desktop.backup import drill_report, listing, standing
from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.drill_report import DrillRecords, DrillReport, Step
from clawd_desktop.backup.patience import Patience
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.standing import facts_of, judged, last_drill, places_away
from clawd_desktop.core.backup_facts import BackupFacts, Drill
from clawd_desktop.core.errors import ClawdError

GOOD = BackupRecord("good", 1_000, "person", ok=True, path="/b/a", verified_ms=1_100)
FAILED = BackupRecord("failed", 2_000, "schedule", ok=False, text="The disk is full.")


@pytest.mark.parametrize(
    ("records", "facts"),
    [
        ((), BackupFacts()),
        ((GOOD,), BackupFacts(1_000, 1_100)),
        ((FAILED, GOOD), BackupFacts(1_000, 1_100, "The disk is full.")),
        ((GOOD, replace(FAILED, at_ms=500)), BackupFacts(1_000, 1_100)),
        ((replace(FAILED, at_ms=3_000, text="No disk."), FAILED), BackupFacts(failed="No disk.")),
        ((replace(GOOD, at_ms=5_000, verified_ms=0, text="Byte 7."), GOOD), BackupFacts(1_000, 1_100, damaged=1)),
        ((replace(GOOD, at_ms=5_000, verified_ms=0), GOOD), BackupFacts(1_000, 1_100, unchecked=1)),
    ],
)
def test_the_facts_of_a_list(records: tuple[BackupRecord, ...], facts: BackupFacts) -> None:
    assert judged(records) == facts


async def test_a_real_desk(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    desk = await stage.desk()
    assert await facts_of(desk) == BackupFacts()
    made = await desk.create(Order())
    assert await facts_of(desk) == BackupFacts(made.at_ms, made.verified_ms)
    stage.clock.advance(60)
    newer = await desk.create(Order())
    damage(Path(newer.path))
    with pytest.raises(ClawdError):
        await desk.verify(newer.id)
    step = Step("start", False, "It did not start.", 1.0)
    report = DrillReport(7, made.id, made.path, made.at_ms, False, (step,), 1.0)
    await DrillRecords(stage.paths.own / drill_report.FILE).add(report)
    drill = Drill(7, ok=False, text="It did not start.")
    assert last_drill((replace(report, tried=False),), desk.folders()) is None
    assert await facts_of(desk) == BackupFacts(made.at_ms, made.verified_ms, damaged=1, drill=drill)


async def test_an_empty_mount_point_and_a_share_that_hangs_are_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = DeskStage(tmp_path / "home")
    stick, share = tmp_path / "stick", tmp_path / "share"
    desk = await stage.desk(destinations=[{"path": str(stick)}, {"path": str(share)}])
    await desk.create(Order())
    assert (await facts_of(desk)).away == ()
    stick.rename(tmp_path / "pulled")
    stick.mkdir()
    assert (await facts_of(desk)).away == (f"{stick} is not there or is empty.",)
    back, real = threading.Event(), listing.lying_in

    def hangs(folder: Path) -> tuple[BackupRecord, ...]:
        if folder == share:
            back.wait(30)
        return real(folder)

    monkeypatch.setattr(listing, "lying_in", hangs)
    monkeypatch.setattr(desk._finder, "_patience", Patience(0.05))
    monkeypatch.setattr(standing, "places_away", lambda *_: pytest.fail("it was looked at"))
    try:
        assert "does not answer" in (await facts_of(desk)).away[1]
    finally:
        back.set()


def test_places(tmp_path: Path) -> None:
    usual, stick = tmp_path / "a" / "b" / "usual", tmp_path / "media" / "stick"
    assert places_away((usual,), usual) == (), "it is made when it is needed"
    (why,) = places_away((usual, stick), usual)
    assert why == f"{stick} is not there: its disk is not connected."
    stick.parent.mkdir()
    assert places_away((stick,), usual) == ()
    stick.write_text("")
    assert places_away((stick,), usual) == (f"{stick} is no folder.",)


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="root writes everywhere")
def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert places_away((tmp_path,), Path("/usual")) == (f"{tmp_path} cannot be written to.",)
    finally:
        tmp_path.chmod(0o700)
