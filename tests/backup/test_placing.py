"""One backup at several places of every kind, with the real programs: each has it, and a failing one hinders none."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from backup_desk_stage import DeskStage
from remote_programs import installed

from clawd_desktop.backup import archive_reader
from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.placing import in_order
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.targets import Target
from clawd_desktop.core.errors import Unavailable


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskStage:
    monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "rclone.conf"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return DeskStage(tmp_path / "home")


def test_files_come_first_as_they_are_what_is_sent() -> None:
    targets = [Target("rclone", "a"), Target("store", "b"), Target("folder", "c")]
    assert [one.kind for one in in_order(targets)] == ["folder", "store", "rclone"]


async def test_all_have_it_and_each_can_be_read(stage: DeskStage, tmp_path: Path) -> None:
    installed("rclone")
    remote = str(tmp_path / "remote")
    desk = await stage.desk(destinations=[
        {"kind": "rclone", "repository": remote}, {"kind": "rclone", "repository": "nobody:x", "name": "Gone"},
        {"kind": "store", "path": str(tmp_path / "store")}, {"path": str(tmp_path / "files")},
    ])  # fmt: skip
    with pytest.raises(Exception, match="no such remote"):
        await desk.create(Order())
    found = [one for one in await desk.all() if one.ok]
    assert len(found) == 3
    file, lying = Path(found[0].path), {one.path: one for one in found}
    (file,) = (tmp_path / "files").glob("clawd*")
    assert (tmp_path / "remote" / file.name).read_bytes() == file.read_bytes()
    assert f"rclone:{remote}#{file.name}" in lying
    assert [one.text for one in await desk.all() if not one.ok][0].startswith("rclone: there is no such remote")
    for one in found:
        assert (await desk.verify(one.path)).id == one.id
    assert stage.leftovers(tmp_path / "none") == [next(p for p in (stage.paths.cache / "backup").iterdir())]


async def test_what_is_only_sent_leaves_no_file_here(stage: DeskStage, tmp_path: Path) -> None:
    installed("rclone")
    remote = tmp_path / "remote"
    desk = await stage.desk(destinations=[{"kind": "rclone", "repository": str(remote)}])
    record = await desk.create(Order())
    assert [path.name for path in remote.iterdir()] == [record.file]
    assert stage.leftovers() == []
    again = DeskStage(tmp_path / "fresh")
    other = await again.desk(destinations=[{"kind": "rclone", "repository": str(remote)}])
    assert await other.all() == ()
    (seen,) = await other.all(remote=True)
    assert (seen.path, seen.areas) == (record.path, ())
    assert (await other.verify(record.path)).id == record.id
    backup = await other.opened(record.file)
    assert backup.verify(lambda _: None, lambda: False).id == record.id
    exported = await other.export(seen.id, tmp_path, Lock("words"))
    assert archive_reader.verify(exported.path, Keys("words")).id == record.id


async def test_the_plan_uses_a_store_and_a_person_gets_a_file(stage: DeskStage, tmp_path: Path) -> None:
    desk = await stage.desk()
    planned = await desk.create(Order("schedule"))
    asked = await desk.create(Order())
    assert Path(planned.path).parent == stage.usual / "clawd-backups" / "snapshots"
    assert Path(asked.path).parent == stage.usual
    assert {one.id for one in await desk.all()} == {planned.id, asked.id}
    own = await desk.create(Order("schedule", lock=Lock("own")))
    assert Path(own.path).parent == stage.usual
    fresh = await DeskStage(tmp_path / "other").desk()
    assert (await fresh.opened(str(stage.usual / "clawd-backups"))).verify(
        lambda _: None, lambda: False
    ).id == planned.id


async def test_a_lock_locks_the_store_too(stage: DeskStage, tmp_path: Path) -> None:
    await stage.secrets.use_vault("opens the vault")
    await stage.secrets.set("backup.passphrase", "correct horse")
    open_one = await (await stage.desk()).create(Order("schedule"))
    desk = await stage.desk(sealed={"passphrase": "keyring:backup.passphrase", "passwords": True})
    record = await desk.create(Order("schedule"))
    assert (record.sealed, record.path.endswith(".json.age")) == (True, True)
    assert {one.id for one in await desk.all()} == {open_one.id, record.id}
    manifest = await desk.verify(record.id)
    assert (manifest.secrets, "secrets" in manifest.areas) == ("sealed", True)
    stored = b"".join(path.read_bytes() for path in Path(record.path).parent.parent.rglob("*") if path.is_file())
    assert b"opens the vault" not in stored
    assert json.dumps("session").encode() not in stored
    fresh = await DeskStage(tmp_path / "fresh").desk()
    assert await fresh.is_locked(str(stage.usual / "clawd-backups-locked"))
    assert (await fresh.verify(str(stage.usual / "clawd-backups-locked"), Keys("correct horse"))).id == record.id
    exported = await desk.export(record.id, tmp_path)
    assert exported.sealed
    assert archive_reader.verify(exported.path, Keys("correct horse")).id == record.id


async def test_an_unplugged_disk_is_told_and_the_others_have_it(stage: DeskStage, tmp_path: Path) -> None:
    stick, other = tmp_path / "stick", tmp_path / "other"
    desk = await stage.desk(destinations=[{"path": str(stick), "kind": "store"}, {"path": str(other)}])
    await desk.create(Order())
    os.rename(stick, tmp_path / "away")
    stage.clock.advance(1)
    with pytest.raises(Unavailable, match="is not there or is empty"):
        await desk.create(Order())
    assert len(list(other.glob("clawd*"))) == 2
    assert not stick.exists()
    assert [event.ok for event in stage.ended] == [True, True, False, True] or [event.ok for event in stage.ended] == [
        True, True, True, False,
    ]  # fmt: skip
