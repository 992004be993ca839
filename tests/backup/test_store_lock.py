"""The lock of a store: one owner, alive; the dead are found out, on this computer and on others."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from clawd_desktop.backup import store_lock
from clawd_desktop.backup.store_lock import NAME, SILENCE_S, TORN_S, Owner, StoreLock
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import Busy, NotFound

HERE = socket.gethostname()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def dead() -> Owner:
    child = multiprocessing.get_context("spawn").Process(target=int)
    child.start()
    pid = child.pid or 0
    child.join()
    return Owner("t", HERE, pid, 1.0, "A backup")


@pytest.mark.parametrize(
    ("owner", "silent_s", "gone"),
    [
        (store_lock.myself("x"), 1e9, False),
        (replace(store_lock.myself("x"), started=1.0), 0, True),
        (replace(store_lock.myself("x"), host="elsewhere"), SILENCE_S - 1, False),
        (replace(store_lock.myself("x"), host="elsewhere"), SILENCE_S + 1, True),
        (store_lock.decode(b""), TORN_S - 1, False),
        (store_lock.decode(b'{"token": 5'), TORN_S + 1, True),
        (store_lock.decode(b"[]"), TORN_S + 1, True),
    ],
    ids=["alive", "pid used again", "elsewhere", "elsewhere silent", "being written", "torn", "no owner"],
)
def test_who_is_dead(owner: Owner, silent_s: float, gone: bool) -> None:
    assert store_lock.is_dead(owner, HERE, silent_s) is gone


def test_one_owner_at_a_time(tmp_path: Path) -> None:
    with StoreLock(tmp_path, "A backup") as lock:
        lock.confirm()
        with pytest.raises(Busy, match=f"A backup on {HERE}, pid {os.getpid()}"), StoreLock(tmp_path, "Tidying up"):
            pass
        lock.confirm()
    assert names(tmp_path) == [store_lock.RESERVE]


def test_the_lock_of_a_dead_process_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(dead().encode())
    with StoreLock(tmp_path, "A backup") as lock:
        lock.confirm()
    assert names(tmp_path) == [store_lock.RESERVE]


def test_a_grave_of_a_dead_digger_is_no_hindrance_for_long(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(dead().encode())
    (tmp_path / f"{NAME}.t").write_bytes(replace(dead(), token="u").encode())
    with pytest.raises(Busy), StoreLock(tmp_path, "A backup"):
        pass
    with StoreLock(tmp_path, "A backup"):
        pass
    assert names(tmp_path) == [store_lock.RESERVE]


def test_a_silent_owner_elsewhere_is_given_up_by_the_clock_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(replace(dead(), host="elsewhere").encode())
    with pytest.raises(Busy, match="elsewhere"), StoreLock(tmp_path, "A backup"):
        pass
    old = (tmp_path / NAME).stat().st_mtime - SILENCE_S - 5
    os.utime(tmp_path / NAME, (old, old))
    with StoreLock(tmp_path, "A backup"):
        pass


def test_an_owner_that_was_taken_for_dead_stops_before_its_next_step(tmp_path: Path) -> None:
    with StoreLock(tmp_path, "A backup") as lock:
        other = replace(store_lock.myself("Tidying up"), host="elsewhere")
        (tmp_path / NAME).write_bytes(other.encode())
        with pytest.raises(Busy, match="Tidying up"):
            lock.confirm()
    assert store_lock.decode((tmp_path / NAME).read_bytes()) == other, "the lock of another is not removed"


def test_it_says_from_time_to_time_that_it_lives(tmp_path: Path) -> None:
    now = [0.0]
    with StoreLock(tmp_path, "A backup", monotonic=lambda: now[0]) as lock:
        os.utime(tmp_path / NAME, (1, 1))
        lock.confirm()
        assert (tmp_path / NAME).stat().st_mtime == 1
        now[0] = store_lock.BEAT_S + 1
        lock.confirm()
        assert (tmp_path / NAME).stat().st_mtime > 1


def _contend(folder: str, rounds: int, count: str) -> None:
    for _ in range(rounds):
        try:
            with StoreLock(Path(folder), "A backup") as lock:
                lock.confirm()
                mark = Path(count)
                number = int(mark.read_text())
                assert not (inside := Path(folder) / "inside").exists(), "two were in at once"
                inside.write_bytes(b"")
                mark.write_text(str(number + 1))
                inside.unlink()
        except Busy:
            continue


def test_processes_that_find_a_dead_owner_together_do_not_enter_together(tmp_path: Path) -> None:
    folder, count = tmp_path / "store", tmp_path / "count"
    folder.mkdir()
    count.write_text("0")
    context = multiprocessing.get_context("fork")
    owner = dead()
    for turn in range(10):
        (folder / NAME).write_bytes(replace(owner, token=f"t{turn}").encode())
        crowd = [context.Process(target=_contend, args=(str(folder), 5, str(count))) for _ in range(4)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        assert [one.exitcode for one in crowd] == [0] * 4
        assert not (folder / NAME).exists()
    assert int(count.read_text()) >= 10


def test_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    (tmp_path / "count").write_text("0")
    folder = tmp_path / "store"
    folder.mkdir()
    crowd = [threading.Thread(target=_contend, args=(str(folder), 20, str(tmp_path / "count"))) for _ in range(3)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert int((tmp_path / "count").read_text()) >= 1
    assert names(folder) == [store_lock.RESERVE]


def test_a_full_disk_gives_the_room_that_was_set_aside(tmp_path: Path) -> None:
    class Full(safeio.Calls):
        def write(self, descriptor: int, data: bytes) -> int:
            if (tmp_path / store_lock.RESERVE).exists():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(descriptor, data)

    store_lock.keep_room(tmp_path)
    real = safeio.calls
    safeio.calls = Full()
    try:
        with StoreLock(tmp_path, "Tidying up") as lock:
            lock.confirm()
            assert names(tmp_path) == [NAME]
    finally:
        safeio.calls = real
    with StoreLock(tmp_path, "A backup"):
        pass
    assert names(tmp_path) == [store_lock.RESERVE], "it is set aside again"


def test_a_disk_that_is_pulled_out_is_gone_and_not_busy(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    with StoreLock(folder, "A backup") as lock:
        shutil.rmtree(folder)
        with pytest.raises(NotFound, match="no folder"):
            lock.confirm()
