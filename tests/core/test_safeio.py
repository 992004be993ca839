"""Durable means durable: after a crash or a failing call a file is the old one or the new one, and says which."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_disk import FaultDisk, fault_disk

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import AlreadyRunning, NotFound, StorageFault, Unreadable
from clawd_desktop.core.safeio import AppendFile, FolderLock

ROOT = Path(__file__).parents[2]
ERRORS = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EMFILE, errno.EACCES]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[FaultDisk]:
    (tmp_path / "old").write_bytes(b"old")
    with fault_disk(tmp_path) as disk:
        yield disk


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


def test_a_folder_that_allows_nothing_is_removed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x").write_bytes(b"")
    (tmp_path / "outside").mkdir(mode=0o500)
    (tmp_path / "a" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "a" / "b").chmod(0)
    (tmp_path / "a").chmod(0o500)
    real = safeio.calls

    class Strict(safeio.Calls):
        """What a user sees who is not root."""

        def remove_tree(self, folder: Path) -> None:
            if any((tmp_path / name).stat().st_mode & 0o700 != 0o700 for name in ("a", "a/b")):
                raise PermissionError(errno.EACCES, "denied")
            super().remove_tree(folder)

    safeio.calls = Strict()
    try:
        safeio.remove_folder(tmp_path / "a")
    finally:
        safeio.calls = real
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["outside"]
    assert (tmp_path / "outside").stat().st_mode & 0o777 == 0o500


# Making things in an open folder.


@pytest.mark.parametrize("by_path", [False, True])
def test_things_are_made_in_an_open_folder(tmp_path: Path, by_path: bool) -> None:
    place: safeio.Place = tmp_path if by_path else os.open(tmp_path, safeio.OPEN_FOLDER)
    safeio.calls.make_folder_at(place, "folder")
    safeio.calls.link_at(place, "link", "folder", 5)
    descriptor = safeio.calls.open_at(place, "file", 0o600)
    safeio.write_all(descriptor, memoryview(b"data"))
    safeio.calls.settle(tmp_path / "file" if by_path else descriptor, 0o440, 7)
    os.close(descriptor)
    info = (tmp_path / "file").stat()
    assert ((tmp_path / "file").read_bytes(), info.st_mode & 0o777, info.st_mtime_ns) == (b"data", 0o440, 7)
    assert (os.readlink(tmp_path / "link"), (tmp_path / "link").lstat().st_mtime_ns) == ("folder", 5)
    for name in ("link", "file", "folder"):
        with pytest.raises(FileExistsError):
            safeio.calls.open_at(place, name, 0o600)
    if isinstance(place, int):
        os.close(place)


@pytest.mark.skipif(not safeio.SYNCS_DISKS, reason="Linux alone can sync one disk")
def test_a_disk_is_synced(tmp_path: Path) -> None:
    safeio.calls.sync_disk(tmp_path)
    with pytest.raises(FileNotFoundError):
        safeio.calls.sync_disk(tmp_path / "none")


# Writing whole files.


def test_write_and_read(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for data in (b"", b"one", b"\0" * 3_000_000):
        safeio.write_file(path, data)
        assert safeio.read_file(path) == data
    assert path.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == {"x"}


def test_the_mode_can_be_chosen(tmp_path: Path) -> None:
    safeio.write_file(tmp_path / "x", b"", mode=0o644)
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o644


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "file"
    target.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(target)
    safeio.write_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(tmp_path / "real") == {"file"}


def test_a_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "later")
    safeio.write_file(tmp_path / "link", b"new")
    assert (tmp_path / "later").read_bytes() == b"new"


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        StorageFault, match=r"Could not save .*nowhere/x: the folder is not there\. Is its disk mounted\?"
    ):
        safeio.write_file(tmp_path / "nowhere" / "x", b"")


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("call", range(1, 4))
def test_a_failing_call_leaves_the_old_file(
    tmp_path: Path, disk: FaultDisk, call: int, short: bool, error: int
) -> None:
    disk.fail(call, error, short=short)
    with pytest.raises(StorageFault) as told:
        safeio.write_file(tmp_path / "old", b"new")
    assert (tmp_path / "old").read_bytes() == b"old"
    assert names(tmp_path) == {"old"}
    assert told.value.hint
    assert str(tmp_path / "old") in told.value.message


@pytest.mark.parametrize("size", [1, 10, 100_000])
def test_power_lost_while_writing_leaves_old_or_new(tmp_path: Path, disk: FaultDisk, size: int) -> None:
    safeio.write_file(tmp_path / "old", b"n" * size)
    disk.acknowledge()
    seen = set()
    for promised, image in disk.images():
        assert image["old"] in (b"old", b"n" * size)
        assert promised == 0 or image["old"] == b"n" * size
        seen.add(image["old"])
    assert len(seen) == 2


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(safeio.Calls):
        def write(self, descriptor: int, data: bytes) -> int:
            return super().write(descriptor, data[:3])

    monkeypatch.setattr(safeio, "calls", Slow())
    safeio.write_file(tmp_path / "x", b"0123456789")
    assert (tmp_path / "x").read_bytes() == b"0123456789"


def test_a_disk_that_takes_nothing_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(safeio.Calls):
        def write(self, descriptor: int, data: bytes) -> int:
            return 0

    monkeypatch.setattr(safeio, "calls", Full())
    with pytest.raises(StorageFault, match="the disk is full"):
        safeio.write_file(tmp_path / "x", b"x")
    assert names(tmp_path) == set()


# Reading.


def test_reading_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        safeio.read_file(tmp_path / "none")


def test_reading_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for path in (tmp_path / "pipe", tmp_path / "folder", Path("/dev/zero"), tmp_path / "file" / "below"):
        with pytest.raises(Unreadable) as told:
            safeio.read_file(path)
        assert told.value.path == str(path)


@pytest.mark.parametrize(("size", "fits"), [(0, True), (9, True), (10, True)])
def test_a_file_at_the_limit_is_read(tmp_path: Path, size: int, fits: bool) -> None:
    (tmp_path / "x").write_bytes(b"a" * size)
    assert (len(safeio.read_file(tmp_path / "x", limit=10)) == size) is fits


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a" * 11)
    with pytest.raises(Unreadable, match="11 bytes; at most 10"):
        safeio.read_file(tmp_path / "x", limit=10)


def test_reading_that_is_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(StorageFault, match=r"Could not read .*access is denied\. Give your user"):
        safeio.read_file(tmp_path / "x")


def test_refusing_leaves_no_descriptor_open(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        with pytest.raises(Unreadable):
            safeio.open_regular(tmp_path / "folder")
    assert len(os.listdir("/proc/self/fd")) == before


# Folders, renames, removal.


def test_folders_are_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        safeio.make_folder(tmp_path / "a" / "b" / "c")
        safeio.make_folder(tmp_path / "a" / "b" / "c")
    finally:
        os.umask(before)
    folders = [tmp_path / "a", tmp_path / "a" / "b", tmp_path / "a" / "b" / "c"]
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700] * 3


@pytest.mark.parametrize("wanted", ["a", "a/b"])
def test_a_file_in_the_way_of_a_folder(tmp_path: Path, wanted: str) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(StorageFault, match="make the folder .*: a file stands") as fault:
        safeio.make_folder(tmp_path / wanted)
    assert fault.value.hint == "Move that file away."


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="this system cannot refuse links")
def test_the_lock_empties_no_file_that_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "clawd-desktop.lock").symlink_to(tmp_path / "precious")
    with pytest.raises(StorageFault, match="a link stands in its place"):
        safeio.FolderLock(tmp_path).acquire()
    assert (tmp_path / "precious").read_text() == "kept"


def test_the_lock_of_a_folder_on_a_full_disk_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    lock = safeio.FolderLock(tmp_path)
    lock.acquire()
    with pytest.raises(AlreadyRunning):
        safeio.FolderLock(tmp_path).acquire()
    lock.release()


def test_rename_between_folders_is_durable(tmp_path: Path, disk: FaultDisk) -> None:
    (tmp_path / "other").mkdir()
    safeio.rename(tmp_path / "old", tmp_path / "other" / "new")
    disk.acknowledge()
    for promised, image in disk.images():
        assert image == ({"other/new": b"old"} if promised or "old" not in image else {"old": b"old"})


def test_remove(tmp_path: Path, disk: FaultDisk) -> None:
    safeio.remove(tmp_path / "old")
    safeio.remove(tmp_path / "old")
    disk.acknowledge()
    assert names(tmp_path) == set()
    assert all(image == {} for promised, image in disk.images() if promised)


def test_a_folder_goes_with_all_that_is_in_it_and_nothing_else(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    folder = tmp_path / "folder"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "file").write_text("x")
    (folder / "link").symlink_to(outside)
    safeio.remove_folder(folder)
    safeio.remove_folder(folder)
    assert not folder.exists()
    assert (outside / "kept").read_text() == "kept"
    folder.symlink_to(outside)
    safeio.remove_folder(folder)
    assert not folder.is_symlink()
    assert (outside / "kept").read_text() == "kept"


def test_a_folder_that_cannot_be_removed_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()

    def refused(folder: Path) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(safeio.calls, "remove_tree", refused)
    with pytest.raises(StorageFault, match="Could not remove .*folder: the disk is read-only"):
        safeio.remove_folder(tmp_path / "folder")


@pytest.mark.parametrize("call", [1, 2])
def test_rename_and_remove_that_fail(tmp_path: Path, disk: FaultDisk, call: int) -> None:
    disk.fail(call, errno.EROFS, lasting=True)
    with pytest.raises(StorageFault, match="read-only"):
        safeio.rename(tmp_path / "old", tmp_path / "new")
    with pytest.raises(StorageFault, match="read-only"):
        safeio.remove(tmp_path / "old")


def test_set_aside_never_overwrites(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "x").write_text(str(number))
        safeio.set_aside(tmp_path / "x", "corrupt", 99)
    assert {path.name: path.read_text() for path in tmp_path.iterdir() if path.is_file()} == {
        "x.corrupt-99": "0",
        "x.corrupt-99.1": "1",
        "x.corrupt-99.2": "2",
    }


@pytest.mark.parametrize("error", [*safeio._CAUSES, errno.EBUSY])
def test_every_cause_is_a_sentence_with_a_hint(error: int) -> None:
    fault = safeio.storage_fault(OSError(error, os.strerror(error)), Path("/x"), "save")
    assert fault.message.startswith("Could not save /x: ")
    assert fault.message.endswith(".")
    assert fault.hint.endswith((".", "?"))


# Appending.


def test_append(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with AppendFile(path) as file:
        file.append(b"one\n")
        file.append(b"two\n")
        assert file.size() == 8
    with AppendFile(path) as file:
        file.append(b"three\n")
        file.cut(4)
        file.append(b"four\n")
    assert path.read_bytes() == b"one\nfour\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_every_append_that_returned_survives(tmp_path: Path, disk: FaultDisk) -> None:
    with AppendFile(tmp_path / "log") as file:
        for number in range(5):
            file.append(b"%d\n" % number)
            disk.acknowledge()
    for promised, image in disk.images():
        found = image.get("log", b"")
        assert found.startswith(b"0\n1\n2\n3\n4\n"[: promised * 2])


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("call", [1, 2])
@pytest.mark.parametrize("short", [False, True])
def test_an_append_that_failed_is_not_there(
    tmp_path: Path, disk: FaultDisk, call: int, short: bool, error: int
) -> None:
    with AppendFile(tmp_path / "log") as file:
        file.append(b"one\n")
        disk.fail(call, error, short=short)
        with pytest.raises(StorageFault, match="write to"):
            file.append(b"two\n")
        assert (tmp_path / "log").read_bytes() == b"one\n"
        disk.heal()
        file.append(b"three\n")
    assert (tmp_path / "log").read_bytes() == b"one\nthree\n"


@pytest.mark.parametrize("call", [1, 2])
def test_a_file_that_cannot_be_opened_leaves_no_descriptor(tmp_path: Path, disk: FaultDisk, call: int) -> None:
    before = len(os.listdir("/proc/self/fd"))
    disk.fail(call, errno.EIO)
    with pytest.raises(StorageFault, match="open"):
        AppendFile(tmp_path / "log")
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_closed_file_refuses(tmp_path: Path) -> None:
    file = AppendFile(tmp_path / "log")
    file.close()
    file.close()
    with pytest.raises(StorageFault):
        file.append(b"x")


def test_cutting_that_fails(tmp_path: Path, disk: FaultDisk) -> None:
    with AppendFile(tmp_path / "log") as file:
        disk.fail(1, errno.EIO)
        with pytest.raises(StorageFault, match="shorten"):
            file.cut(0)


# One owner per folder.

HOLDER = """
import sys
from pathlib import Path
from clawd_desktop.core.safeio import FolderLock
lock = FolderLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_owner_hears_who_is_first(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        lock = FolderLock(tmp_path)
        with pytest.raises(AlreadyRunning) as told:
            lock.acquire()
        assert told.value.pid == holder.pid
        assert str(holder.pid) in told.value.message
        holder.kill()
        holder.wait()
        lock.acquire()
        lock.release()


def test_a_lock_in_one_process(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    first.acquire()
    with pytest.raises(AlreadyRunning) as told:
        second.acquire()
    assert told.value.pid == os.getpid()
    first.release()
    first.release()
    second.acquire()
    second.release()


def test_an_old_lock_file_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "clawd-desktop.lock").write_text("999999\n")
    os.utime(tmp_path / "clawd-desktop.lock", (2**31, 2**31))
    lock = FolderLock(tmp_path)
    lock.acquire()
    assert (tmp_path / "clawd-desktop.lock").read_text() == f"{os.getpid()}\n"
    lock.release()


def test_a_lock_file_with_nonsense_names_nobody(tmp_path: Path) -> None:
    first = FolderLock(tmp_path)
    first.acquire()
    (tmp_path / "clawd-desktop.lock").write_text("nonsense")
    with pytest.raises(AlreadyRunning) as told:
        FolderLock(tmp_path).acquire()
    assert told.value.pid is None
    first.release()


def test_a_folder_that_is_not_there_cannot_be_locked(tmp_path: Path) -> None:
    with pytest.raises(StorageFault):
        FolderLock(tmp_path / "none").acquire()


def test_a_touch_without_a_time_is_of_now(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    safeio.touch(tmp_path / "x", 1000)
    assert (tmp_path / "x").stat().st_mtime == 1
    safeio.touch(tmp_path / "x")
    (tmp_path / "y").write_bytes(b"")
    assert abs((tmp_path / "x").stat().st_mtime - (tmp_path / "y").stat().st_mtime) < 5
