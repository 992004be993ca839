"""A process that is killed at a system call: the next one finds the old or the new, whole, and tidies up the rest.

Tests that break a call in the process show what each call may leave; here the system's own calls are counted, so that
nothing writes beside those. A run tries some of them, spread evenly; KILL_AT_EACH_CALL=1 tries all.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from killed_program import FIRST, KEPT, NEW, bring_back, home_in, rig_in
from restore_stage import Home, home_at, spoil
from store_rig import Rig, restored
from swap_stage import Seen

from clawd_desktop.backup import archive_reader, store_lock, swap, swap_journal
from clawd_desktop.backup.packs import SUFFIX
from clawd_desktop.backup.undo import undoable
from clawd_desktop.core.new_file import is_unfinished

PROGRAM = Path(__file__).parents[1] / "killed_program.py"
# What changes a disk. A name with "?" is not known to every system.
CALLS = (
    "write,pwrite64,?rename,?renameat,renameat2,?unlink,unlinkat,?rmdir,?mkdir,mkdirat,?link,linkat,?symlink,symlinkat,"
    "fsync,fdatasync,syncfs,ftruncate,fchmod,?chmod,fchmodat,utimensat"
)
SHARES = 2
EACH = 0 if os.environ.get("KILL_AT_EACH_CALL") else 8
_CALL = re.compile(r"^(\d+) +(\w+)\(")

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs: apt-get install strace")


@dataclass(frozen=True)
class Case:
    """A folder with what is worked on: `make` fills it, `check` settles what a killed process left and says if it is
    the new that stands. `check` is given what stood there before and, once it is known, what stands there at the end.
    """

    make: Callable[[Path], None]
    check: Callable[[Path, Seen, Seen | None], bool]


class Worker:
    """Processes that do one piece of work each, under strace."""

    def __init__(self) -> None:
        site = [path for path in sys.path if "site-packages" in path]
        paths = ":".join((str(PROGRAM.parents[1]), str(PROGRAM.parent), *site))
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-B", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"PYTHONPATH": paths, "PYTHONHASHSEED": "0"},
        )  # fmt: skip

    def close(self) -> None:
        self._process.communicate()

    def run(self, work: str, folder: Path, kill_at: tuple[str, int] | None = None) -> tuple[int, list[str]]:
        """Do the work, killed as it makes the n-th of one call; its exit code and the names of the calls it made."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([work, str(folder)]) + "\n")
        self._process.stdin.flush()
        child, trace = int(self._process.stdout.readline()), folder.parent / "trace"
        while psutil.Process(child).status() != psutil.STATUS_STOPPED:
            os.sched_yield()  # it is about to stop by itself
        strace = ["strace", "-f", "-p", str(child), "-o", str(trace), "-e", f"trace={CALLS}"]
        strace += ["-e", f"inject={kill_at[0]}:signal=KILL:when={kill_at[1]}"] if kill_at else []
        with subprocess.Popen(strace, stderr=subprocess.PIPE, text=True) as attached:
            assert attached.stderr is not None
            told = attached.stderr.readline()
            assert "attached" in told, told
            os.kill(child, signal.SIGCONT)
            code = int(self._process.stdout.readline())
            attached.communicate()
        lines = (_CALL.match(line) for line in trace.read_text(errors="replace").splitlines())
        return code, [found[2] for found in lines if found and int(found[1]) == child]


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


def copied(source: Path, target: Path) -> None:
    """Make `target` what `source` is; it lies where it lay, for journals name folders."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)


def assert_backups_whole(home: Home) -> int:
    """A fresh process makes a backup, which tidies up; what then lies there are backups that can be read. How many."""
    home.taken()
    folder = home.folder / "backups"
    for path in folder.iterdir():
        archive_reader.verify(path)
    assert list((home.folder / "cache" / "backup").iterdir()) == []
    return len(list(folder.iterdir()))


def filled_home(folder: Path) -> None:
    home_at(folder).taken()


def spoiled_home(folder: Path) -> None:
    filled_home(folder)
    spoil(home_in(folder))


def restored_home(folder: Path) -> None:
    spoiled_home(folder)
    bring_back(folder)


def backed_up(folder: Path, before: Seen, after: Seen | None) -> bool:
    home = home_in(folder)
    count = assert_backups_whole(home)
    assert home.seen() == before
    assert count in (2, 3)
    return count == 3


def swapped(folder: Path, before: Seen, after: Seen | None) -> bool:
    """Settled as the application does it when it starts."""
    home = home_in(folder)
    for settled in swap.recover(home.site.undo):
        assert not settled.fault
        assert not settled.aside
    assert swap.recover(home.site.undo) == ()
    assert_backups_whole(home)
    now = home.seen()
    assert after is None or now in (before, after)
    done = undoable(home.site.undo, home.ground.clock.wall_ms())
    left = [name for name in swap_journal.names(home.site.undo) if not name.startswith(swap.GONE)]
    assert all(swap_journal.read(home.site.undo, name).phase == "done" for name in left)
    assert len(left) - len(done) in (0, 1)
    return now != before


def stored(folder: Path) -> None:
    rig = rig_in(folder)
    rig.add(1, FIRST)
    rig.add(2, KEPT)


def listed_whole(folder: Path) -> set[str]:
    """Each backup that the store lists, after it was read; the store works on and leaves nothing behind."""
    rig = rig_in(folder)
    for lock in rig.root.glob("lock*"):
        if not store_lock.decode(lock.read_bytes()).token:
            os.utime(lock, (0, 0))  # torn, and a minute has passed
    store = rig.open()
    holds = {"b1": FIRST, "b2": KEPT, "b3": NEW}
    listed = {snapshot.id: snapshot for snapshot in store.snapshots()}
    for snapshot in listed.values():
        assert not snapshot.damage
        assert restored(store, snapshot) == holds[snapshot.id]
    rig.add(9, {"after": b"after"})
    rig.open().prune({"b2", "b9"})
    rig.open().verify()
    assert_tidy(rig)
    return set(listed)


def assert_tidy(rig: Rig) -> None:
    assert not [path for path in rig.files() if is_unfinished(Path(path).name) or "lock" in path]
    assert sum(path.endswith(SUFFIX) for path in rig.files()) <= 2


def added(folder: Path, before: Seen, after: Seen | None) -> bool:
    listed = listed_whole(folder)
    assert {"b1", "b2"} <= listed
    return "b3" in listed


def pruned(folder: Path, before: Seen, after: Seen | None) -> bool:
    listed = listed_whole(folder)
    assert "b2" in listed
    return "b1" not in listed


CASES = {
    "back up": Case(filled_home, backed_up),
    "restore": Case(spoiled_home, swapped),
    "undo": Case(restored_home, swapped),
    "add to a store": Case(stored, added),
    "prune a store": Case(stored, pruned),
}


def chosen(calls: list[str], share: int) -> list[tuple[int, str, int]]:
    """Which of the calls this share of the test tries: their places, their names, and the how manieth of those."""
    count = len(calls)
    some = range(count) if not EACH else sorted({round(at * (count - 1) / (EACH - 1)) for at in range(EACH)})
    return [(at, calls[at], calls[: at + 1].count(calls[at])) for at in list(some)[share::SHARES]]


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("work", CASES)
def test_killed_at_a_system_call(worker: Worker, tmp_path: Path, work: str, share: int) -> None:
    case, folder, pristine = CASES[work], tmp_path / "place", tmp_path / "pristine"
    case.make(folder)
    copied(folder, pristine)
    before = _seen(folder)
    code, calls = worker.run(work, folder)
    assert code == 0
    assert len(calls) > 20, "strace counts the calls"
    after = _seen(folder)
    assert case.check(folder, before, None), "without a kill it is the new"
    outcomes = []
    for at, name, number in chosen(calls, share):
        copied(pristine, folder)
        code, made = worker.run(work, folder, (name, number))
        assert code == -signal.SIGKILL, f"it was not killed at call {at}, {name}"
        assert made[:at] == calls[:at], "it made the same calls until then"
        assert len(made) == at + 1
        outcomes.append(case.check(folder, before, after))
    assert outcomes == sorted(outcomes), "once it is new it stays new"


def test_the_moment_at_which_it_counts_lies_between(worker: Worker, tmp_path: Path) -> None:
    """The first call of a restore leaves the old, the last the new, which is what the backup held."""
    folder, pristine = tmp_path / "place", tmp_path / "pristine"
    spoiled_home(folder)
    copied(folder, pristine)
    before = _seen(folder)
    _, calls = worker.run("restore", folder)
    after = _seen(folder)
    state = home_in(folder).state
    assert (state / "agents/main/sessions/s1.jsonl").read_text().startswith('{"type":"session"')
    assert not (state / "agents/main/sessions/s2.jsonl").exists()
    outcomes = []
    for at in (0, len(calls) - 1):
        copied(pristine, folder)
        worker.run("restore", folder, (calls[at], calls[: at + 1].count(calls[at])))
        outcomes.append(swapped(folder, before, after))
    assert outcomes == [False, True]


def _seen(folder: Path) -> Seen:
    return home_in(folder).seen() if (folder / "clawd").exists() else {}
