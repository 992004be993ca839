"""A restore can be taken back within a week; what came since is never lost, whatever call is the last."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from swap_stage import AT_MS, UNBROKEN, breaking, planned, seen, staged, texts, write_tree

from clawd_desktop.backup import swap, swap_journal, undo
from clawd_desktop.backup.swap_journal import Journal, Root, Step
from clawd_desktop.core.errors import NotFound, Refused, StorageFault, Unreadable

DAY_MS = 24 * 3_600_000
Tree = dict[str, str | None]
OLD: Tree = {"a/x": "old x", "a/y": "old y", "b": "old b", "d": None}
NEW: Tree = {"a/x": "new x", "c/z": "new z"}
AFTER: Tree = {"a/x": "new x", "c/z": "new z", "b": "old b", "d": None}


def chosen(path: str) -> bool:
    return path[0] in "ac"


# A run tries every call of one with every fourth of the other; RESTORE_EACH_CALL=1 tries all pairs.
STRIDE = 1 if os.environ.get("RESTORE_EACH_CALL") else 4


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return restored(tmp_path / "state")


def restored(root: Path, name: str = "one", at_ms: int = AT_MS) -> Path:
    if not root.exists():
        write_tree(root, OLD)
        (root / "undo").mkdir()
    swap.swap(root / "undo", replace(staged(root, root / "undo", name, NEW, chosen), at_ms=at_ms))
    assert texts(root) == AFTER
    return root


def back(root: Path, name: str = "one", again: str = "two", now_ms: int = AT_MS + 1) -> undo.Undone:
    return undo.undo(root / "undo", name, again, now_ms)


def ids(root: Path, now_ms: int = AT_MS + 1) -> list[str]:
    return [one.id for one in undo.undoable(root / "undo", now_ms)]


def test_undo_and_undo_of_the_undo(root: Path) -> None:
    listed = undo.undoable(root / "undo", AT_MS)
    assert [(one.id, one.what, one.areas, one.until_ms) for one in listed] == [
        ("one", "a backup", ("sessions",), AT_MS + 7 * DAY_MS)
    ]
    done = back(root)
    assert texts(root) == OLD
    assert (done.id, done.again) == ("one", "two")
    assert ids(root) == ["two"]
    assert not (root / "undo" / "one").exists()
    back(root, "two", "three", AT_MS + 2)
    assert texts(root) == AFTER
    assert ids(root, AT_MS + 3) == ["three"]


def test_a_second_time_is_refused(root: Path) -> None:
    back(root)
    with pytest.raises(NotFound, match="taken back already"):
        back(root, again="three")
    for name in ("nothing", "../one", ""):
        with pytest.raises(NotFound):
            back(root, name, "three")
    assert texts(root) == OLD


def test_what_was_written_since_is_kept(root: Path) -> None:
    (root / "a" / "x").write_text("changed since")
    (root / "a" / "since").write_text("new since")
    shutil.rmtree(root / "c")
    (root / "c").write_text("now a file")
    (root / "e").write_text("elsewhere")
    done = back(root)
    assert texts(root) == {**OLD, "e": "elsewhere"}
    assert done.since == (root / "a" / "since", root / "a" / "x", root / "c")
    assert done.since_count == 3
    kept = {path.read_text() for path in (root / "undo" / "two" / "old").rglob("*") if path.is_file()}
    assert kept == {"changed since", "new since", "now a file"}
    back(root, "two", "three")
    assert (root / "a" / "since").read_text() == "new since"
    assert (root / "c").read_text() == "now a file"


def test_what_is_gone_since(root: Path) -> None:
    shutil.rmtree(root / "a")
    shutil.rmtree(root / "c")
    back(root)
    assert texts(root) == OLD


def test_a_folder_above_is_gone_since(tmp_path: Path) -> None:
    root = tmp_path / "state"
    write_tree(root, {"m/a/x": "old", "m/b": "other"})
    (root / "undo").mkdir()
    swap.swap(root / "undo", staged(root, root / "undo", "one", {"m/a/x": "new"}, lambda path: path.startswith("m/a")))
    shutil.rmtree(root / "m")
    back(root)
    assert texts(root) == {"m/a/x": "old"}


def test_a_link_above_is_no_way_out(tmp_path: Path) -> None:
    root = tmp_path / "state"
    write_tree(root, {"m/a/x": "old", "m/b": "other"})
    write_tree(tmp_path / "outside", {"a/x": "not ours"})
    (root / "undo").mkdir()
    swap.swap(root / "undo", staged(root, root / "undo", "one", {"m/a/x": "new"}, lambda path: path.startswith("m/a")))
    os.rename(root / "m", root / "hidden")
    (root / "m").symlink_to(tmp_path / "outside")
    with pytest.raises(StorageFault):
        back(root)
    assert texts(tmp_path / "outside") == {"a/x": "not ours"}
    assert texts(root) == {"hidden/a/x": "new", "hidden/b": "other", "m": f"->{tmp_path / 'outside'}"}
    assert ids(root) == ["one"]


def test_seven_days(root: Path) -> None:
    last = AT_MS + 7 * DAY_MS
    assert ids(root, last - 1) == ["one"]
    assert ids(root, last) == []
    assert undo.forget(root / "undo", last - 1) == ()
    with pytest.raises(Refused, match="seven days"):
        back(root, now_ms=last)
    assert undo.forget(root / "undo", last) == ("one",)
    assert not any((root / "undo").iterdir())
    assert texts(root) == AFTER


def test_a_clock_that_was_set_back_forgets_nothing(root: Path) -> None:
    assert undo.forget(root / "undo", AT_MS - 30 * DAY_MS) == ()
    assert ids(root, AT_MS - 30 * DAY_MS) == ["one"]


def test_the_later_restore_is_first(root: Path) -> None:
    restored(root, "later", AT_MS + 10)
    with pytest.raises(Refused, match="later restore"):
        back(root, now_ms=AT_MS + 20)
    back(root, "later", "x", AT_MS + 20)
    back(root, "one", "y", AT_MS + 30)
    assert texts(root) == OLD


def test_a_later_restore_that_stands_again_is_first_too(root: Path) -> None:
    restored(root, "later", AT_MS + 10)
    back(root, "later", "undone", AT_MS + 20)
    back(root, "undone", "again", AT_MS + 30)
    with pytest.raises(Refused, match="later restore"):
        back(root, "one", "y", AT_MS + 40)
    back(root, "again", "undone twice", AT_MS + 50)
    back(root, "one", "y", AT_MS + 60)
    assert texts(root) == OLD


def test_a_damaged_journal_is_not_listed_and_kept(root: Path) -> None:
    path = root / "undo" / "one" / swap_journal.FILE
    path.write_bytes(b"{")
    assert ids(root) == []
    with pytest.raises((NotFound, Unreadable)):
        back(root)
    assert undo.forget(root / "undo", AT_MS + 30 * DAY_MS) == ()
    assert path.read_bytes() == b"{"


def test_killed_at_each_call_of_undo_and_then_of_recovering(tmp_path: Path) -> None:
    first, ran = 1, 0
    while True:
        second, done = 1 + first % STRIDE, False
        while not done:
            root = tmp_path / "state"
            with breaking(UNBROKEN):
                restored(root)
            (root / "a" / "since").write_text("since")
            before = texts(root)
            with breaking(first) as undoing:
                back(root)
            with breaking(second) as recovering:
                swap.recover(root / "undo")
            done = not recovering.broke
            with breaking(UNBROKEN):
                answer = swap.recover(root / "undo")
            assert not [one for one in answer if one.fault]
            assert texts(root) in (before, OLD), (first, second)
            everything = {path.read_text() for path in root.rglob("*") if path.is_file()}
            assert {"since", "old x", "old y", "new x", "new z"} <= everything
            assert ids(root) == (["two"] if texts(root) == OLD else ["one"])
            shutil.rmtree(root)
            second, ran = second + STRIDE, ran + 1
        if not undoing.broke:
            assert ran > 40
            return
        first += 1


def test_killed_at_each_call_of_forgetting(tmp_path: Path) -> None:
    for at in range(1, 100):
        root = restored(tmp_path / str(at))
        with breaking(at) as broken:
            undo.forget(root / "undo", AT_MS + 8 * DAY_MS)
        swap.recover(root / "undo")
        assert texts(root) == AFTER
        assert ids(root) in (["one"], [])
        undo.forget(root / "undo", AT_MS + 8 * DAY_MS)
        assert not any((root / "undo").iterdir())
        if not broken.broke:
            return


def test_a_made_root_goes_again(tmp_path: Path) -> None:
    root, kept = tmp_path / "home" / "clawd", tmp_path / "state" / "undo"
    kept.mkdir(parents=True)
    swap.swap(kept, staged(root, kept, "one", {"a": "new"}, lambda path: True))
    assert texts(root) == {"a": "new"}
    undo.undo(kept, "one", "two", AT_MS + 1)
    assert not (tmp_path / "home").exists()
    undo.undo(kept, "two", "three", AT_MS + 2)
    assert texts(root) == {"a": "new"}


NAMES = st.sampled_from(["a", "b", "é", "e\u0301", "x-wal", " ", "…", "\udcff"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
MODES = st.sampled_from([0o600, 0o644, 0o400, 0o755])
TREES = st.dictionaries(PATHS, st.tuples(st.sampled_from(["file", "folder", "link"]), MODES), max_size=14)


def grow(root: Path, tree: dict[str, tuple[str, int]], mark: str) -> None:
    """Write what of the tree can stand together."""
    root.mkdir(parents=True, exist_ok=True)
    for path, (kind, mode) in tree.items():
        target = root / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if kind == "folder":
                target.mkdir(exist_ok=True)
                target.chmod(mode | 0o700)
            elif kind == "link":
                target.symlink_to(f"{mark}-{mode}")
            else:
                target.write_bytes(f"{mark} {path}".encode("utf-8", "surrogateescape"))
                target.chmod(mode)
        except (FileExistsError, NotADirectoryError, FileNotFoundError, IsADirectoryError):
            continue


@settings(
    max_examples=int(os.environ.get("RESTORE_ROUNDS", "60")), deadline=None, suppress_health_check=list(HealthCheck)
)
@given(old=TREES, new=TREES, seed=st.integers(0, 1 << 30))
def test_any_trees_and_any_choice(
    tmp_path_factory: pytest.TempPathFactory,
    old: dict[str, tuple[str, int]],
    new: dict[str, tuple[str, int]],
    seed: int,
) -> None:
    """Exactly the chosen is new and the rest old; undo gives the old tree, byte for byte."""
    top = tmp_path_factory.mktemp("trees")
    root = top / "state"
    grow(root, old, "old")
    kept = top / "undo"
    kept.mkdir()
    before = seen(root)
    some = random.Random(seed)
    picked = {path for path in before if some.random() < 0.5}
    grow(top / "new", new, "new")
    coming = seen(top / "new")
    # A choice holds whole folders, as an area does.
    mine = {path for path in before if any(path == one or path.startswith(f"{one}/") for one in picked)}
    above = {path for path in before if any(one.startswith(f"{path}/") for one in before)}
    mine |= {path for path in coming if path in before and path not in above}
    plan = planned(root, top / "new", lambda path: path in mine)
    if plan.clashes:
        assert all(path in before and path not in mine or path in above for path in plan.clashes)
        shutil.rmtree(top)
        return
    name = "one"
    (kept / name).mkdir()
    os.rename(top / "new", kept / name / swap.NEW)
    steps = tuple(
        Step(0, unit.path, f"{name}/old/{n}" if unit.takes else "", f"{name}/new/{unit.path}" if unit.puts else "")
        for n, unit in enumerate(plan.units)
    )
    with breaking(UNBROKEN):
        swap.swap(kept, Journal(name, "staging", AT_MS, "", (), (Root(root, kept),), steps))
        after = seen(root)
        foreign = {path for path in before if path not in mine and path not in above}
        assert {path: after[path] for path in foreign} == {path: before[path] for path in foreign}
        for path, what in coming.items():
            assert after[path][0] == what[0]
            assert what[0] == "folder" or after[path] == what
        tops = {one for path in set(before) - mine for one in (path, *(str(up) for up in Path(path).parents))}
        assert set(after) <= set(coming) | tops
        undo.undo(kept, name, "two", AT_MS + 1)
        assert seen(root) == before
    shutil.rmtree(top)
