"""A backup in a store, by the path of its list alone: checked, taken out, read, with the passphrase or the key."""

from __future__ import annotations

from pathlib import Path

import pytest
from backup_desk_stage import damage
from store_rig import AREA, Rig

from clawd_desktop.backup.sealing import Keys
from clawd_desktop.backup.store_backup import StoreBackup
from clawd_desktop.core.errors import BadInput, NotFound, Unreadable

FILES = {"a": b"hello", "b/c": b"x" * 5000}


def listed(rig: Rig) -> Path:
    return rig.root / "snapshots" / rig.add(1, FILES).name


def test_there_and_back(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "disk", tmp_path / "cache")
    backup = StoreBackup(listed(rig), tmp_path / "other")
    manifest = backup.verify()
    assert manifest == backup.listed()
    assert (backup.locked, backup.name.endswith("b1")) == (False, True)
    backup.extract(lambda entry: entry.path != "a", tmp_path / "out" / "in")
    assert [path.name for path in (tmp_path / "out" / "in" / AREA).rglob("*") if path.is_file()] == ["c"]
    entry = next(one for one in manifest.entries if one.path == "a")
    assert backup.read(entry) == b"hello"


def test_the_passphrase_or_its_own_key_opens_a_locked_one(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "disk", tmp_path / "cache", "words")
    path = listed(rig)
    for keys in (Keys("words"), Keys(identities=(rig.identity,))):
        assert StoreBackup(path, tmp_path / "other", keys).verify().id == "b1"
    assert StoreBackup(path, tmp_path / "other").locked
    for keys in (Keys("guess"), Keys(), None):
        with pytest.raises(BadInput):
            StoreBackup(path, tmp_path / "other", keys).verify()


def test_damage_and_what_is_not_there(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "disk", tmp_path / "cache")
    path = listed(rig)
    with pytest.raises(NotFound):
        StoreBackup(path.with_name(path.name.replace("b1", "b2")), tmp_path / "other").verify()
    with pytest.raises(NotFound):
        StoreBackup(tmp_path / "snapshots" / path.name, tmp_path / "other").verify()
    pack = next(file for file in (rig.root / "packs").rglob("*") if file.is_file())
    for file in (pack, path):
        before = file.read_bytes()
        damage(file)
        with pytest.raises(Unreadable):
            StoreBackup(path, tmp_path / "other").verify()
        file.write_bytes(before)
    assert StoreBackup(path, tmp_path / "other").verify().id == "b1"
