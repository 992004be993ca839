"""The lists of backups in a store: their names, and what is told of them when they are damaged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from store_rig import Rig, draft

from clawd_desktop.backup import store_snapshots
from clawd_desktop.backup.store_documents import Seal
from clawd_desktop.core.errors import BadInput, Conflict, Unreadable


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "disk", tmp_path / "cache")


def test_a_name_tells_the_time_and_the_id(rig: Rig) -> None:
    made = rig.add(1, {"a": b"a"})
    assert made.name == "20260922T141320Z-b1.json"
    (head,) = store_snapshots.heads(rig.open().place)
    assert (head.id, head.created_ms) == ("b1", made.created_ms)
    assert store_snapshots.described(rig.open().place, Seal(), head) == made
    assert store_snapshots.snapshot_file(rig.open().place, made).exists()


def test_other_files_are_no_backups(rig: Rig) -> None:
    folder = rig.root / "snapshots"
    for name in ("x.json", "20260922T141320Z-b1.json.bak", ".20260922T141320Z-b1.json", "20260922T141320Z-.json"):
        (folder / name).write_bytes(b"{}")
    assert store_snapshots.heads(rig.open().place) == []
    (folder / "99999999T999999Z-x.json").write_bytes(b"{}")
    (head,) = rig.open().snapshots()
    assert (head.id, head.created_ms) == ("x", 0)
    assert head.damage


@pytest.mark.parametrize("name", ["", "a/b", "..", "ä", "x" * 81, "a b"])
def test_an_id_that_is_no_name_is_refused(rig: Rig, name: str) -> None:
    with pytest.raises(BadInput):
        store_snapshots.new_file(rig.open().place, Seal(), replace(draft(1), id=name))


def test_an_id_is_there_once(rig: Rig) -> None:
    rig.add(1, {"a": b"a"})
    with pytest.raises(Conflict):
        store_snapshots.new_file(rig.open().place, Seal(), replace(draft(2), id="b1"))


def test_a_list_under_another_name_is_damage(rig: Rig) -> None:
    made = rig.add(1, {"a": b"a"})
    for other in ("20260922T141320Z-b2.json", "20260922T141321Z-b1.json"):
        path = rig.root / "snapshots" / other
        path.write_bytes((rig.root / "snapshots" / made.name).read_bytes())
        head = next(head for head in store_snapshots.heads(rig.open().place) if head.name == other)
        with pytest.raises(Unreadable, match="another backup"):
            store_snapshots.read(rig.open().place, Seal(), head)
