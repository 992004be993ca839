"""Nothing that changes everything begins without a backup."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from backup_desk_stage import DeskStage

from clawd_desktop.backup.before import before
from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.core.errors import Refused
from clawd_desktop.core.tasks import spawn


async def test_a_backup_with_its_cause(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    desk = await stage.desk()
    record = await before("update", desk, stage.clock, "to 2.0")
    assert (record.cause, record.ok, record.verified_ms > 0) == ("update", True, True)
    assert (await desk.show(record.id)).note == "to 2.0"


async def test_without_one_it_does_not_begin(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    desk = await stage.desk(destinations=[{"path": str(tmp_path / "away" / "disk")}])
    with pytest.raises(Refused, match="migration was not begun, as no backup could be made before it: .* not there"):
        await before("migration", desk, stage.clock)
    (failed,) = await desk.remembered()
    assert (failed.cause, failed.ok) == ("migration", False)


async def test_one_place_is_enough(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    desk = await stage.desk(destinations=[{"path": str(tmp_path / "away" / "disk")}, {"path": str(tmp_path / "here")}])
    record = await before("update", desk, stage.clock)
    assert Path(record.path).parent == tmp_path / "here"


async def test_what_goes_on_is_waited_for_and_a_stop_is_a_stop(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    (tmp_path / "clawd" / "big.bin").write_bytes(bytes(range(256)) * (64 << 10))
    desk = await stage.desk()
    other = spawn(desk.create(Order()), name="other", awaited=True)
    await asyncio.sleep(0)
    first = spawn(before("update", desk, stage.clock), name="before", awaited=True)
    assert (await other).cause == "person"
    assert (await first).cause == "update"
    second = spawn(before("update", desk, stage.clock), name="before", awaited=True)
    async with asyncio.timeout(10):
        while not desk.stop():
            await asyncio.sleep(0)
    with pytest.raises(Stopped):
        await second
