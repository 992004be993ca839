"""Verifying: what is checked of one backup and of all, and that doubt is marked where the disk allows."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from fault_disk import fault_disk
from store_rig import Rig

from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.core.errors import NotFound, Unreadable


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "disk", tmp_path / "cache")


def packs(rig: Rig) -> set[Path]:
    return set((rig.root / "packs").glob("*.pack"))


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(bytes(data))


def test_a_backup_is_good_although_another_is_not(rig: Rig) -> None:
    first = rig.add(1, {"a": os.urandom(99)})
    before = packs(rig)
    second = rig.add(2, {"b": os.urandom(99)})
    (new,) = packs(rig) - before
    damage(new)
    assert rig.open().verify(first).packs == 1
    for _ in range(2):
        with pytest.raises(Unreadable, match=new.name):
            rig.open().verify(second)
    with pytest.raises(Unreadable, match=new.name):
        rig.open().verify()
    assert rig.open().verify(first, everything=False).bytes == 0


def test_damage_that_went_away_is_doubted_no_more(rig: Rig) -> None:
    made = rig.add(1, {"a": os.urandom(99)})
    (pack,) = packs(rig)
    damage(pack)
    with pytest.raises(Unreadable):
        rig.open().verify()
    with pytest.raises(Unreadable):
        rig.open().verify(made, everything=False)
    damage(pack)
    rig.open().verify()
    rig.open().verify(made, everything=False)


def test_a_read_only_disk_is_verified_too(rig: Rig) -> None:
    rig.add(1, {"a": os.urandom(99)})
    with fault_disk(rig.folder.parent) as disk:
        disk.fail(1, errno.EROFS, lasting=True)
        rig.open().verify()
        (pack,) = packs(rig)
        damage(pack)
        with pytest.raises(Unreadable, match=pack.name):
            rig.open().verify()


def test_it_can_be_stopped(rig: Rig) -> None:
    rig.add(1, {"a": b"a"})
    with pytest.raises(Stopped):
        rig.open().verify(stopped=lambda: True)


def test_an_empty_store_is_good(rig: Rig) -> None:
    assert rig.open().verify().snapshots == 0


def test_what_is_packed_anew_meanwhile_is_looked_for_where_it_is(rig: Rig) -> None:
    dropped = rig.add(1, {"a": os.urandom(20_000), "b": b"b"})
    kept = rig.add(2, {"b": b"b"})
    told = []

    def tidied_up(progress: Progress) -> None:
        if not told:
            told.append(progress)
            rig.open().prune({"b2"})

    before = packs(rig)
    assert rig.open().verify(kept, progress=tidied_up).snapshots == 1
    assert packs(rig) != before
    assert not [*(rig.root / "packs").glob("*.doubt")]
    with pytest.raises(NotFound):
        rig.open().verify(dropped)


def test_a_pack_that_somebody_took_away_meanwhile_is_missed(rig: Rig) -> None:
    made = rig.add(1, {"a": os.urandom(99)})
    with pytest.raises(Unreadable, match="is not in"):
        rig.open().verify(made, progress=lambda _: [pack.unlink() for pack in packs(rig)])
