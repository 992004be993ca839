"""Places for backups that somebody else can change: they learn nothing, and lead nothing elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from backup_desk_stage import DeskStage

from clawd_desktop.backup import destinations, store_documents, store_format
from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.sealing import Lock, new_identity
from clawd_desktop.backup.store_documents import Seal
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.core.errors import ClawdError, Refused

PLANNED = Order("schedule")


@pytest.fixture
def stage(tmp_path: Path) -> DeskStage:
    return DeskStage(tmp_path / "home")


async def desk_on(stage: DeskStage, disk: Path) -> BackupDesk:
    """A desk that has just begun, with a locked store."""
    lock = {"passphrase": "keyring:backup.passphrase", "passwords": True}
    return await stage.desk(destinations=[{"kind": "store", "path": str(disk)}], sealed=lock)


async def locked(stage: DeskStage, disk: Path) -> tuple[BackupDesk, Layout]:
    """A desk with one backup in a locked store on a disk."""
    await stage.secrets.use_vault("opens the vault")
    await stage.secrets.set("backup.passphrase", "correct horse")
    desk = await desk_on(stage, disk)
    await desk.create(PLANNED)
    return desk, store_format.layout(disk, locked=True)


def says(place: Layout, **changed: object) -> None:
    """The store says something else of itself, with a right checksum: there is no secret in that."""
    body = store_documents.read(place.format_file, "store", Seal())
    store_documents.write(place.format_file, "store", {**body, **changed}, Seal())  # type: ignore[dict-item]


def files(place: Layout) -> dict[str, bytes]:
    return {str(path.relative_to(place.root)): path.read_bytes() for path in place.root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("again", [False, True], ids=["same run", "next run"])
@pytest.mark.parametrize("opened", [False, True], ids=["another key", "no key"])
async def test_who_has_the_disk_cannot_make_the_next_backup_readable(
    stage: DeskStage, tmp_path: Path, again: bool, opened: bool
) -> None:
    desk, place = await locked(stage, tmp_path / "disk")
    says(place, recipient="" if opened else new_identity().recipient)
    before = files(place)
    (stage.state / "usage/2026-11.jsonl").write_text('{"day":"a secret of today"}\n')
    if again:
        desk = await desk_on(stage, tmp_path / "disk")
    with pytest.raises(Refused, match="not locked|another key"):
        await desk.create(PLANNED)
    after = files(place)
    assert after == before


async def test_pruning_packs_nothing_anew_for_a_stranger(stage: DeskStage, tmp_path: Path) -> None:
    desk, place = await locked(stage, tmp_path / "disk")
    says(place, recipient=new_identity().recipient)
    store = await desk._finder.store(place)
    with pytest.raises(Refused, match="another key"):
        store.prune(frozenset())


@pytest.mark.parametrize("part", ["packs", "index", "snapshots", ""])
async def test_a_part_of_a_store_that_leads_elsewhere(stage: DeskStage, tmp_path: Path, part: str) -> None:
    disk, victim = tmp_path / "disk", tmp_path / "victim"
    desk = await stage.desk(destinations=[{"kind": "store", "path": str(disk)}])
    await desk.create(PLANNED)
    place = store_format.layout(disk)
    moved = place.root / part if part else place.root
    moved.rename(victim)
    for name in ("clawdbot.json", "notes.json", ".half.1.0a.new"):
        (victim / name).write_text("{}")
    moved.symlink_to(victim)
    before = {path.name: path.read_bytes() for path in victim.rglob("*") if path.is_file()}
    with pytest.raises(Refused, match="is a link"):
        await desk.create(PLANNED)
    assert {path.name: path.read_bytes() for path in victim.rglob("*") if path.is_file()} == before


async def test_tidying_up_takes_only_what_is_called_as_its_own(stage: DeskStage, tmp_path: Path) -> None:
    desk = await stage.desk(destinations=[{"kind": "store", "path": str(tmp_path / "disk")}])
    await desk.create(PLANNED)
    index = store_format.layout(tmp_path / "disk").index
    (index / "clawdbot.json").write_text("{}")
    (index / f"{'0' * 64}.json").write_text("{}")
    await desk.create(PLANNED)
    assert (index / "clawdbot.json").exists()
    assert not (index / f"{'0' * 64}.json").exists()


def test_a_marker_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / destinations.MARKER).symlink_to(tmp_path / "autostart.desktop")
    with pytest.raises(ClawdError):
        destinations.adopt(disk)
    assert not (tmp_path / "autostart.desktop").exists()


@pytest.mark.parametrize("name", ["format.json", "key.age", "packs"])
def test_a_store_is_not_made_through_links(tmp_path: Path, name: str) -> None:
    place = store_format.layout(tmp_path, locked=True)
    place.root.mkdir()
    (place.root / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="is a link"):
        store_format.create(place, Lock("words"))
    assert not (tmp_path / "elsewhere").exists()
