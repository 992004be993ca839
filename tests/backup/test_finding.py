"""Backups are found by what a person says of them, wherever they are, and a place that hangs holds nobody up."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from backup_desk_stage import DeskStage, damage

from clawd_desktop.backup import listing
from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.finding import Finder
from clawd_desktop.backup.patience import Patience
from clawd_desktop.backup.records import BackupRecord, BackupRecords
from clawd_desktop.backup.remote_backup import RemoteBackup
from clawd_desktop.backup.store_backup import StoreBackup
from clawd_desktop.backup.taking import host_name
from clawd_desktop.core.errors import BadInput, NotFound, Unreadable


@pytest.fixture
def stage(tmp_path: Path) -> DeskStage:
    return DeskStage(tmp_path)


async def finder_of(stage: DeskStage, patience_s: float = 15.0, **backup: object) -> tuple[Finder, BackupRecords]:
    desk = await stage.desk(**backup)
    records = BackupRecords(stage.paths.own / "backups.json")
    return Finder(desk._needs, desk.wanted, records, Patience(patience_s)), records


async def test_by_id_path_folder_and_address(stage: DeskStage) -> None:
    desk = await stage.desk()
    file = await desk.create(Order(areas=("config",)))
    stage.clock.advance(1)
    planned = await desk.create(Order("schedule", areas=("config",)))
    finder, records = await finder_of(stage, destinations=[{"kind": "rclone", "repository": "nobody:x"}])
    name = f"clawd-backup-{host_name()}-20261126T072653Z-0a1b.tar.zst"
    away = BackupRecord("id9", 5, "person", ok=True, path=f"rclone:nobody:x#{name}", file=name)
    await records.add(away)
    for which, path in (
        (file.id, file.path), (file.id[:9], file.path), (file.path, file.path), (planned.path, planned.path),
        (str(stage.usual), planned.path), (away.path, away.path), ("id9", away.path),
    ):  # fmt: skip
        assert (await finder.found(which)).path == path
    kinds = [type(await finder.opened(await finder.found(which))) for which in (file.id, planned.id, "id9")]
    assert kinds == [ArchiveBackup, StoreBackup, RemoteBackup]
    with pytest.raises(NotFound, match="There is no backup"):
        await finder.found(str(stage.paths.home))
    assert "nobody" in finder.troubles["rclone:nobody:x#"] or "rclone" in finder.troubles["rclone:nobody:x#"]
    finder, _ = await finder_of(stage)
    with pytest.raises(NotFound, match="no longer among"):
        await finder.opened(away)


async def test_several_that_begin_so(stage: DeskStage) -> None:
    finder, records = await finder_of(stage)
    for number in (1, 2):
        path = stage.paths.home / f"{number}.tar.zst"
        path.touch()
        await records.add(BackupRecord(f"ab{number}", number, "person", ok=True, path=str(path)))
    with pytest.raises(BadInput, match="Several"):
        await finder.found("ab")
    assert (await finder.found("ab1")).id == "ab1"


async def test_a_store_tells_whose_it_is_when_nothing_is_remembered(stage: DeskStage) -> None:
    record = await (await stage.desk()).create(Order("schedule", areas=("config",)))
    (stage.paths.own / "backups.json").unlink()
    finder, _ = await finder_of(stage)
    (found,) = await finder.all()
    assert not listing.made_here(found)
    known = await finder.learned(found)
    assert (known.id, known.areas, known.cause, listing.made_here(known)) == (record.id, ("config",), "schedule", True)
    assert await finder.learned(record) is record


async def test_one_of_a_store_that_is_known_to_be_damaged_is_not_called_good(stage: DeskStage) -> None:
    desk = await stage.desk()
    await desk.create(Order("schedule", areas=("config",)))
    (stage.paths.own / "backups.json").unlink()
    (pack,) = (stage.usual / "clawd-backups" / "packs").glob("*.pack")
    damage(pack)
    (found,) = await desk.all()
    with pytest.raises(Unreadable):
        await desk.verify(found.path)
    finder, _ = await finder_of(stage)
    (found,) = await finder.all()
    known = await finder.learned(found)
    assert (bool(known.text), known.verified_ms) == (True, 0)


async def test_a_share_that_hangs_keeps_its_backups_in_the_list(
    stage: DeskStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = tmp_path / "share"
    desk = await stage.desk(destinations=[{"path": str(share)}])
    record = await desk.create(Order(areas=("config",)))
    back, real = threading.Event(), listing.lying_in

    def hangs(folder: Path) -> tuple[BackupRecord, ...]:
        if folder == share:
            back.wait(30)
        return real(folder)

    monkeypatch.setattr(listing, "lying_in", hangs)
    finder, _ = await finder_of(stage, 0.05, destinations=[{"path": str(share)}])
    try:
        assert await finder.all() == (record,)
        assert "does not answer" in finder.troubles[str(share)]
    finally:
        back.set()


async def test_a_folder_of_before_that_hangs_keeps_its_backups_in_the_list(
    stage: DeskStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await stage.desk()
    record = await desk.create(Order(areas=("config",), folder=tmp_path / "once"))
    gone = await desk.create(Order(areas=("config",), folder=tmp_path / "once"))
    Path(gone.path).unlink()
    finder, _ = await finder_of(stage, 0.05)
    assert await finder.all() == (record,)
    back, real = threading.Event(), listing.still_there

    def hangs(records: Iterable[BackupRecord]) -> tuple[BackupRecord, ...]:
        back.wait(30)
        return real(records)

    monkeypatch.setattr(listing, "still_there", hangs)
    try:
        for _ in range(2):
            assert set(await finder.all()) == {record, gone}
    finally:
        back.set()
