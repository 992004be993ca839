"""What is read of a file that changes is the file of one moment, or is warned about."""

from __future__ import annotations

import errno
import io
import os
import threading
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from clawd_desktop.backup import steady as module
from clawd_desktop.backup.steady import MOVED, SHRANK, Stream, steady
from clawd_desktop.backup.tree import Opener


def read(path: Path, *, lines: bool = False, meanwhile: Callable[[], None] = lambda: None) -> tuple[bytes, str]:
    with Opener(path.parent) as opener:
        reading = steady(opener, path.name, lines=lines)
        meanwhile()
        data = reading.data if isinstance(reading.data, bytes) else io.BufferedReader(reading.data).read()
        assert len(data) == reading.size
        return data, reading.close()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything counts as large."""
    monkeypatch.setattr(module, "SMALL", 0)


@pytest.mark.parametrize("data", [b"", b"one", b"\0" * 3_000_000, os.urandom(5_000_000)])
def test_a_file_that_rests(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    assert read(path) == (data, "")


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (b"", b""),
        (b'{"a":1}\n', b'{"a":1}\n'),
        (b'{"a":1}\n{"b":', b'{"a":1}\n'),
        (b'{"a":1}\n{"b":2}', b'{"a":1}\n{"b":2}'),
        (b'{"a":1}\n12', b'{"a":1}\n'),
        (b'{"a"', b""),
        (b'{"a":1}', b'{"a":1}'),
        (b'{"a":"\xc3', b""),
    ],
)
def test_lines_are_taken_whole(tmp_path: Path, data: bytes, whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(data)
    assert read(path, lines=True) == (whole, "")
    monkeypatch.setattr(module, "SMALL", -1)
    monkeypatch.setattr(module, "_LINE_BLOCK", 3)
    assert read(path, lines=True)[0].startswith(whole[: whole.rfind(b"\n") + 1])
    assert read(path) == (data, "")


def test_lines_that_are_added_meanwhile_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"a":1}\n' * 700_000)

    def grow() -> None:
        with path.open("ab") as file:
            file.write(b'{"b":2}\n{"c"')

    assert read(path, lines=True, meanwhile=grow) == (b'{"a":1}\n' * 700_000, "")


def test_a_writer_never_tears_a_line(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.touch()
    ended = threading.Event()

    def write() -> None:
        line = orjson.dumps({"text": "x" * 300}) + b"\n"
        with path.open("ab", buffering=0) as file:
            while not ended.is_set() and file.tell() < 4_000_000:
                file.write(line[:100])
                file.write(line[100:])

    thread = threading.Thread(target=write)
    thread.start()
    try:
        sizes = []
        for _ in range(100):
            data, warning = read(path, lines=True)
            assert not warning
            assert all(orjson.loads(line) for line in data.splitlines()[-3:])
            assert not data or data.endswith(b"}\n") or data.endswith(b"}")
            sizes.append(len(data))
    finally:
        ended.set()
        thread.join()
    assert sizes[0] < sizes[-1]


@pytest.mark.parametrize(("pause_s", "rests"), [(0.005, False), (0.15, True)])
def test_a_file_that_is_written_in_place_is_never_a_mixture(tmp_path: Path, pause_s: float, rests: bool) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a" * 200_000)
    ended = threading.Event()

    def write() -> None:
        with path.open("r+b", buffering=0) as file:
            while not ended.is_set():
                for letter in (b"a", b"b"):
                    for place in range(0, 200_000, 20_000):
                        os.pwrite(file.fileno(), letter * 20_000, place)
                    ended.wait(pause_s)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        found = [read(path) for _ in range(10)]
    finally:
        ended.set()
        thread.join()
    mixed = [warning for data, warning in found if len(set(data)) > 1]
    assert all(warning == MOVED for warning in mixed)
    assert bool([data for data, warning in found if not warning]) >= rests


def test_a_file_that_is_replaced_all_the_time_is_whole_and_not_warned_about(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"0" * 50_000)
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number = (number + 1) % 10
            (tmp_path / "new").write_bytes(str(number).encode() * 50_000)
            os.replace(tmp_path / "new", path)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        found = [read(path) for _ in range(20)]
    finally:
        ended.set()
        thread.join()
    assert all(len(set(data)) == 1 and len(data) == 50_000 for data, _ in found)


@pytest.mark.usefixtures("small")
def test_a_large_one_that_changes_is_warned_about(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a" * 10_000)
    os.utime(path, (1, 1))
    data, warning = read(path, meanwhile=lambda: path.write_bytes(b"b" * 10_000) and None)
    assert (len(data), warning) == (10_000, MOVED)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("lines", "filler"), [(False, b"\0"), (True, b"\n")])
def test_one_that_shrinks_keeps_its_size_and_is_warned_about(tmp_path: Path, lines: bool, filler: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"{}\n" * 1_000)
    data, warning = read(path, lines=lines, meanwhile=lambda: os.truncate(path, 300))
    assert data == b"{}\n" * 100 + filler * 2_700
    assert warning == SHRANK


def test_a_disk_that_breaks_in_the_middle_leaves_a_hole_and_a_warning(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abcdef")
    stream = Stream(os.open(tmp_path / "x", os.O_RDONLY), 6, b"\0")
    heard: list[int] = []
    stream.watch = heard.append
    assert (stream.head, stream.read(2)) == (b"abcdef", b"ab")

    class Broken(io.FileIO):
        def readinto(self, buffer: object) -> int:
            raise OSError(errno.EIO, "Input/output error")

    stream._file.close()
    stream._file = Broken(tmp_path / "x")
    assert stream.readall() == b"\0\0\0\0"
    assert "Input/output error" in stream.warning
    assert heard == [2, 4]
    stream.close()


def test_what_is_no_file_any_more(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder", "gone"):
        with pytest.raises(OSError, match=r".") as refused:
            read(tmp_path / name)
        assert refused.value.errno in (errno.EINVAL, errno.ENOENT)


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a" * 5_000_000)
    before = len(os.listdir("/proc/self/fd"))
    read(tmp_path / "x")
    read(tmp_path / "x", lines=True)
    assert len(os.listdir("/proc/self/fd")) == before
