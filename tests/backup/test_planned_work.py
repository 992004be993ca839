"""A planned backup is made where it is missing, what is too old goes, and a person may stop it."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from keeper_stage import SMALL, KeeperStage

from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.past import Memory
from clawd_desktop.backup.planned_work import Came, PlannedWork
from clawd_desktop.core.tasks import spawn


async def made(stage: KeeperStage, **backup: object) -> tuple[BackupDesk, PlannedWork]:
    desk = await stage.desk(**(SMALL | backup))
    return desk, PlannedWork(desk, stage.clock, stage.ledger)


async def test_only_where_it_is_missing(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    disk = tmp_path / "stick" / "backups"
    desk, making = await made(stage, destinations=[{"path": str(tmp_path / "here")}, {"path": str(disk)}])
    due = stage.clock.wall_ms() - 60_000
    came = await making.planned(due)
    assert [Path(one.path).parent.name for one in came.made] == ["here"]
    assert [fault.partition(".")[0] for fault in came.faults] == [f"{disk} is not there"]
    assert (making.memory.failures, making.memory.fault) == (1, came.faults[0])
    disk.parent.mkdir()
    stage.clock.advance(300)
    came = await making.planned(due)
    assert ([Path(one.path).parent for one in came.made], came.faults) == ([disk], ())
    assert making.memory == Memory(done_ms=stage.clock.wall_ms())
    stage.clock.advance(86_400)
    came = await making.planned(stage.clock.wall_ms() - 1_000)
    assert {Path(one.path).parent for one in came.made} == {disk, tmp_path / "here"}
    assert stage.ledger.acts == [("application", "backup.created")] * 4
    assert len(await desk.remembered()) == 5


async def test_one_that_is_asked_for_beside_another_comes_after_it_and_a_planned_one_another_time(
    tmp_path: Path,
) -> None:
    stage = KeeperStage(tmp_path)
    (tmp_path / "clawd" / "big.bin").write_bytes(bytes(range(256)) * (16 << 10))
    desk, making = await made(stage)
    other = spawn(desk.create(Order("restore")), name="other", awaited=True)
    await asyncio.sleep(0)
    assert await making.planned(stage.clock.wall_ms()) == Came()
    came = await making.asked()
    assert [(one.cause, one.ok) for one in came.made] == [("person", True)]
    assert (await other).ok
    assert len(await desk.remembered()) == 2


async def test_what_is_kept_no_longer_goes(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    keep = {"days": 0, "daily": 1, "weekly": 0, "monthly": 0}
    desk, making = await made(stage, retention=keep)
    for _ in range(3):
        stage.clock.advance(86_400)
        came = await making.planned(stage.clock.wall_ms())
        assert [Path(one.path).is_file() for one in came.made] == [True]
    assert [one.id for one in await desk.remembered()] == [came.made[0].id]
    assert stage.ledger.acts.count(("application", "backup.pruned")) == 2


async def test_an_unknown_rule_removes_nothing(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    desk, making = await made(stage)
    await making.planned(None)
    stage.clock.advance(60)
    stage.config.config.backup.schedule.__dict__["timezone"] = "Nowhere/Never"
    came = await making.planned(None)
    assert (len(came.made), came.faults) == (1, ())
    assert len([one for one in await desk.remembered() if one.ok]) == 2


async def test_one_that_a_person_stops_is_left_out(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    (tmp_path / "clawd" / "big.bin").write_bytes(os.urandom(24 << 20))
    desk, making = await made(stage, leaveOut=[])
    making.memory = Memory(tried_ms=1, failures=2, fault="Full.")
    began = stage.clock.wall_ms()
    work = spawn(making.planned(None), name="planned", awaited=True)
    async with asyncio.timeout(20):
        while not stage.progressed:
            await asyncio.sleep(0.002)
    desk.stop()
    assert await work == Came(left=True)
    assert making.memory == Memory(tried_ms=1, failures=2, fault="Full.", left_ms=began)
    assert (await desk.remembered(), stage.leftovers()) == ((), [])


async def test_one_that_a_person_asks_for_and_one_that_comes_too_late(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    desk, making = await made(stage)
    first = spawn(making.asked(), name="asked", awaited=True)
    await asyncio.sleep(0)
    assert await making.planned(None) == Came(), "something else is being done"
    assert making.memory == Memory()
    came = await first
    assert [one.cause for one in came.made] == ["person"]
    stage.clock.advance(1)
    shutil.rmtree(stage.usual)
    stage.usual.write_text("in the way")
    came = await making.asked()
    assert (came.made, len(came.faults)) == ((), 1)
