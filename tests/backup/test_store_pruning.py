"""What goes when backups go: a table of plans, and what killed processes left."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_rig import Rig, restored

from clawd_desktop.backup import store_pruning
from clawd_desktop.backup.packs import Pack
from clawd_desktop.core.errors import Unreadable

MIB = 1 << 20


def pack(name: str, size: int = 64 * MIB, **contents: int) -> Pack:
    return Pack(name, size, contents)


@pytest.mark.parametrize(
    ("packs", "needed", "doubted", "dead", "thin"),
    [
        ([], set(), set(), (), {}),
        ([pack("p", a=9)], {"a"}, set(), (), {}),
        ([pack("p", a=9)], set(), set(), ("p",), {}),
        ([pack("p", a=9)], {"gone"}, set(), ("p",), {}),
        ([pack("p", a=9 * MIB, b=11 * MIB)], {"a"}, set(), (), {"p": {"a"}}),
        ([pack("p", a=11 * MIB, b=9 * MIB)], {"a"}, set(), (), {}),
        # In both: it counts where more is needed.
        ([pack("p", a=9), pack("q", a=9, b=9)], {"a", "b"}, set(), ("p",), {}),
        ([pack("p", a=9, c=9), pack("q", a=9, b=9)], {"a", "b", "c"}, set(), (), {}),
        # A pack in doubt counts last, and is never copied from.
        ([pack("p", a=9, b=9), pack("q", a=9)], {"a"}, {"p"}, ("p",), {}),
        ([pack("p", a=9, b=99999)], {"a"}, {"p"}, (), {}),
        # Empty contents have a weight too.
        ([pack("p", a=0, b=0, c=0)], {"a"}, set(), (), {"p": {"a"}}),
        ([pack(f"p{n}", 100, **{f"c{n}": 9}) for n in range(31)], {f"c{n}" for n in range(31)}, set(), (), {}),
        (
            [pack(f"p{number}", 100, **{f"c{number}": 9}) for number in range(32)], {f"c{n}" for n in range(32)}, set(),
            (), {f"p{n}": {f"c{n}"} for n in range(32)},
        ),
    ],
)  # fmt: skip
def test_plans(
    packs: list[Pack], needed: set[str], doubted: set[str], dead: tuple[str, ...], thin: dict[str, set[str]]
) -> None:
    made = store_pruning.plan(packs, needed, doubted)
    assert made.dead == dead
    assert made.thin == thin
    kept = {digest for one in packs if one.name not in dead and one.name not in thin for digest in one.contents}
    kept |= {digest for live in thin.values() for digest in live}
    assert needed & {digest for one in packs for digest in one.contents} <= kept
    assert made.bytes <= sum(one.size for one in packs)
    assert bool(made.bytes) >= bool(dead)


def test_what_killed_processes_left_is_tidied_up_and_nothing_else(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "disk", tmp_path / "cache")
    rig.add(1, {"a": b"a"})
    before = rig.files()
    mine = {"packs/notes.txt": b"mine", "index/README": b"mine", "snapshots/.hidden": b"mine"}
    left = {
        "packs/.pack.pack.12.ab.new": b"half", "snapshots/.x.new": b"half", ".format.json.1.a.new": b"",
        f"index/{'0' * 64}.json": b"{}",
    }  # fmt: skip
    for name, data in {**mine, **left}.items():
        (rig.root / name).write_bytes(data)
    rig.open().prune({"b1"})
    assert rig.files() == {**before, **mine}


def test_a_damaged_thin_pack_stays_and_is_told_of(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "disk", tmp_path / "cache")
    rig.add(1, {"a": b"needed", "b": bytes(range(256)) * 20})
    last = rig.add(2, {"a": b"needed"})
    (path,) = (rig.root / "packs").iterdir()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    done = rig.open().prune({"b2"})
    assert path.name in done.kept_because
    assert path.read_bytes() == bytes(data)
    with pytest.raises(Unreadable):
        rig.open().verify(last)
    again = rig.add(3, {"a": b"needed"})
    rig.open().prune({"b3"})
    assert not path.exists()
    assert restored(rig.open(), again) == {"a": b"needed"}
