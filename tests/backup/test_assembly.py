"""The running application knows its newest backup, asks owners for their databases, and ends cleanly."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import AsyncExitStack
from pathlib import Path

import apsw
import pytest
from backup_desk_stage import START_MS, DeskStage
from drill_stage import DrillStage

from clawd_desktop.backup import archive_reader, assembly, swap_journal
from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.member_names import Disk
from clawd_desktop.backup.present import UNDO
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.backup.swap_journal import Journal
from clawd_desktop.config.paths import find_paths
from clawd_desktop.core import safeio
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.tasks import spawn
from clawd_desktop.storage.database import Database


async def test_the_age_of_the_newest_is_known_soon_after_the_start(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    await (await stage.desk()).create(Order())
    stage.clock.advance(90)
    desk = await stage.desk()
    assert assembly.age_values(desk, stage.clock) == {}
    async with AsyncExitStack() as stack:
        assembly.start(stack, desk)
        async with asyncio.timeout(10):
            while not assembly.age_values(desk, stage.clock):
                await asyncio.sleep(0.005)
        assert assembly.age_values(desk, stage.clock) == {"backup.age": 90.0}
        assert desk.newest_good_ms == START_MS


async def test_without_a_backup_the_age_counts_from_when_one_was_wanted(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    desk = await stage.desk()
    await desk.planned.want_first(wanted=True)
    stage.clock.advance(50)
    assert assembly.age_values(desk, stage.clock) == {"backup.age": 50.0}
    await desk.create(Order())
    assert assembly.age_values(desk, stage.clock) == {"backup.age": 0.0}


async def test_a_list_that_cannot_be_read_is_said_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    stage = DeskStage(tmp_path)
    stage.paths.own.mkdir(parents=True)
    (stage.paths.own / "backups.json").write_text("{ broken")
    with caplog.at_level(logging.WARNING, "clawd.backup"):
        async with AsyncExitStack() as stack:
            assembly.start(stack, await stage.desk())
            async with asyncio.timeout(10):
                while not caplog.records:
                    await asyncio.sleep(0.005)
    assert "nobody knows which backups there are" in caplog.text


async def test_a_backup_that_is_being_made_ends_with_the_application(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    for number in range(6):
        (tmp_path / "clawd" / f"{number}.bin").write_bytes(os.urandom(8 << 20))
    desk = await stage.desk()
    async with AsyncExitStack() as stack:
        assembly.start(stack, desk)
        making = spawn(desk.create(Order()), name="work", awaited=True)
        async with asyncio.timeout(30):
            while not stage.progressed:
                await asyncio.sleep(0.005)
    with pytest.raises(Stopped):
        await making
    assert stage.leftovers() == []


async def test_an_open_database_is_copied_by_its_owner(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    await stage.desk()
    database = Database(stage.paths.own / "metrics.sqlite", ("CREATE TABLE t (x)",), stage.clock)
    await database.open()
    asked: list[Path] = []

    def held() -> dict[Path, Database]:
        asked.append(database.path)
        return {database.path: database}

    try:
        await database.run(lambda connection: connection.execute("INSERT INTO t VALUES (7)").fetchall())
        desk = assembly.make_desk(stage.paths, stage.config, stage.secrets, stage.clock, stage.bus, held)
        record = await desk.create(Order(areas=("measurements",)))
    finally:
        await database.close()
    assert asked
    out = tmp_path / "out"
    await asyncio.to_thread(archive_reader.extract, Path(record.path), None, lambda entry: True, out, Disk())
    copy = apsw.Connection(str(out / "measurements" / "clawd-desktop" / "metrics.sqlite"))
    assert copy.execute("SELECT x FROM t").get == 7
    copy.close()


def test_an_interrupted_restore_is_settled_at_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    paths = find_paths({}, tmp_path, tmp_path / "data")
    assembly.settle(paths, ManualClock())
    assert not paths.own.exists(), "nothing is made where nothing was restored"
    journal = Journal("20261126T010203Z-ab12", "swapping", 1, "a backup", (), ())
    safeio.make_folder(paths.own / UNDO / journal.id)
    swap_journal.write(paths.own / UNDO, journal)
    assembly.settle(paths, ManualClock())
    assert "was taken back" in caplog.text
    caplog.clear()
    assembly.settle(paths, ManualClock())
    assert caplog.text == ""


async def test_drills_begin_and_end_with_the_application_and_their_age_is_known(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk = await stage.desk()
    await desk.create(Order())
    (stage.paths.cache / "drill" / "left").mkdir(parents=True)
    async with AsyncExitStack() as stack:
        drills = assembly.begin(stack, desk, stage.notices, dict(os.environ))
        (report,) = await drills.drill()
        assert report.ok, report
        stage.clock.advance(90)
        assert assembly.age_values(desk, stage.clock, drills) == {"backup.age": 90.0, "backup.drillAge": 90.0}
        async with asyncio.timeout(10):
            while (stage.paths.cache / "drill").exists():
                await asyncio.sleep(0.005)
