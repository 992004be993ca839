"""Backups on real disks of other formats: carried away, full, locked, pulled out, with names they cannot keep."""

from __future__ import annotations

import contextlib
import io
import os
import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from backup.archive_rig import NOON, listing, picture
from backup_stage import put
from killed_program import home_in
from real_disks import REMOVABLE, RealDisk, real_disk
from restore_stage import PASSPHRASE, Home, home_at, spoil
from store_rig import AREA, Rig, draft, restored

from clawd_desktop.backup import archive_reader, restore, taking
from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.archive_writer import ArchiveWriter
from clawd_desktop.backup.destinations import FAT_MOST_BYTES, FolderDestination, Presence, adopt
from clawd_desktop.backup.manifest import Entry
from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.restore import Order
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.backup.standstill import Owner
from clawd_desktop.backup.store_adding import Source
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import Refused, StorageFault
from clawd_desktop.core.new_file import NewFile, is_unfinished

LARGE = 3_000_000
# A process that there is not: the largest number that Linux gives.
NOBODY = 4_194_303
FILES = {"a/notes.md": b"notes\n" * 500, "b": os.urandom(40_000), "c": b""}


@pytest.fixture
def house(tmp_path: Path) -> Home:
    return home_at(tmp_path / "house")


@pytest.fixture(params=REMOVABLE)
def stick(request: pytest.FixtureRequest, house: Home) -> Iterator[RealDisk]:
    """A disk as one carries in a pocket, where the backups of the house go."""
    with real_disk(house.folder / "backups", request.param) as disk:
        yield disk


@pytest.fixture
def small(house: Home) -> Iterator[RealDisk]:
    """A disk of one megabyte there."""
    with real_disk(house.folder / "backups", "tmpfs", 1 << 20) as disk:
        yield disk


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def restore_all(path: Path, home: Home, keys: Keys | None = None) -> str:
    home.state.mkdir(parents=True, exist_ok=True)
    report = restore.restore(ArchiveBackup(path, keys), home.site, Order(None, Owner(home.state), home.safety))
    assert not report.taken_back
    return report.id


@pytest.mark.parametrize("sealed", [False, True])
def test_a_backup_is_carried_to_another_computer(house: Home, stick: RealDisk, sealed: bool, tmp_path: Path) -> None:
    taken = house.taken(sealed=sealed)
    stick.again()
    keys = Keys(PASSPHRASE) if sealed else None
    assert archive_reader.verify(taken.path, keys) == taken.manifest
    (tmp_path / "other").mkdir()
    other = home_in(tmp_path / "other")
    restore_all(taken.path, other, keys)
    for path in ("agents/main/sessions/s1.jsonl", "somebody/else.txt", "skills/mine/SKILL.md"):
        assert (other.state / path).read_bytes() == (house.state / path).read_bytes()
    assert os.readlink(other.folder / "clawd" / "today.md") == "memory/2026-11-26.md"
    assert names(stick.folder) == [taken.path.name]


def test_a_home_that_lies_on_such_a_disk_is_restored_and_taken_back(stick: RealDisk, house: Home) -> None:
    """A state folder on a stick: there are no rights and no links, and what needs none comes back."""
    (house.folder / "clawd" / "today.md").unlink()
    taken = house.taken()
    (stick.folder / "portable" / "backups").mkdir(parents=True)
    portable = home_in(stick.folder / "portable")
    restore_all(taken.path, portable)
    assert (portable.state / "somebody" / "else.txt").read_text() == "kept"
    stick.again()
    (portable.state / "somebody" / "else.txt").write_text("spoiled")
    assert isinstance(portable.ground.clock, ManualClock)
    portable.ground.clock.advance(60)
    name = restore_all(taken.path, replace(portable, safeties=[]))
    assert (portable.state / "somebody" / "else.txt").read_text() == "kept"
    restore.take_back(portable.site, name, Owner(portable.state))
    assert (portable.state / "somebody" / "else.txt").read_text() == "spoiled"


@pytest.mark.parametrize(
    ("paths", "word"),
    [(("plain", "what?.txt"), "what?.txt"), (("A.txt", "a.txt"), "one file"), (("aux:1",), "aux:1")],
)
def test_names_that_it_cannot_keep_are_refused_before_anything(
    stick: RealDisk, tmp_path: Path, paths: tuple[str, ...], word: str
) -> None:
    backup = tmp_path / "backup.tar.zst"
    with NewFile(backup) as file, ArchiveWriter(file) as writer:
        entries = [writer.add(Entry("config", path, "file", 0o600, NOON), b"x") for path in paths]
        writer.close(listing(entries))
        file.keep()
    before = names(stick.folder)
    disk = archive_reader.probe_disk(stick.folder)
    with pytest.raises(Refused, match="disk") as told:
        archive_reader.extract(backup, None, lambda entry: True, stick.folder / "out", disk)
    assert word in str(told.value)
    assert names(stick.folder) == before


def test_a_link_that_it_cannot_keep_is_told_and_nothing_left(stick: RealDisk, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar.zst"
    with NewFile(backup) as file, ArchiveWriter(file) as writer:
        kept = writer.add(Entry("config", "file", "file", 0o600, NOON), b"x")
        link = writer.add(Entry("config", "link", "link", 0o777, NOON, target="file"), None)
        writer.close(listing([kept, link]))
        file.keep()
    disk = archive_reader.probe_disk(stick.folder)
    with pytest.raises(StorageFault, match="link"):
        archive_reader.extract(backup, None, lambda entry: True, stick.folder / "out", disk)
    assert names(stick.folder) == []
    archive_reader.extract(backup, None, lambda entry: entry.kind == "file", stick.folder / "out", disk)
    stick.again()
    assert set(picture(stick.folder / "out")) >= {"config", "config/file"}


def test_a_store_lives_on_it(stick: RealDisk, tmp_path: Path) -> None:
    rig = Rig(stick.folder, tmp_path / "cache", "words")
    rig.add(1, FILES)
    rig.add(2, {**FILES, "d": b"more"})
    stick.again()
    store = rig.open()
    assert [restored(store, one) for one in store.snapshots()] == [FILES, {**FILES, "d": b"more"}]
    store.prune({"b2"})
    stick.again()
    rig.open().verify()
    assert [one.id for one in rig.open().snapshots()] == ["b2"]
    assert not [path for path in rig.files() if is_unfinished(Path(path).name) or "lock" in path]


def test_the_longest_file_of_fat(house: Home) -> None:
    with real_disk(house.folder / "backups", "vfat", 64 << 20) as disk:
        marker = adopt(disk.folder)
        state = FolderDestination("stick", disk.folder, marker).ready()
        assert state.most_file_bytes == FAT_MOST_BYTES
        with NewFile(disk.folder / "long") as file:
            # A byte behind the last one that may be; what lies before it is not written.
            file.seek(FAT_MOST_BYTES)
            with pytest.raises(StorageFault, match="larger than that disk's format allows"):
                file.write(b"x")
        assert names(disk.folder) == [".clawd-backup-destination.json"]


def test_a_backup_that_is_longer_than_a_file_may_be(house: Home) -> None:
    """The system answers as FAT does behind 4 GiB, here behind one megabyte."""
    put(house.folder / "clawd" / "noise", os.urandom(LARGE))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(StorageFault, match="larger than that disk's format allows"):
            house.taken()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert names(house.folder / "backups") == []


def test_a_full_disk_leaves_the_backups_before(house: Home, small: RealDisk) -> None:
    first = house.taken()
    put(house.folder / "clawd" / "noise", os.urandom(LARGE))
    with pytest.raises(StorageFault, match="the disk is full"):
        house.taken()
    assert names(small.folder) == [first.path.name]
    assert archive_reader.verify(first.path) == first.manifest
    put(house.folder / "clawd" / "noise", b"little")
    assert house.taken().manifest.size


def test_a_full_disk_leaves_a_store_as_it_was(small: RealDisk, tmp_path: Path) -> None:
    rig = Rig(small.folder, tmp_path / "cache")
    rig.add(1, FILES)
    rig.add(2, {"b": b"other"})
    with pytest.raises(StorageFault, match="full"):
        rig.add(3, {"noise": os.urandom(LARGE)})
    store = rig.open()
    assert [restored(store, one) for one in store.snapshots()] == [FILES, {"b": b"other"}]
    (small.folder / "filler").write_bytes(bytes(os.statvfs(small.folder).f_bavail * os.statvfs(small.folder).f_bsize))
    used = sum(len(data) for data in rig.files().values())
    rig.open().prune({"b2"})
    assert sum(len(data) for data in rig.files().values()) < used, "it makes room where there is none"
    rig.open().verify()


def test_no_room_for_a_restore_changes_nothing(house: Home, tmp_path: Path) -> None:
    put(house.folder / "clawd" / "noise", os.urandom(LARGE))
    taken = house.taken()
    with real_disk(tmp_path / "tiny", "tmpfs", 1 << 20):
        tiny = home_in(tmp_path / "tiny")
        (tiny.folder / "backups").mkdir()
        put(tiny.state / "somebody" / "else.txt", "mine")
        before = tiny.seen()
        with pytest.raises(StorageFault, match="free"):
            restore_all(taken.path, tiny)
        now = {path: what for path, what in tiny.seen().items() if path in before}
        assert now == before
        assert {path for path in tiny.seen() if tiny.seen()[path][0] == "file"} == {
            path for path, what in before.items() if what[0] == "file"
        }


def test_a_locked_disk_is_told(house: Home, stick: RealDisk) -> None:
    marker = adopt(stick.folder)
    first = house.taken()
    stick.lock()
    destination = FolderDestination("stick", stick.folder, marker)
    assert destination.state().presence is Presence.READ_ONLY
    with pytest.raises(StorageFault, match="read-only"):
        house.taken()
    restored_here = archive_reader.verify(first.path)
    assert restored_here == first.manifest


def test_pulled_out_in_the_middle(house: Home, stick: RealDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written to the empty folder that stays; the backup before is whole, the next one tidies up."""
    marker = adopt(stick.folder)
    first = house.taken()
    put(house.folder / "clawd" / "noise", os.urandom(LARGE))
    pulled = False

    def pull(progress: Progress) -> None:
        nonlocal pulled
        if progress.stage == "write" and progress.done_bytes > LARGE // 2 and not pulled:
            pulled = True
            stick.pull_out(lazily=True)

    with monkeypatch.context() as patched:
        patched.setattr(os, "getpid", lambda: NOBODY)  # what it leaves was left by a process that is gone
        with pytest.raises(StorageFault):
            taking.take(house.ground, taking.Wish(stick.folder), pull)
    assert pulled
    assert names(stick.folder) == []
    assert FolderDestination("stick", stick.folder, marker).state().presence is Presence.ABSENT
    stick.plug_in()
    assert FolderDestination("stick", stick.folder, marker).state().presence is Presence.READY
    assert archive_reader.verify(first.path) == first.manifest
    second = house.taken()
    left = {".clawd-backup-destination.json", first.path.name, second.path.name}
    assert set(names(stick.folder)) == left


def test_a_disk_that_dies_in_the_middle(house: Home, tmp_path: Path) -> None:
    """The chip behind it takes no more while its format says that there is room: every new block of it is an error."""
    with (
        real_disk(tmp_path / "chip", "tmpfs", 16 << 20) as chip,
        real_disk(house.folder / "backups", "ext4", chip=chip.folder) as disk,
    ):
        first = house.taken()
        put(house.folder / "clawd" / "noise", os.urandom(LARGE))
        died = False

        def die(progress: Progress) -> None:
            nonlocal died
            if progress.stage == "write" and progress.done_bytes > LARGE // 2 and not died:
                died = True
                with contextlib.suppress(OSError), (chip.folder / "worn out").open("wb", buffering=0) as file:
                    while True:
                        file.write(bytes(4096))

        with pytest.raises(StorageFault):
            taking.take(house.ground, taking.Wish(disk.folder), die)
        assert died
        assert [name for name in names(disk.folder) if name.startswith("clawd-backup")] == [first.path.name]
        assert archive_reader.verify(first.path) == first.manifest


def test_a_store_whose_disk_is_pulled_out(stick: RealDisk, tmp_path: Path) -> None:
    rig = Rig(stick.folder, tmp_path / "cache")
    rig.add(1, FILES)

    class Pulling(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if not os.path.ismount(stick.folder):
                return super().read(size)
            stick.pull_out(lazily=True)
            return super().read(size)

    entry = Entry(AREA, "noise", "file", 0o600, NOON, LARGE)
    with pytest.raises(StorageFault):
        rig.open().add(draft(2), [Source(entry, lambda: Pulling(os.urandom(LARGE)))])
    assert names(stick.folder) == []
    stick.plug_in()
    store = rig.open()
    assert [restored(store, one) for one in store.snapshots()] == [FILES]
    rig.add(3, {"b": b"other"})
    assert [one.id for one in rig.open().snapshots()] == ["b1", "b3"]
    rig.open().verify()


def test_the_home_is_spoiled_and_restored_from_the_stick(house: Home, stick: RealDisk) -> None:
    taken = house.taken()
    spoil(house)
    stick.again()
    restore_all(taken.path, house)
    assert not (house.state / "agents/main/sessions/s2.jsonl").exists()
    assert len(names(stick.folder)) == 2, "the backup, and the one for safety"
