"""What a file is that somebody wants to restore: by its first bytes, whatever it is called."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from backup_desk_stage import DeskStage

from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.foreign_backup import ForeignBackup
from clawd_desktop.backup.opened import backup_at, is_locked, look_at_sealed
from clawd_desktop.backup.sealing import Lock, new_identity
from clawd_desktop.core.errors import NotFound, Unreadable


async def test_by_its_first_bytes(tmp_path: Path) -> None:
    desk = await DeskStage(tmp_path).desk()
    locked, plain, foreign = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    locked.write_bytes(b"age-encryption.org/v1\n-> x\n")
    plain.write_bytes(b"\x28\xb5\x2f\xfd rest")
    with tarfile.open(foreign, "w:gz") as tar:
        tar.add(locked, "20261126_010203/x")
    assert [is_locked(path) for path in (locked, plain, foreign)] == [True, False, False]
    kinds = [type(backup_at(path, desk.ground())) for path in (locked, plain, foreign)]
    assert kinds == [ArchiveBackup, ArchiveBackup, ForeignBackup]


async def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        is_locked(tmp_path / "none")


@pytest.mark.parametrize("lock", [Lock("four words of mine"), Lock(recipients=(new_identity().recipient,))])
async def test_of_a_sealed_one_head_and_size_are_seen(tmp_path: Path, lock: Lock) -> None:
    desk = await DeskStage(tmp_path).desk()
    record = await desk.create(Order(lock=lock))
    path = Path(record.path)
    look_at_sealed(path, record.size)
    look_at_sealed(path, 0)
    with pytest.raises(Unreadable, match="it has"):
        look_at_sealed(path, record.size + 1)
    data = path.read_bytes()
    path.write_bytes(data[:30] + b"\n" + data[31:])
    with pytest.raises(Unreadable, match="is damaged"):
        look_at_sealed(path, record.size)
    with pytest.raises(NotFound):
        look_at_sealed(tmp_path / "none", 1)
