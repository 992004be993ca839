"""A backup that lies elsewhere is fetched once, checked, and leaves nothing behind."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from backup.archive_rig import A_FILE, written
from backup_desk_stage import DeskStage, damage

from clawd_desktop.backup.progress import Halt, Stopped, Watch, go_on
from clawd_desktop.backup.remote_backup import RemoteBackup
from clawd_desktop.backup.remote_files import Kept
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.core.errors import BadInput, StorageFault, Unreadable

NAME = "clawd-backup-host-20261126T072653Z-0a1b.tar.zst"


class Shelf:
    """A remote place that is a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fetched = 0

    def fetch(self, kept: Kept, folder: Path, watch: Watch, halt: Halt) -> Path:
        go_on(halt)
        self.fetched += 1
        path = folder / kept.name
        path.write_bytes((self.folder / kept.token).read_bytes())
        return path


async def test_it_is_fetched_once_and_is_gone_afterwards(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path / "home")
    ground, shelf = (await stage.desk()).ground(), Shelf(tmp_path)
    manifest = written(tmp_path / NAME)
    backup = RemoteBackup(shelf, Kept(NAME, NAME, 10), ground)  # type: ignore[arg-type]
    assert shelf.fetched == 0
    assert backup.verify() == manifest
    assert backup.read(manifest.entries[1]) == b"hello"
    backup.extract(lambda entry: entry == manifest.entries[1], tmp_path / "out" / "in")
    assert [path.name for path in (tmp_path / "out" / "in").rglob("*") if path.is_file()] == [Path(A_FILE.path).name]
    assert (shelf.fetched, len(stage.leftovers())) == (1, 1)
    del backup
    gc.collect()
    assert stage.leftovers() == []


async def test_what_goes_wrong_leaves_nothing(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path / "home")
    ground, shelf = (await stage.desk()).ground(), Shelf(tmp_path)
    written(tmp_path / NAME)
    damage(tmp_path / NAME)
    backup = RemoteBackup(shelf, Kept(NAME, NAME), ground)  # type: ignore[arg-type]
    with pytest.raises(Stopped):
        backup.verify(halt=lambda: True)
    assert stage.leftovers() == []
    with pytest.raises(Unreadable):
        backup.verify()
    with pytest.raises(StorageFault, match="no room"):
        RemoteBackup(shelf, Kept(NAME, NAME, 1 << 60), ground).verify()  # type: ignore[arg-type]
    locked = f"{NAME}.age"
    written(tmp_path / locked, lock=Lock("words"))
    with pytest.raises(BadInput):
        RemoteBackup(shelf, Kept(locked, locked), ground, Keys("guess")).verify()  # type: ignore[arg-type]
    assert RemoteBackup(shelf, Kept(locked, locked), ground, Keys("words")).verify().id  # type: ignore[arg-type]
    del backup
    gc.collect()
    assert stage.leftovers() == []
