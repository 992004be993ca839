"""What is kept no longer goes from every kind of place; one that refuses keeps none of the others from it."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from backup_desk_stage import DAY_MS, DeskStage
from remote_programs import installed

from clawd_desktop.backup import listing, store_snapshots
from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.patience import Patience
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.store import Store
from clawd_desktop.backup.store_lock import StoreLock
from clawd_desktop.core import tasks
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


async def test_what_another_computer_adds_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = DeskStage(tmp_path / "home")
    store = tmp_path / "store"
    desk = await stage.desk(retention=KEEP, destinations=[{"kind": "store", "path": str(store)}])
    await made(stage, desk, 3)
    other = DeskStage(tmp_path / "attic")
    real, added = Store.prune, []

    def prune(self: Store, *args: object, **more: object) -> object:
        asyncio.run(add())
        return real(self, *args, **more)  # type: ignore[arg-type]

    async def add() -> None:
        theirs = await other.desk(destinations=[{"kind": "store", "path": str(store)}])
        added.append(await theirs.create(Order("schedule", areas=("config",))))

    monkeypatch.setattr(Store, "prune", prune)
    await desk.prune()
    assert Path(added[0].path).is_file()
    monkeypatch.undo()
    await desk.verify(added[0].path)


async def test_a_share_that_hangs_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = DeskStage(tmp_path / "home")
    share, files = tmp_path / "share", tmp_path / "files"
    desk = await stage.desk(retention=KEEP, destinations=[{"path": str(share)}, {"path": str(files)}])
    await made(stage, desk, 3)
    back, real = threading.Event(), listing.lying_in

    def hangs(folder: Path) -> tuple[BackupRecord, ...]:
        if folder == share:
            back.wait(30)
        return real(folder)

    monkeypatch.setattr(listing, "lying_in", hangs)
    monkeypatch.setattr(desk._finder, "_patience", Patience(0.05))
    try:
        assert {one.backup.destination for one in await desk.prune()} == {str(files)}
        assert len(list(share.glob("clawd*"))) == 3
        assert len(list(files.glob("clawd*"))) == 2
        assert not desk.busy
    finally:
        back.set()


async def test_tidying_up_a_store_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = DeskStage(tmp_path / "home")
    desk = await stage.desk(retention=KEEP, destinations=[{"kind": "store", "path": str(tmp_path / "store")}])
    await made(stage, desk, 3)
    reached, goes_on = threading.Event(), threading.Event()
    real = store_snapshots.remove

    def remove(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]
        reached.set()
        goes_on.wait(30)

    monkeypatch.setattr(store_snapshots, "remove", remove)
    pruning = tasks.spawn(desk.prune(), name="prune")
    while not reached.is_set():
        await asyncio.sleep(0.005)
    assert desk.stop()
    goes_on.set()
    with pytest.raises(Stopped):
        await pruning
    monkeypatch.undo()
    for one in await desk.all():
        await desk.verify(one.path)
