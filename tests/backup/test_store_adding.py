"""Adding to a store against a model: random rounds of backups, tidying, checks and restores."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_rig import AREA, Rig, restored

from clawd_desktop.backup.member_names import LINUX
from clawd_desktop.core.errors import Refused

NAMES = st.sampled_from(["a", "b", "c/d", "c/e", "f/g/h", "é", "e\u0301", "\udcff", "x" * 200])
CONTENTS = st.one_of(
    st.binary(max_size=3), st.sampled_from([b"same", b"", bytes(5000), bytes(range(256)) * 40]), st.binary(max_size=600)
)
STEPS = st.one_of(
    st.tuples(st.just("add"), st.dictionaries(NAMES, CONTENTS, max_size=7)),
    st.tuples(st.just("prune"), st.sets(st.integers(0, 9), max_size=6)),
    st.tuples(st.just("dry"), st.sets(st.integers(0, 9), max_size=6)),
    st.tuples(st.just("verify"), st.none()),
    st.tuples(st.just("extract"), st.integers(0, 9)),
    st.tuples(st.just("lose index"), st.integers(0, 9)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, max_size=12))
def test_a_store_is_like_its_model(steps: list[tuple[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rig = Rig(Path(folder) / "disk", Path(folder) / "cache")
        model: dict[str, dict[str, bytes]] = {}
        for number, (what, value) in enumerate(steps):
            STEP[what](rig, model, number, value)
        assert_same(rig, model)


def assert_same(rig: Rig, model: dict[str, dict[str, bytes]]) -> None:
    store = rig.open()
    assert {one.id: restored(store, one) for one in store.snapshots()} == model


def add(rig: Rig, model: dict[str, dict[str, bytes]], number: int, files: dict[str, bytes]) -> None:
    # What needs a folder and what is one cannot be in one tree.
    made = rig.add(number, files)
    model[made.id] = files
    assert made.size == sum(map(len, files.values()))


def prune(rig: Rig, model: dict[str, dict[str, bytes]], number: int, places: set[int]) -> None:
    ids = list(model)
    keep = {ids[place] for place in places if place < len(ids)}
    try:
        rig.open().prune(keep)
    except Refused:
        assert not keep
        assert ids
        return
    for gone in set(ids) - keep:
        del model[gone]
    held = {digest for pack in rig.open()._load().packs.values() for digest in pack.contents}
    needed = {
        entry.sha256 for one in rig.open().snapshots() for entry in rig.open().manifest(one).entries if entry.sha256
    }
    assert needed <= held
    # What is dead may stay in a pack that is mostly alive.
    assert needed or not held


def dry(rig: Rig, model: dict[str, dict[str, bytes]], number: int, places: set[int]) -> None:
    before, ids = rig.files(), list(model)
    keep = {ids[place] for place in places if place < len(ids)}
    try:
        said = rig.open().prune(keep, dry_run=True)
        assert {one.id for one in said.snapshots} == set(ids) - keep
    except Refused:
        assert not keep
    assert rig.files() == before


def verify(rig: Rig, model: dict[str, dict[str, bytes]], number: int, value: None) -> None:
    assert rig.open().verify().snapshots == len(model)


def extract(rig: Rig, model: dict[str, dict[str, bytes]], number: int, place: int) -> None:
    made = rig.open().snapshots()
    if place < len(made):
        out = rig.folder.parent / f"out{number}"
        rig.open().extract(made[place], lambda entry: True, out, LINUX)
        found = {str(path.relative_to(out / AREA)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        assert found == model[made[place].id]


def lose_index(rig: Rig, model: dict[str, dict[str, bytes]], number: int, place: int) -> None:
    files = sorted((rig.root / "index").iterdir())
    if place < len(files):
        files[place].unlink()
        add(rig, model, number, {"after": b"a loss"})


STEP = {"add": add, "prune": prune, "dry": dry, "verify": verify, "extract": extract, "lose index": lose_index}
