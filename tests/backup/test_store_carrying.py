"""Backups that leave a store: into a folder, and as one file that opens anywhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from store_rig import AREA, Rig, draft, in_memory

from clawd_desktop.backup import archive_reader, pack_reader
from clawd_desktop.backup.manifest import Entry
from clawd_desktop.backup.member_names import LINUX, Disk
from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.store_adding import Source
from clawd_desktop.backup.store_carrying import Portable
from clawd_desktop.backup.store_snapshots import Snapshot
from clawd_desktop.core.errors import BadInput, Refused, StorageFault, Unreadable

FILES = {"a": b"one", "b/c": b"two" * 999, "b/d": b"", "twin": b"one"}


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "disk", tmp_path / "cache")


def tree(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def with_link(rig: Rig) -> Snapshot:
    large = {**FILES, "large": bytes(pack_reader.SMALL_BYTES) + os.urandom(9), "large2": b""}
    large["large2"] = large["large"]
    link = Source(Entry(AREA, "b/link", "link", 0o777, 5_000_000_000, target="c"))
    return rig.open().add(draft(1), [link, *in_memory(large)])


def test_all_of_a_backup_is_extracted_with_rights_and_times(rig: Rig, tmp_path: Path) -> None:
    made = with_link(rig)
    out = tmp_path / "out"
    seen: list[Progress] = []
    manifest = rig.open().extract(made, lambda entry: True, out, LINUX, progress=seen.append)
    expected = {entry.path: entry.sha256 for entry in manifest.entries if entry.kind == "file"}
    assert set(tree(out / AREA)) == set(expected)
    assert {name: data for name, data in tree(out / AREA).items() if name in FILES} == FILES
    assert os.readlink(out / AREA / "b" / "link") == "c"
    stat = (out / AREA / "b" / "c").stat()
    assert (stat.st_mode & 0o777, stat.st_mtime_ns) == (0o600, 7_000_000_000)
    assert (out / AREA / "b").stat().st_mtime_ns == 5
    assert seen[-1] == Progress("extract", made.size, made.size)


def test_only_what_is_wanted_is_extracted(rig: Rig, tmp_path: Path) -> None:
    made = rig.add(1, FILES)
    rig.open().extract(made, lambda entry: entry.path == "b/c", tmp_path / "out", LINUX)
    assert tree(tmp_path / "out") == {f"{AREA}/b/c": FILES["b/c"]}


def test_damage_leaves_nothing(rig: Rig, tmp_path: Path) -> None:
    made = rig.add(1, FILES)
    (pack,) = (rig.root / "packs").iterdir()
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 1
    pack.write_bytes(bytes(data))
    with pytest.raises(Unreadable, match=pack.name):
        rig.open().extract(made, lambda entry: True, tmp_path / "out", LINUX)
    with pytest.raises(Unreadable, match=pack.name):
        rig.open().export(made, Portable(tmp_path / "out.tar.zst"))
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


def test_what_the_disk_cannot_keep_is_refused_first(rig: Rig, tmp_path: Path) -> None:
    made = rig.add(1, {"A": b"1", "a": b"2"})
    with pytest.raises(Refused, match="one file"):
        rig.open().extract(made, lambda entry: True, tmp_path / "out", Disk(cases=False))
    assert not (tmp_path / "out").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_bytes(b"mine")
    with pytest.raises(StorageFault, match="not empty"):
        rig.open().extract(made, lambda entry: True, tmp_path / "full", LINUX)
    assert tree(tmp_path / "full") == {"mine": b"mine"}


def test_stopping_leaves_nothing(rig: Rig, tmp_path: Path) -> None:
    made = rig.add(1, FILES)
    for asked in range(20):
        for number, work in enumerate(("extract", "export")):
            left = iter([False] * asked)

            def stopped(left=left) -> bool:  # type: ignore[no-untyped-def]
                return next(left, True)

            target = tmp_path / f"out{number}"
            if work == "export":
                with pytest.raises(Stopped):
                    rig.open().export(made, Portable(target), stopped=lambda: True)
            elif asked < len(FILES):
                with pytest.raises(Stopped):
                    rig.open().extract(made, lambda entry: True, target, LINUX, stopped=stopped)
            assert not target.exists()


@pytest.mark.parametrize("lock", [None, Lock(passphrase="open sesame")])
def test_an_exported_backup_is_a_portable_file(rig: Rig, tmp_path: Path, lock: Lock | None) -> None:
    made = with_link(rig)
    keys = Keys(passphrase=lock.passphrase) if lock else None
    path = tmp_path / "clawd-backup-host-20260922T141320Z-0000.tar.zst"
    rig.open().export(made, Portable(path, lock))
    manifest = archive_reader.verify(path, keys)
    mine = rig.open().manifest(made)
    assert sorted(manifest.entries, key=lambda entry: entry.path) == sorted(mine.entries, key=lambda entry: entry.path)
    assert (manifest.id, manifest.roots, manifest.created_ms) == (mine.id, mine.roots, mine.created_ms)
    archive_reader.extract(path, keys, lambda entry: True, tmp_path / "out", LINUX)
    rig.open().extract(made, lambda entry: True, tmp_path / "direct", LINUX)
    assert tree(tmp_path / "out") == tree(tmp_path / "direct")
    with pytest.raises(BadInput, match="already"):
        rig.open().export(made, Portable(path, lock))


def test_what_is_sealed_for_keys_is_read_back_with_one(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "disk", tmp_path / "cache", "words")
    made = rig.add(1, FILES)
    recipient = rig.open()._seal.lock.recipients  # type: ignore[union-attr]
    path = tmp_path / "out.tar.zst.age"
    with pytest.raises(BadInput):
        rig.open().export(made, Portable(path, Lock(recipients=recipient)))
    assert not path.exists()
    rig.open().export(made, Portable(path, Lock(recipients=recipient), Keys(identities=(rig.identity,))))
    assert archive_reader.verify(path, Keys(identities=(rig.identity,))).id == "b1"
