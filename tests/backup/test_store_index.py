"""Which pack holds what: preferred are those that are not in doubt, and an index can be lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_rig import Rig

from clawd_desktop.backup import store_index
from clawd_desktop.backup.packs import Pack
from clawd_desktop.backup.store_documents import Seal
from clawd_desktop.backup.store_index import Index
from clawd_desktop.core.errors import StorageFault

ONE, TWO = Pack("p1", 10, {"a": 1, "b": 2}), Pack("p2", 10, {"b": 2, "c": 3})


@pytest.mark.parametrize("packs", [(ONE, TWO), (TWO, ONE)])
def test_a_pack_in_doubt_is_the_last_that_is_read(packs: tuple[Pack, ...]) -> None:
    index = Index(doubted={"p1"})
    for pack in packs:
        index.put(pack)
    assert [index.has(digest) for digest in "abcd"] == [False, True, True, False]
    assert [(found.name if (found := index.place(digest)) else "") for digest in "abcd"] == ["p1", "p2", "p2", ""]
    assert index.size("b") == 2


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    made = Rig(tmp_path / "disk", tmp_path / "cache")
    made.add(1, {"a": b"a", "b": b"bb"})
    return made


def test_what_was_read_before_is_not_read_again(rig: Rig) -> None:
    place = rig.open().place
    known = store_index.load(place, Seal()).packs
    (file,) = place.index.iterdir()
    file.write_bytes(b"broken")
    assert not store_index.load(place, Seal(), known.values()).broken
    assert store_index.load(place, Seal()).broken


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\0" * 100])
def test_an_index_that_is_broken_comes_from_the_pack(rig: Rig, content: bytes | None) -> None:
    place = rig.open().place
    good = store_index.load(place, Seal())
    (file,) = place.index.iterdir()
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    found = store_index.load(place, Seal())
    assert found.packs == good.packs
    assert not found.doubted
    (fault,) = found.broken.values()
    assert fault.path == str(file)


def test_an_index_of_another_pack_is_broken(rig: Rig) -> None:
    rig.add(2, {"c": b"c"})
    place = rig.open().place
    one, two = place.index.iterdir()
    one.write_bytes(two.read_bytes())
    found = store_index.load(place, Seal())
    assert list(found.broken) == [one.name[:64]]
    assert len(found.packs) == 2


def test_a_pack_of_another_size_is_in_doubt_and_so_is_one_without_anything_good(rig: Rig) -> None:
    place = rig.open().place
    (pack,) = place.packs.iterdir()
    pack.write_bytes(pack.read_bytes()[:-1])
    found = store_index.load(place, Seal())
    assert found.doubted == {pack.name[:64]}
    (file,) = place.index.iterdir()
    file.unlink()
    found = store_index.load(place, Seal())
    assert (found.doubted, found.packs) == ({pack.name[:64]}, {})


def test_doubt_is_remembered_until_it_is_taken_back(rig: Rig) -> None:
    place = rig.open().place
    (name,) = store_index.pack_names(place)
    for _ in range(2):
        store_index.doubt(place, name)
        assert store_index.load(place, Seal()).doubted == {name}
    for _ in range(2):
        store_index.trust(place, name)
        assert not store_index.load(place, Seal()).doubted


def test_a_folder_that_is_gone_is_a_fault_and_not_an_empty_store(rig: Rig) -> None:
    place = rig.open().place
    rig.root.rename(rig.folder / "elsewhere")
    with pytest.raises(StorageFault):
        store_index.load(place, Seal())
