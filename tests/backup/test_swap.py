"""Whatever call of a swap is the last one, the next start finds the old or the new, and nothing else."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from fault_disk import fault_disk, lay_out
from swap_stage import UNBROKEN, breaking, seen, staged, texts, write_tree

from clawd_desktop.backup import swap, swap_journal
from clawd_desktop.backup.swap_journal import Journal
from clawd_desktop.core.errors import StorageFault, Unreadable

OLD: dict[str, str | None] = {
    "clawdbot.json": "old config",
    "agents/main/sessions/a.jsonl": "old a",
    "agents/main/sessions/b.jsonl": "old b",
    "agents/main/agent/auth.json": "credentials",
    "memory/index.sqlite": "old index",
    "memory/index.sqlite-wal": "old log",
    "skills": None,
    "link": "->memory",
}
NEW: dict[str, str | None] = {
    "agents/main/sessions/a.jsonl": "new a",
    "agents/other/sessions/c.jsonl": "new c",
    "memory/index.sqlite": "new index",
    "cron/jobs.json": "new jobs",
}
AFTER: dict[str, str | None] = {
    "clawdbot.json": "old config",
    "agents/main/sessions/a.jsonl": "new a",
    "agents/other/sessions/c.jsonl": "new c",
    "agents/main/agent/auth.json": "credentials",
    "memory/index.sqlite": "new index",
    "cron/jobs.json": "new jobs",
    "skills": None,
    "link": "->memory",
}


def chosen(path: str) -> bool:
    return path.split("/")[0] in ("memory", "cron") or "sessions" in path or path in ("agents", "agents/main")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    write_tree(folder, OLD)
    (folder / "undo").mkdir()
    return folder


@pytest.fixture
def journal(root: Path) -> Journal:
    return staged(root, root / "undo", "one", NEW, chosen)


def leftovers(root: Path) -> set[str]:
    return {path.name for path in (root / "undo").iterdir()}


def test_the_chosen_is_new_and_the_rest_old(root: Path, journal: Journal) -> None:
    assert [(step.path, bool(step.kept), bool(step.put)) for step in journal.steps] == [
        ("agents/main/sessions", True, True),
        ("agents/other", False, True),
        ("cron", False, True),
        ("memory", True, True),
    ]
    done = swap.swap(root / "undo", journal)
    assert texts(root) == AFTER
    assert done.phase == "done"
    assert swap_journal.read(root / "undo", "one") == done
    kept = {path: text for path, text in texts(root / "undo" / "one").items() if path.startswith("old")}
    assert set(kept.values()) == {"old a", "old b", "old index", "old log"}
    assert swap.recover(root / "undo") == ()
    assert texts(root) == AFTER


def broken_run(root: Path, journal: Journal, at: int, error: int = 0, *, lasting: bool = False) -> bool:
    """Swap with a broken call; whether it came to that call."""
    with breaking(at, error, lasting=lasting) as broken:
        try:
            swap.swap(root / "undo", journal)
        except StorageFault:
            assert error
    return broken.broke


def fresh(
    tmp_path: Path, number: int, old: dict[str, str | None] = OLD, new: dict[str, str | None] = NEW
) -> tuple[Path, Journal]:
    root = tmp_path / f"state{number}"
    write_tree(root, old)
    (root / "undo").mkdir()
    return root, staged(root, root / "undo", "one", new, chosen)


def test_killed_at_each_call(tmp_path: Path) -> None:
    outcomes = []
    for at in range(1, 200):
        root, journal = fresh(tmp_path, at)
        broke = broken_run(root, journal, at)
        swap.recover(root / "undo")
        now = texts(root)
        assert now in (OLD, AFTER), at
        assert now == AFTER or leftovers(root) == set(), at
        assert swap.recover(root / "undo") == ()
        outcomes.append(now == AFTER)
        if not broke:
            break
    assert len(outcomes) > 30
    assert outcomes == sorted(outcomes), "once it is new it stays new"
    assert outcomes[-1]


def test_killed_at_each_call_of_recovering_at_each_call(tmp_path: Path) -> None:
    """Kill the swap at every call, then the recovery at every call, then recover in peace."""
    old: dict[str, str | None] = {"clawdbot.json": "old", "memory/a": "old"}
    new: dict[str, str | None] = {"memory/a": "new", "cron/b": "new"}
    after = {**old, **new}
    ran, first = 0, 1
    while True:
        second, done = 1, False
        while not done:
            root, journal = fresh(tmp_path, 0, old, new)
            if not broken_run(root, journal, first):
                assert ran > 200
                return
            with breaking(second) as broken:
                swap.recover(root / "undo")
            done = not broken.broke
            with breaking(UNBROKEN):
                swap.recover(root / "undo")
            assert texts(root) in (old, after), (first, second)
            assert texts(root) == after or leftovers(root) == set()
            shutil.rmtree(root)
            second, ran = second + 1, ran + 1
        first += 1


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("lasting", [False, True])
def test_each_call_fails(tmp_path: Path, error: int, lasting: bool) -> None:
    for at in range(1, 200):
        root, journal = fresh(tmp_path, at)
        with breaking(at, error, lasting=lasting) as broken:
            try:
                swap.swap(root / "undo", journal)
                ended = AFTER
            except StorageFault:
                ended = OLD
        if not lasting and broken.broke:
            assert texts(root) == ended, at
        swap.recover(root / "undo")
        assert texts(root) == ended, at
        if not broken.broke:
            return
    raise AssertionError("it never came to an end")


def test_a_power_cut_leaves_old_or_new(root: Path, journal: Journal, tmp_path: Path) -> None:
    with fault_disk(root) as disk:
        swap.swap(root / "undo", journal)
        disk.acknowledge()
    plain = {name: text for name, text in OLD.items() if text is not None and not text.startswith("->")}
    plain_after = {name: text for name, text in AFTER.items() if text is not None and not text.startswith("->")}
    found = set()
    for number, (promised, image) in enumerate(disk.images()):
        after = tmp_path / str(number)
        here = str(root).encode(), str(after).encode()
        lay_out(
            {name: data.replace(*here) if name.endswith(swap_journal.FILE) else data for name, data in image.items()},
            after,
        )
        for step in journal.steps:  # an image has no folders without files
            for path in (step.kept, step.put):
                (after / "undo" / path).parent.mkdir(parents=True, exist_ok=True)
            (after / step.path).parent.mkdir(parents=True, exist_ok=True)
        answer = swap.recover(after / "undo")
        assert not [one.fault for one in answer if one.fault], promised
        now = {name: text for name, text in texts(after).items() if text is not None}
        assert now in (plain, plain_after)
        assert now == plain_after or not promised
        found.add(now == plain_after)
    assert found == {True, False}


def test_what_stands_in_the_way_of_the_old_is_kept(root: Path, journal: Journal) -> None:
    stopped = None
    for at in range(1, 200):
        broken_run(root, journal, at)
        if not (root / "memory").exists():
            (root / "memory").write_text("somebody wrote this meanwhile")
            stopped = swap.recover(root / "undo")
            break
        swap.recover(root / "undo")
        journal = staged(root, root / "undo", "one", NEW, chosen)
    assert stopped is not None
    assert stopped[0].outcome == "taken back"
    assert stopped[0].aside == (root / "memory.kept-1",)
    assert (root / "memory.kept-1").read_text() == "somebody wrote this meanwhile"
    assert {path: text for path, text in texts(root).items() if path != "memory.kept-1"} == OLD


def test_a_lost_shelf_is_told_and_nothing_touched(root: Path, journal: Journal) -> None:
    for at in range(1, 200):
        broken_run(root, journal, at)
        if not (root / "memory").exists():
            break
        swap.recover(root / "undo")
        journal = staged(root, root / "undo", "one", NEW, chosen)
    shutil.rmtree(root / "undo" / "one" / "old")
    shutil.rmtree(root / "undo" / "one" / "new")
    before = texts(root)
    answer = swap.recover(root / "undo")
    assert "is gone" in answer[0].fault
    assert texts(root) == before


@pytest.mark.parametrize("text", [b"", b"{", b'{"format": "other"}', b"\xff\x00"])
def test_a_damaged_journal_is_left_as_it_is(root: Path, journal: Journal, text: bytes) -> None:
    swap.swap(root / "undo", journal)
    path = root / "undo" / "one" / swap_journal.FILE
    path.write_bytes(text)
    before = seen(root, without="")
    answer = swap.recover(root / "undo")
    assert str(path) in answer[0].fault
    assert seen(root, without="") == before
    with pytest.raises(Unreadable):
        swap_journal.read(root / "undo", "one")


def test_a_folder_without_a_journal(root: Path, journal: Journal) -> None:
    swap.swap(root / "undo", journal)
    (root / "undo" / "one" / swap_journal.FILE).unlink()
    (root / "undo" / "two" / "new").mkdir(parents=True)
    (root / "undo" / f"{swap.GONE}three").mkdir()
    answer = swap.recover(root / "undo")
    assert [one.id for one in answer] == ["one"]
    assert "has no journal" in answer[0].fault
    assert leftovers(root) == {"one"}


def test_no_undo_folder(tmp_path: Path) -> None:
    assert swap.recover(tmp_path / "nothing") == ()


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    undo = tmp_path / "state" / "undo"
    undo.mkdir(parents=True)
    for at in range(1, 200):
        root = tmp_path / "home" / "clawd"
        journal = staged(root, undo, "one", {"a": "new", "b/c": "new"}, lambda path: True)
        with breaking(at) as broken:
            swap.swap(undo, journal)
        swap.recover(undo)
        new = root.is_dir()
        assert not new or texts(root) == {"a": "new", "b/c": "new"}
        assert new or not (tmp_path / "home").exists()
        if not broken.broke:
            assert new
            return
        if new:
            shutil.rmtree(tmp_path / "home")
            shutil.rmtree(undo / "one")


OTHER_DISK = Path("/dev/shm")  # noqa: S108


@pytest.mark.skipif(not OTHER_DISK.is_dir(), reason="there is no second disk to write to")
def test_a_folder_on_anOTHER_DISK_has_its_shelf_beside_it(tmp_path: Path) -> None:
    undo = tmp_path / "undo"
    undo.mkdir()
    if os.stat(OTHER_DISK).st_dev == os.stat(undo).st_dev:
        pytest.skip("both are one disk")
    top = OTHER_DISK / f"clawd-{os.getpid()}"
    try:
        for at in range(1, 200):
            root = top / "clawd"
            shutil.rmtree(top, ignore_errors=True)
            shutil.rmtree(undo / "one", ignore_errors=True)
            write_tree(root, {"a": "old", "b": "old"})
            journal = staged(root, undo, "one", {"a": "new"}, lambda path: True)
            assert journal.roots[0].shelf == top / ".clawd-desktop-undo"
            with breaking(at) as broken:
                swap.swap(undo, journal)
            swap.recover(undo)
            assert texts(root) in ({"a": "new"}, {"a": "old", "b": "old"})
            if texts(root) == {"a": "old", "b": "old"} and (undo / "one").exists() is False:
                assert {path.name for path in top.iterdir()} <= {"clawd", ".clawd-desktop-undo"}
            if not broken.broke:
                return
    finally:
        shutil.rmtree(top, ignore_errors=True)


def test_folders_that_may_not_be_written(tmp_path: Path) -> None:
    for at in range(1, 200):
        root, journal = fresh(tmp_path, at)
        (root / "memory").chmod(0o555)
        (root / "undo" / "one" / "new" / "cron").chmod(0o555)
        modes = {"memory": (0o555, -1), "cron": (-1, 0o555)}
        steps = tuple(
            replace(step, mode=modes.get(step.path, (-1, -1))[0], put_mode=modes.get(step.path, (-1, -1))[1])
            for step in journal.steps
        )
        before = seen(root)
        with breaking(at) as broken:
            swap.swap(root / "undo", replace(journal, steps=steps))
        swap.recover(root / "undo")
        if texts(root) != AFTER:
            assert seen(root) == before
        else:
            assert seen(root)["cron"][1] == 0o555
        if not broken.broke:
            return


def test_links_that_are_swapped_in_meanwhile_lead_nowhere(tmp_path: Path) -> None:
    """A thread puts a link in the place of a folder and back, all the time; nothing outside is ever touched."""
    outside = tmp_path / "outside"
    write_tree(outside, {"main/sessions/a.jsonl": "not ours", "main/agent/x": "not ours"})
    untouched = seen(outside)
    settled = {True: 0, False: 0}
    for number in range(60):
        root, journal = fresh(tmp_path, number)
        stop = threading.Event()

        def play(root: Path = root, stop: threading.Event = stop) -> None:
            while not stop.is_set():
                os.rename(root / "agents", root / "hidden")
                os.symlink(outside, root / "agents")
                os.unlink(root / "agents")
                os.rename(root / "hidden", root / "agents")

        thread = threading.Thread(target=play)
        thread.start()
        try:
            swap.swap(root / "undo", journal)
            new = True
        except StorageFault:
            new = False
        finally:
            stop.set()
            thread.join()
        swap.recover(root / "undo")
        settled[new] += 1
        assert seen(outside) == untouched
        assert texts(root) == (AFTER if new else OLD)
    assert settled[False] > 0


HARNESS = """
    import sys
    from pathlib import Path
    from clawd_desktop.backup import swap, swap_journal

    undo = Path(sys.argv[1])
    if sys.argv[2] == "recover":
        print(swap.recover(undo))
    else:
        swap.swap(undo, swap_journal.decode(Path(sys.argv[2]).read_bytes()))
"""
KILLED_AT = [
    *(("rename,renameat,renameat2", number) for number in range(1, 12)),
    *(("fsync", number) for number in (1, 2, 5, 8, 11, 14)),
    ("fdatasync", 1), ("fdatasync", 2), ("mkdir,mkdirat", 1), ("rmdir,unlinkat", 1),
]  # fmt: skip


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not on this computer")
@pytest.mark.parametrize(("call", "number"), KILLED_AT)
def test_a_process_killed_at_a_system_call(
    root: Path, journal: Journal, tmp_path: Path, call: str, number: int
) -> None:
    script = tmp_path / "harness.py"
    script.write_text(textwrap.dedent(HARNESS))
    (tmp_path / "plan.json").write_bytes(swap_journal.encode(journal))
    paths = [str(Path(__file__).parents[2]), *(path for path in sys.path if "site-packages" in path)]

    def run(argument: str, kill: bool) -> int:
        trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}"]
        inject = ["-e", f"inject={call}:signal=KILL:when={number}"] if kill else []
        command = [*trace, *inject, sys.executable, "-S", "-B", str(script), str(root / "undo"), argument]
        environ = {"PYTHONPATH": ":".join(paths)}
        return subprocess.run(command, env=environ, capture_output=True, timeout=60, check=False).returncode

    killed = run(str(tmp_path / "plan.json"), kill=True) != 0
    assert killed or number > 1
    run("recover", kill=True)
    swap.recover(root / "undo")
    assert texts(root) in (OLD, AFTER)
    assert killed or texts(root) == AFTER
