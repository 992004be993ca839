"""What the desk of backups makes, finds, reads back and removes, with real files."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
from pathlib import Path

import pytest
from backup_desk_stage import DAY_MS, START_MS, DeskStage, damage

from clawd_desktop.backup import archive_reader
from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.backup.sealing import Keys, Lock, new_identity
from clawd_desktop.core.errors import BadInput, Busy, NotFound, SecretsFault, StorageFault, Unreadable
from clawd_desktop.core.tasks import spawn

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def stage(tmp_path: Path) -> DeskStage:
    return DeskStage(tmp_path)


async def test_a_backup_is_made_listed_and_read_back(stage: DeskStage) -> None:
    desk = await stage.desk()
    assert await desk.all() == ()
    record = await desk.create(Order(note="before the journey"))
    path = Path(record.path)
    assert path.parent == stage.usual
    assert (record.ok, record.size, record.sealed, record.cause) == (True, path.stat().st_size, False, "person")
    assert record.verified_ms == stage.clock.wall_ms()
    assert {"config", "sessions", "workspace-main"} <= set(record.areas)
    assert desk.newest_good_ms == START_MS
    assert [event.path for event in stage.ended if event.ok] == [record.path]
    again = await stage.desk()
    assert await again.all() == (record,)
    assert again.newest_good_ms == START_MS
    stage.clock.advance(60)
    manifest = await again.verify(record.id[:6])
    assert (manifest.id, manifest.note) == (record.id, "before the journey")
    assert (await again.all())[0].verified_ms == START_MS + 60_000
    assert (await again.show(record.path)).entries == manifest.entries
    assert again.progress is None


async def test_the_smallest_damage_is_found_and_remembered(stage: DeskStage) -> None:
    desk = await stage.desk()
    record = await desk.create(Order())
    damage(Path(record.path))
    with pytest.raises(Unreadable):
        await desk.verify(record.id)
    (after,) = await desk.all()
    assert (after.verified_ms, after.path) == (0, record.path)
    assert record.path in after.text
    assert desk.newest_good_ms is None
    with pytest.raises(Unreadable):
        await desk.show(record.id)


async def test_a_damaged_file_of_others_is_remembered_too(stage: DeskStage) -> None:
    desk = await stage.desk()
    record = await desk.create(Order())
    other = stage.usual / "clawd-backup-attic-20200102T030405Z-0a1b.tar.zst"
    shutil.copy(record.path, other)
    found = {one.path: one for one in await desk.all()}
    assert found[str(other)].at_ms == 1_577_934_245_000
    assert (found[str(other)].id, found[str(other)].verified_ms) == (other.name, 0)
    await desk.verify(other.name)
    assert {one.path: bool(one.verified_ms) for one in await desk.all()} == {record.path: True, str(other): True}
    broken = stage.usual / "clawd-backup-attic-20200102T030405Z-0a1c.tar.zst"
    broken.write_bytes(b"no backup at all")
    with pytest.raises(Unreadable):
        await desk.verify(str(broken))
    found = {one.path: one for one in await desk.all()}
    assert found[str(broken)].text != ""
    assert not found[str(broken)].verified_ms


async def test_what_there_is_not(stage: DeskStage) -> None:
    desk = await stage.desk()
    await desk.create(Order())
    for which in ("nothing", "", "/nowhere/at/all"):
        with pytest.raises(NotFound, match="There is no backup"):
            await desk.verify(which)


async def test_a_backup_that_was_removed_by_hand_is_no_longer_listed(stage: DeskStage) -> None:
    desk = await stage.desk()
    record = await desk.create(Order())
    Path(record.path).unlink()
    assert await desk.all() == ()
    assert desk.newest_good_ms is None


async def test_a_wrong_passphrase_says_nothing_of_the_backup(stage: DeskStage) -> None:
    desk = await stage.desk()
    record = await desk.create(Order(lock=Lock(PASSPHRASE)))
    assert record.sealed
    assert record.path.endswith(".tar.zst.age")
    for keys in (Keys("another"), None):
        with pytest.raises(BadInput, match="passphrase"):
            await desk.verify(record.id, keys)
    assert await desk.all() == (record,)
    assert (await desk.verify(record.id, Keys(PASSPHRASE))).id == record.id


async def test_the_settings_lock_it(stage: DeskStage) -> None:
    await stage.secrets.use_vault("opens the vault")
    await stage.secrets.set("backup.passphrase", PASSPHRASE)
    desk = await stage.desk(sealed={"passphrase": "keyring:backup.passphrase"})
    record = await desk.create(Order())
    assert record.sealed
    assert (await desk.verify(record.id)).id == record.id, "the settings know the passphrase"
    assert archive_reader.verify(Path(record.path), Keys(PASSPHRASE)).id == record.id
    identity = new_identity()
    desk = await stage.desk(sealed={"recipients": [identity.recipient], "passwords": True})
    stage.clock.advance(1)
    record = await desk.create(Order())
    with pytest.raises(BadInput):
        await desk.verify(record.id)
    manifest = await desk.verify(record.id, Keys(identities=(identity.secret,)))
    assert manifest.secrets == "sealed"


async def test_without_its_passphrase_no_backup_is_made_and_that_is_remembered(stage: DeskStage) -> None:
    await stage.secrets.use_vault("opens the vault")
    desk = await stage.desk(sealed={"passphrase": "keyring:backup.passphrase"})
    with pytest.raises((NotFound, SecretsFault)):
        await desk.create(Order())
    (record,) = await desk.all()
    assert (record.ok, record.path, record.id[:7]) == (False, "", "failed-")
    assert "backup.passphrase" in record.text
    assert stage.leftovers() == []
    assert [(event.ok, event.text) for event in stage.ended] == [(False, record.text)]


async def test_it_goes_to_all_folders_and_one_that_is_away_keeps_it_from_none(stage: DeskStage, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    one, two, away = tmp_path / "disk" / "a", tmp_path / "b", tmp_path / "unplugged" / "c"
    places = [{"path": str(place)} for place in (one, two)]
    desk = await stage.desk(destinations=places)
    await desk.create(Order())
    assert [len([*place.glob("clawd*")]) for place in (one, two)] == [1, 1]
    assert len({record.id for record in await desk.all()}) == 2
    desk = await stage.desk(destinations=[{"path": str(away)}, *places, {"path": str(two), "enabled": False}])
    stage.clock.advance(1)
    with pytest.raises(StorageFault, match="is not there"):
        await desk.create(Order())
    assert [len([*place.glob("clawd*")]) for place in (one, two)] == [2, 2]
    assert not away.parent.exists()
    failed = [record for record in await desk.all() if not record.ok]
    assert [str(away) in record.text for record in failed] == [True]


async def test_a_backup_into_another_folder_stays_in_the_list(stage: DeskStage, tmp_path: Path) -> None:
    desk = await stage.desk()
    record = await desk.create(Order(folder=tmp_path / "stick", areas=("config",)))
    assert (Path(record.path).parent, record.areas) == (tmp_path / "stick", ("config",))
    assert await desk.all() == (record,)
    assert not stage.usual.exists()
    assert [verdict.backup.id for verdict in await desk.prune()] == [], "what a person put elsewhere stays"


async def test_areas_are_left_out(stage: DeskStage) -> None:
    desk = await stage.desk(leaveOut=["measurements", "workspace-main"])
    record = await desk.create(Order())
    assert "sessions" in record.areas
    assert not {"measurements", "workspace-main", "secrets"} & set(record.areas)
    with pytest.raises(BadInput):
        await desk.create(Order(areas=("nonsense",)))


async def test_what_is_kept_no_longer_goes_after_it_was_shown(stage: DeskStage) -> None:
    desk = await stage.desk(retention={"days": 2, "daily": 0, "weekly": 0, "monthly": 0})
    made = []
    for _ in range(4):
        made.append(await desk.create(Order(areas=("config",))))
        stage.clock.advance(DAY_MS / 1000)
    foreign = stage.usual / "clawd-backup-attic-20200102T030405Z-0a1b.tar.zst"
    shutil.copy(made[0].path, foreign)
    shown = await desk.prune(dry_run=True)
    assert len(shown) == 4, "the other computer's is nobody else's business"
    assert len([*stage.usual.iterdir()]) == 5
    going = {verdict.backup.id for verdict in shown if not verdict.kept}
    assert going
    assert going < {record.id for record in made}
    assert made[-1].id not in going
    assert await desk.prune() == shown
    assert {one.id for one in await desk.all()} == {one.id for one in made} - going | {foreign.name}
    assert foreign.is_file()


async def test_what_cannot_be_removed_is_said(stage: DeskStage, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await stage.desk(retention={"days": 1, "daily": 0, "weekly": 0, "monthly": 0})
    for _ in range(3):
        await desk.create(Order(areas=("config",)))
        stage.clock.advance(DAY_MS / 1000)
    going = [verdict for verdict in await desk.prune(dry_run=True) if not verdict.kept]
    path = next(Path(one.path) for one in await desk.all() if one.id == going[0].backup.id)
    path.unlink()
    path.mkdir()
    (path / "x").touch()
    await desk.prune()
    assert (path / "x").exists(), "a folder of that name is no backup"


async def test_one_at_a_time_and_a_stop_leaves_nothing(stage: DeskStage) -> None:
    for number in range(6):
        (stage.paths.home / "clawd" / f"{number}.bin").write_bytes(os.urandom(8 << 20))
    desk = await stage.desk()
    making = spawn(desk.create(Order()), name="work", awaited=True)
    async with asyncio.timeout(30):
        while not stage.progressed:
            await asyncio.sleep(0.005)
    assert desk.progress is not None
    for again in (desk.create(Order()), desk.verify("x"), desk.prune(), desk.show("x")):
        with pytest.raises(Busy):
            await again
    assert desk.stop()
    with pytest.raises(Stopped):
        await making
    assert stage.leftovers() == []
    assert await desk.all() == (), "that somebody stopped it is no failure"
    assert not desk.stop()
    assert desk.progress is None


async def test_who_is_cancelled_leaves_nothing_running(stage: DeskStage) -> None:
    for number in range(6):
        (stage.paths.home / "clawd" / f"{number}.bin").write_bytes(os.urandom(8 << 20))
    desk = await stage.desk()
    making = spawn(desk.create(Order()), name="work", awaited=True)
    async with asyncio.timeout(30):
        while not stage.progressed:
            await asyncio.sleep(0.005)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert stage.leftovers() == []
    await desk.close()
    assert (await desk.create(Order(areas=("config",)))).ok


async def test_a_list_that_cannot_be_read_keeps_nobody_from_a_backup(stage: DeskStage) -> None:
    desk = await stage.desk()
    stage.paths.own.mkdir(parents=True, exist_ok=True)
    (stage.paths.own / "backups.json").write_text("{ broken")
    record = await desk.create(Order())
    assert Path(record.path).is_file()
    with pytest.raises(Unreadable):
        await desk.all()
    assert (stage.paths.own / "backups.json").read_text() == "{ broken"


async def test_only_some_of_the_places(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    one, other = str(tmp_path / "one"), str(tmp_path / "other")
    desk = await stage.desk(destinations=[{"path": one}, {"path": other}])
    assert desk.planned_places() == (one, other)
    await desk.create(Order("schedule", places=(other,)))
    assert [Path(record.path).parent for record in await desk.remembered()] == [Path(other)]
    await desk.create(Order("schedule", places=("/gone",)))
    assert len(await desk.remembered()) == 3, "the settings changed meanwhile"
    assert not desk.busy
    await desk.free()


async def test_one_of_another_computer_that_was_read_here_stays_its_own(
    stage: DeskStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await stage.desk(retention={"days": 1, "daily": 0, "weekly": 0, "monthly": 0})
    monkeypatch.setattr(platform, "node", lambda: "attic")
    away = [await desk.create(Order("schedule", areas=("config",))) for _ in range(2)]
    monkeypatch.undo()
    (stage.paths.own / "backups.json").unlink()
    for record in away:
        await desk.verify(record.path)
    for _ in range(3):
        stage.clock.advance(DAY_MS / 1000)
        await desk.create(Order("schedule", areas=("config",)))
    shown = await desk.prune()
    assert len(shown) == 3, "in a store that both share"
    assert {one.path for one in away} <= {one.path for one in await desk.all()}
    assert [one.host for one in await desk.all() if one.host] == ["attic", "attic"]
