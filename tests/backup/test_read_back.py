"""A file is read back from the disk while it is written: the same bytes, behind the writing, and faults are told."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import BinaryIO

import pytest
from fault_disk import fault_disk

from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.read_back import STEP, ReadBack
from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.new_file import NewFile

PIECE = os.urandom(STEP // 4)


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == "backup checking"]


def whole(reader: BinaryIO) -> bytes:
    return reader.read()


@pytest.mark.parametrize("pieces", [0, 1, 3, 4, 5, 21])
def test_what_was_written_is_read(tmp_path: Path, pieces: int) -> None:
    path = tmp_path / "x"
    with NewFile(path) as file, ReadBack(file, whole) as read_back:
        for number in range(pieces):
            file.write(bytes([number]) + PIECE)
        assert bool(threads()) == (pieces * (len(PIECE) + 1) >= STEP)
        assert read_back.result() == b"".join(bytes([number]) + PIECE for number in range(pieces))
        assert not threads()
        file.keep()
    assert path.stat().st_size == pieces * (len(PIECE) + 1)


def test_it_reads_beside_the_writing_and_never_what_is_not_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = NewFile.sync

    def sync(self: NewFile) -> None:
        real(self)
        synced.append(os.fstat(self.fileno()).st_size)

    monkeypatch.setattr(NewFile, "sync", sync)
    read, enough = [0], threading.Event()

    def check(reader: BinaryIO) -> int:
        while piece := reader.read(100_000):
            read[0] += len(piece)
            assert read[0] <= synced[-1]
            if read[0] >= STEP // 2:
                enough.set()
        return read[0]

    with NewFile(tmp_path / "x") as file, ReadBack(file, check) as read_back:
        for _ in range(6):
            file.write(PIECE)
        assert enough.wait(20), "it reads although more is to come"
        file.write(PIECE)
        assert read_back.result() == 7 * len(PIECE)
    assert not list(tmp_path.iterdir())


def test_it_can_go_back_to_the_beginning(tmp_path: Path) -> None:
    def check(reader: BinaryIO) -> tuple[bytes, bytes, int]:
        head = reader.read(2)
        reader.seek(0)
        return head, reader.read(), os.fstat(reader.fileno()).st_size

    with NewFile(tmp_path / "x") as file, ReadBack(file, check) as read_back:
        file.write(b"hello")
        assert read_back.result() == (b"he", b"hello", 5)


def test_what_the_check_raises_comes_out_at_the_end(tmp_path: Path) -> None:
    def check(reader: BinaryIO) -> None:
        reader.read(1)
        raise ValueError("it is not what was written")

    with NewFile(tmp_path / "x") as file, ReadBack(file, check) as read_back:
        for _ in range(20):
            file.write(PIECE)
        with pytest.raises(ValueError, match="not what was written"):
            read_back.result()


def test_what_the_check_raises_early_ends_the_writing(tmp_path: Path) -> None:
    def check(reader: BinaryIO) -> None:
        raise ValueError("it is not what was written")

    def write(file: NewFile) -> None:
        for _ in range(1000):
            file.write(PIECE)

    with NewFile(tmp_path / "x") as file, ReadBack(file, check), pytest.raises(ValueError, match="not what was"):
        write(file)


def test_a_slow_disk_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clawd_desktop.backup.read_back.MOST_AHEAD", 2 * STEP)
    slow, written = threading.Event(), []
    real = NewFile.sync

    def sync(self: NewFile) -> None:
        slow.wait(20)
        real(self)

    def write(file: NewFile) -> None:
        for _ in range(16):
            file.write(PIECE)
            written.append(len(PIECE))

    monkeypatch.setattr(NewFile, "sync", sync)
    with NewFile(tmp_path / "x") as file, ReadBack(file, whole) as read_back:
        writing = threading.Thread(target=write, args=(file,))
        writing.start()
        writing.join(0.5)
        assert writing.is_alive()
        assert sum(written) <= 2 * STEP
        slow.set()
        writing.join(20)
        assert len(read_back.result()) == 16 * len(PIECE)


def test_a_disk_that_takes_it_and_does_not_keep_it_is_told(tmp_path: Path) -> None:
    with fault_disk(tmp_path) as disk, NewFile(tmp_path / "x") as file, ReadBack(file, whole) as read_back:
        file.write(PIECE)
        disk.fail(1, errno.EIO, lasting=True)
        with pytest.raises(StorageFault):
            read_back.result()


def test_who_leaves_before_the_end_leaves_no_thread(tmp_path: Path) -> None:
    with NewFile(tmp_path / "x") as file, ReadBack(file, whole):
        for _ in range(9):
            file.write(PIECE)
        assert threads()
    assert not threads()
    assert not list(tmp_path.iterdir())


def test_who_watches_hears_of_the_reading_when_all_is_written(tmp_path: Path) -> None:
    told: list[Progress] = []

    def check(reader: BinaryIO) -> None:
        say = read_back.late(told.append)
        while reader.read(len(PIECE)):
            say(Progress("verify", reader.tell()))

    with NewFile(tmp_path / "x") as file, ReadBack(file, check) as read_back:
        for _ in range(4):
            file.write(PIECE)
        file.write(b"end")
        assert told == []
        read_back.result()
    assert told[-1].done_bytes == 4 * len(PIECE) + 3
