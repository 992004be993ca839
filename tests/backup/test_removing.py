"""What is kept no longer goes from every kind of place; one that refuses keeps none of the others from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from backup_desk_stage import DAY_MS, DeskStage
from remote_programs import installed

from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.store_lock import StoreLock
from clawd_desktop.core.errors import Busy

KEEP = {"days": 1, "daily": 0, "weekly": 0, "monthly": 0}


async def made(stage: DeskStage, desk: BackupDesk, count: int) -> list[BackupRecord]:
    found = []
    for _ in range(count):
        found.append(await desk.create(Order("schedule", areas=("config",))))
        stage.clock.advance(DAY_MS / 1000)
    return found


async def test_from_a_store_and_from_a_remote_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed("rclone")
    monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "rclone.conf"))
    stage = DeskStage(tmp_path / "home")
    remote, store = tmp_path / "remote", tmp_path / "store"
    desk = await stage.desk(retention=KEEP, destinations=[
        {"kind": "store", "path": str(store)}, {"kind": "rclone", "repository": str(remote)},
    ])  # fmt: skip
    await made(stage, desk, 3)
    (remote / "clawd-backup-attic-20200102T030405Z-0a1b.tar.zst").write_bytes(b"of another computer")
    shown = await desk.prune(dry_run=True)
    assert {one.backup.destination for one in shown} == {str(store / "clawd-backups"), f"rclone:{remote}"}
    going = [one.backup.id for one in shown if not one.kept]
    assert len(going) == 2
    assert await desk.prune() == shown
    lists = [path.name for path in (store / "clawd-backups" / "snapshots").iterdir()]
    assert len(lists) == 2
    assert len(list(remote.iterdir())) == 3
    left = [one for one in await desk.all(remote=True) if one.ok]
    assert len(left) == 5
    for one in left:
        if "attic" not in one.path:
            await desk.verify(one.path)


async def test_a_place_that_refuses_is_said_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = DeskStage(tmp_path / "home")
    store, files = tmp_path / "store", tmp_path / "files"
    desk = await stage.desk(retention=KEEP, destinations=[{"kind": "store", "path": str(store)}, {"path": str(files)}])
    await made(stage, desk, 3)
    with StoreLock(store / "clawd-backups", "A backup of another computer"), pytest.raises(Busy):
        await desk.prune()
    assert len(list(files.glob("clawd*"))) == 2
    await desk.prune()
    assert len(list((store / "clawd-backups" / "snapshots").iterdir())) == 2
