"""One portable file of any backup: the same content, another lock, nothing in the open that was locked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from backup.archive_rig import written
from store_rig import Rig

from clawd_desktop.backup import archive_reader
from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.exporting import export
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.backup.sealing import Keys, Lock, new_identity
from clawd_desktop.backup.store_backup import StoreBackup
from clawd_desktop.core.errors import BadInput

FILES = {"a": b"hello", "b/c": os.urandom(5000)}


def in_store(tmp_path: Path, passphrase: str = "") -> StoreBackup:
    rig = Rig(tmp_path / "disk", tmp_path / "cache", passphrase)
    path = rig.root / "snapshots" / rig.add(1, FILES).name
    return StoreBackup(path, tmp_path / "cache", Keys(passphrase) if passphrase else None)


def test_of_a_store(tmp_path: Path) -> None:
    backup = in_store(tmp_path)
    (tmp_path / "out").mkdir()
    made = export(backup, tmp_path / "out", None)
    assert made.path.name.startswith("clawd-backup-host-")
    assert (made.path.suffix, made.size, made.sealed) == (".zst", made.path.stat().st_size, False)
    read = archive_reader.verify(made.path)
    assert {(one.path, one.sha256) for one in read.entries} == {(one.path, one.sha256) for one in made.manifest.entries}
    named = export(backup, tmp_path / "mine.age", Lock("words"))
    assert (named.path, named.sealed) == (tmp_path / "mine.age", True)
    assert archive_reader.verify(named.path, Keys("words")).id == "b1"
    with pytest.raises(BadInput, match="already"):
        export(backup, tmp_path / "mine.age", Lock("words"))
    with pytest.raises(BadInput, match="no folder"):
        export(backup, tmp_path / "none" / "mine", None)


def test_what_is_locked_does_not_come_into_the_open(tmp_path: Path) -> None:
    backup = in_store(tmp_path, "words")
    with pytest.raises(BadInput, match="would not be"):
        export(backup, tmp_path / "mine", None)
    person = new_identity()
    made = export(backup, tmp_path / "mine", Lock(recipients=(person.recipient,)))
    assert archive_reader.verify(made.path, Keys(identities=(person.secret,))).id == "b1"


@pytest.mark.parametrize(("before", "after"), [("", ""), ("", "two"), ("one", ""), ("one", "two")])
def test_of_a_file(tmp_path: Path, before: str, after: str) -> None:
    source, target = tmp_path / "clawd-backup-x.tar.zst", tmp_path / "copy"
    manifest = written(source, lock=Lock(before) if before else None)
    backup = ArchiveBackup(source, Keys(before) if before else None)
    made = export(backup, target, Lock(after) if after else None)
    assert (made.manifest, made.sealed) == (manifest, bool(before or after))
    word = after or before
    assert archive_reader.verify(target, Keys(word) if word else None) == manifest
    if not after:
        assert target.read_bytes() == source.read_bytes()


def test_who_stops_it_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "clawd-backup-x.tar.zst"
    written(source)
    for backup in (ArchiveBackup(source), in_store(tmp_path)):
        (tmp_path / "out").mkdir(exist_ok=True)
        with pytest.raises(Stopped):
            export(backup, tmp_path / "out", None, stopped=lambda: True)
        assert list((tmp_path / "out").iterdir()) == []
