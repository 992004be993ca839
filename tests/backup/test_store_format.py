"""Making and opening stores: what is there already stays, and the passphrase opens what the key is in."""

from __future__ import annotations

import contextlib
import errno
from functools import partial
from pathlib import Path

import pytest
from fault_disk import fault_disk

from clawd_desktop.backup import sealing, store_format
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.core.errors import BadInput, ClawdError, Conflict, NotFound, StorageFault, Unreadable


@pytest.fixture(autouse=True)
def _guesses_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "closing", partial(sealing.closing, work=2))


def test_an_open_store_needs_no_key(tmp_path: Path) -> None:
    place = store_format.layout(tmp_path)
    assert store_format.create(place) == ""
    assert store_format.open_seal(place, Keys()).lock is None
    assert sorted(path.name for path in place.root.iterdir()) == ["format.json", "index", "packs", "snapshots"]
    assert place.root.stat().st_mode & 0o777 == 0o700
    with pytest.raises(BadInput, match="not encrypted"):
        store_format.unlock(place, Keys("x"))


def test_there_is_one_store_in_a_folder(tmp_path: Path) -> None:
    place = store_format.layout(tmp_path)
    with pytest.raises(NotFound, match="right disk"):
        store_format.read(place)
    store_format.create(place)
    before = place.format_file.read_bytes()
    with pytest.raises(Conflict):
        store_format.create(place, Lock("words"))
    assert place.format_file.read_bytes() == before
    with pytest.raises(StorageFault):
        store_format.create(store_format.layout(tmp_path / "absent"))
    assert not (tmp_path / "absent").exists()


def test_the_passphrase_opens_the_key_and_can_be_changed(tmp_path: Path) -> None:
    place = store_format.layout(tmp_path)
    identity = store_format.create(place, Lock("one é"))
    assert identity.startswith("AGE-SECRET-KEY-1")
    assert store_format.unlock(place, Keys("one e\u0301")) == identity
    store_format.change_lock(place, identity, Lock("two"))
    assert store_format.unlock(place, Keys("two")) == identity
    with pytest.raises(BadInput):
        store_format.unlock(place, Keys("one é"))
    with pytest.raises(BadInput, match="empty"):
        store_format.change_lock(place, identity, Lock(""))
    assert identity.encode() not in b"".join(path.read_bytes() for path in place.root.iterdir() if path.is_file())


def test_another_key_file_is_no_key(tmp_path: Path) -> None:
    place = store_format.layout(tmp_path)
    store_format.create(place, Lock("words"))
    key = bytearray(place.key_file.read_bytes())
    key[-1] ^= 1
    place.key_file.write_bytes(bytes(key))
    with pytest.raises(Unreadable, match=r"key\.age"):
        store_format.unlock(place, Keys("words"))
    place.key_file.unlink()
    with pytest.raises(NotFound):
        store_format.read(place)


def test_an_error_at_each_call_of_a_change_leaves_a_passphrase_that_opens(tmp_path: Path) -> None:
    made = 0
    for at in range(1, 50):
        place = store_format.layout(tmp_path / str(at))
        place.root.parent.mkdir()
        identity = store_format.create(place, Lock("old"))
        with fault_disk(tmp_path) as disk:
            disk.fail(at, errno.EIO, lasting=True)
            try:
                store_format.change_lock(place, identity, Lock("new"))
            except StorageFault:
                made += 1
        opened = []
        for passphrase in ("old", "new"):
            try:
                opened.append(store_format.unlock(place, Keys(passphrase)) == identity)
            except ClawdError:
                continue
        assert opened == [True]
        if not disk.failed:
            break
    assert made > 10


def test_an_error_at_each_call_of_making_leaves_a_store_or_none(tmp_path: Path) -> None:
    for at in range(1, 50):
        place = store_format.layout(tmp_path / str(at))
        place.root.parent.mkdir()
        with fault_disk(tmp_path) as disk:
            disk.fail(at, errno.ENOSPC)
            with contextlib.suppress(StorageFault):
                store_format.create(place, Lock("words"))
        if place.format_file.exists():
            assert store_format.unlock(place, Keys("words"))
        else:
            assert store_format.create(place, Lock("words"))
        if not disk.failed:
            return
    pytest.fail("it never ended")
