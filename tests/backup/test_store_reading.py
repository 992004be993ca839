"""Contents out of packs: each pack once, each file with what it is, and missing ones by their name."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from store_rig import Rig, restored

from clawd_desktop.backup import pack_reader, packs, store_index, store_reading
from clawd_desktop.backup.store_documents import Seal
from clawd_desktop.core.errors import StorageFault, Unreadable


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "disk", tmp_path / "cache")


def test_each_pack_is_read_once_however_many_files_want_it(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "FULL_RAW_BYTES", 3000)
    files = {f"f{number}": os.urandom(900) for number in range(20)} | {f"twin{n}": b"same" for n in range(20)}
    made = rig.add(1, files)
    read: list[Path] = []
    real = pack_reader.members

    def counted(path, seal, wanted):  # type: ignore[no-untyped-def]
        read.append(path)
        return real(path, seal, wanted)

    monkeypatch.setattr(pack_reader, "members", counted)
    assert restored(rig.open(), made) == files
    assert len(read) == len(set(read)) == len(list((rig.root / "packs").iterdir()))


def test_a_missing_content_is_told_by_the_file_that_wants_it(rig: Rig) -> None:
    made = rig.add(1, {"a/b": b"content"})
    entries = rig.open().manifest(made).entries
    for pack in (rig.root / "packs").iterdir():
        pack.unlink()
    with pytest.raises(Unreadable, match="workspace-main/a/b"):
        list(rig.open().contents(entries))
    with pytest.raises(Unreadable, match="workspace-main/a/b"):
        store_reading.missing(entries, store_index.load(rig.open().place, Seal()), rig.open().place)


def test_an_index_that_promises_too_much_is_found_out(rig: Rig) -> None:
    first = rig.add(1, {"a": b"a"})
    place = rig.open().place
    (name,) = store_index.pack_names(place)
    pack = store_index.load(place, Seal()).packs[name]
    entries = rig.open().manifest(first).entries
    path = store_index.index_file(place, name, Seal())
    path.unlink()
    wrong = {"0" * 64: 5, **pack.contents}
    store_index.save(place, Seal(), packs.Pack(name, pack.size, wrong))
    with pytest.raises(Unreadable, match="does not hold what its index says"):
        list(rig.open().contents([replace(entries[0], sha256="0" * 64, size=5)]))
    with pytest.raises(Unreadable, match="does not hold what its index says"):
        rig.open().verify()


def test_a_disk_that_is_pulled_in_the_middle_is_a_fault_of_the_disk(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "FULL_RAW_BYTES", 3000)
    made = rig.add(1, {f"f{number}": os.urandom(900) for number in range(20)})
    store = rig.open()
    given = store.contents(store.manifest(made).entries)
    next(given)[1].read()
    rig.root.rename(rig.folder / "pulled")
    with pytest.raises(StorageFault):
        list(given)
