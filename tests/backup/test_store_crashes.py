"""A store through everything that a disk and a process can do in the middle: the backups before it stay, whole."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from fault_disk import FaultDisk, fault_disk, lay_out
from store_rig import Rig, draft, in_memory, restored

from clawd_desktop.backup import store_lock
from clawd_desktop.backup.packs import SUFFIX
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import ClawdError, StorageFault
from clawd_desktop.core.new_file import is_unfinished

KEPT = {"a": b"a" * 600, "b": b"b" * 300}
FIRST = {**KEPT, "x": bytes(range(256)) * 8, "y": b"y" * 900}
NEW = {**KEPT, "new": b"new" * 50, "n/m": b"m"}
BEFORE = {"b1": FIRST, "b2": KEPT}


def add(rig: Rig) -> None:
    rig.open().add(draft(3), in_memory(NEW))


def prune(rig: Rig) -> None:
    rig.open().prune({"b2"})


# What is done, what may be in the store afterwards, and what must be.
WORK: dict[str, tuple[Callable[[Rig], None], dict[str, dict[str, bytes]], set[str]]] = {
    "add": (add, {**BEFORE, "b3": NEW}, {"b1", "b2"}),
    "prune": (prune, BEFORE, {"b2"}),
}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    rig = Rig(tmp_path / "base" / "disk", tmp_path / "base" / "cache")
    rig.add(1, FIRST)
    rig.add(2, KEPT)
    return tmp_path / "base"


def copy_of(base: Path, name: str) -> Rig:
    target = base.with_name(name)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(base, target)
    return Rig(target / "disk", target / "cache")


def assert_whole(rig: Rig, name: str, what: str) -> set[str]:
    """Everything that is listed restores; the store works on and leaves nothing behind. Returns what was listed."""
    _, may, must = WORK[name]
    for lock in rig.root.glob("lock*"):
        if not store_lock.decode(lock.read_bytes()).token:
            os.utime(lock, (0, 0))  # torn, and a minute has passed
    store = rig.open()
    listed = {snapshot.id: snapshot for snapshot in store.snapshots()}
    assert must <= set(listed) <= set(may), what
    for snapshot in listed.values():
        assert not snapshot.damage, f"{what}: {snapshot.damage}"
        assert restored(store, snapshot) == may[snapshot.id], what
    rig.add(9, {"after": b"after"})
    rig.open().prune({"b2", "b9"})
    rig.open().verify()
    assert not [path for path in rig.files() if is_unfinished(Path(path).name) or "lock" in path], what
    needed = {len(one) for one in (KEPT, {"after": b""})}
    assert sum(path.endswith(SUFFIX) for path in rig.files()) <= len(needed), what
    return set(listed)


def count(base: Path, name: str) -> int:
    rig = copy_of(base, "count")
    with fault_disk(rig.folder.parent) as disk:
        WORK[name][0](rig)
        return disk.calls


@pytest.mark.parametrize(
    ("error", "lasting"), [(errno.ENOSPC, False), (errno.ENOSPC, True), (errno.EIO, False), (errno.EROFS, True)]
)
@pytest.mark.parametrize("name", WORK)
def test_an_error_of_the_disk_at_each_call(base: Path, name: str, error: int, lasting: bool) -> None:
    calls = count(base, name)
    assert calls > 10
    for at in range(1, calls + 1):
        rig = copy_of(base, "try")
        with fault_disk(rig.folder.parent) as disk:
            disk.fail(at, error, lasting=lasting, short=True)
            told = ""
            try:
                WORK[name][0](rig)
            except ClawdError as fault:
                told = fault.code
            assert disk.failed
        listed = assert_whole(rig, name, f"call {at}")
        if name == "add":
            assert told == ("" if "b3" in listed else "storage") or lasting, f"call {at}"


class Killer(safeio.Calls):
    """Ends the process at the n-th call that changes the disk, before or after it is done."""

    def __init__(self, at: int, *, after: bool) -> None:
        self.left = at
        self.after = after

    def __getattribute__(self, name: str) -> object:
        found = super().__getattribute__(name)
        if name not in ("open", "write", "fsync", "replace", "unlink", "sync_folder", "truncate"):
            return found

        def call(*arguments: object) -> object:
            self.left -= 1
            if self.left == 0 and not self.after:
                os._exit(9)
            result = found(*arguments)
            if self.left == 0:
                os._exit(9)
            return result

        return call


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", WORK)
def test_killed_at_each_call(base: Path, name: str, after: bool) -> None:
    for at in range(1, 1000):
        rig = copy_of(base, "try")
        child = os.fork()
        if child == 0:
            code = 1
            try:
                safeio.calls = Killer(at, after=after)
                WORK[name][0](rig)
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        ended = os.waitstatus_to_exitcode(status)
        assert ended in (0, 9)
        listed = assert_whole(rig, name, f"call {at}")
        if ended == 0:
            assert listed == ({"b1", "b2", "b3"} if name == "add" else {"b2"})
            assert at > 5
            return
    pytest.fail("it never came to its end")


@pytest.mark.parametrize("name", WORK)
def test_a_power_cut_at_each_call(base: Path, name: str) -> None:
    rig = copy_of(base, "work")
    with fault_disk(rig.folder.parent) as disk:
        WORK[name][0](rig)
        disk.acknowledge()
    images = list(disk.images())
    assert len(images) > 20
    done = {"add": {"b1", "b2", "b3"}, "prune": {"b2"}}[name]
    # Each is a new store to check: as many as a minute allows, the last ones always.
    for number, (promised, image) in enumerate(images):
        if number % 3 and number < len(images) - 20:
            continue
        root = base.with_name("image")
        shutil.rmtree(root, ignore_errors=True)
        lay_out(image, root)
        for folder in ("packs", "index", "snapshots"):
            (root / "disk" / "clawd-backups" / folder).mkdir(parents=True, exist_ok=True)
        listed = assert_whole(Rig(root / "disk", root / "cache"), name, f"image {number}")
        assert not promised or listed == done


class Vanishing(FaultDisk):
    """The disk is pulled at a call: its folder is gone, or the empty mount point is what is seen."""

    def __init__(self, root: Path, at: int, *, mount_point: bool) -> None:
        super().__init__(root)
        self.at = at
        self.mount_point = mount_point

    def _step(self) -> None:
        super()._step()
        if self.calls == self.at:
            (self.root / "disk").rename(self.root / "pulled")
            if self.mount_point:
                (self.root / "disk").mkdir()


@contextmanager
def installed(disk: FaultDisk) -> Iterator[FaultDisk]:
    real, safeio.calls = safeio.calls, disk
    try:
        yield disk
    finally:
        safeio.calls = real


@pytest.mark.parametrize("mount_point", [False, True])
@pytest.mark.parametrize("name", WORK)
def test_the_disk_is_pulled_at_each_call(base: Path, name: str, mount_point: bool) -> None:
    for at in range(1, count(base, name) + 1):
        rig = copy_of(base, "try")
        root = rig.folder.parent
        with installed(Vanishing(root, at, mount_point=mount_point)), suppress(StorageFault):
            WORK[name][0](rig)
        if mount_point:
            assert not list(rig.folder.iterdir()), "nothing is written to an empty mount point"
            rig.folder.rmdir()
        (root / "pulled").rename(rig.folder)
        assert_whole(rig, name, f"call {at}")
