"""The memory of read files: it spares reading, and in doubt it knows nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from clawd_desktop.backup import seen_files
from clawd_desktop.backup.seen_files import FULL_READ_MS, SeenFiles, Stamp
from clawd_desktop.core.errors import StorageFault

NOW = 1_790_000_000_000
STAMP = Stamp("/home/é/\udcff\n", 5, 1_000, 2_000, (1 << 63) - 1)
LATER = 3_600_000_000_000


def remembered(path: Path, now_ms: int = NOW) -> SeenFiles:
    seen = seen_files.load(path, now_ms)
    seen.note(STAMP, "a" * 64, 5, LATER)
    seen_files.save(path, seen)
    return seen_files.load(path, now_ms + 1)


def test_an_unchanged_file_is_known(tmp_path: Path) -> None:
    seen = remembered(tmp_path / "cache" / "seen.json")
    assert not seen.full
    assert seen.look_up(STAMP) == "a" * 64
    assert seen.look_up(None) == ""


@pytest.mark.parametrize(
    "other",
    [
        replace(STAMP, path="/x"), replace(STAMP, size=6), replace(STAMP, mtime_ns=1_001),
        replace(STAMP, ctime_ns=2_001), replace(STAMP, inode=7),
    ],
)  # fmt: skip
def test_a_file_that_differs_in_anything_is_unknown(tmp_path: Path, other: Stamp) -> None:
    assert remembered(tmp_path / "seen.json").look_up(other) == ""


@pytest.mark.parametrize(
    ("mtime", "ctime", "size", "read"),
    [
        (LATER, 0, 5, LATER),
        (0, LATER, 5, LATER),
        (LATER - 2_900_000_000, 0, 5, LATER),
        (0, 0, 6, LATER),
        (LATER, 0, 5, 0),
    ],
    ids=["just changed", "just renamed", "within seconds", "another length was read", "from the future"],
)
def test_in_doubt_nothing_is_noted(mtime: int, ctime: int, size: int, read: int) -> None:
    seen = SeenFiles(False, NOW)
    seen.note(replace(STAMP, mtime_ns=mtime, ctime_ns=ctime), "a" * 64, size, read)
    seen.note(None, "a" * 64, 5, LATER)
    assert seen.now == {}


@pytest.mark.parametrize(("after", "full"), [(0, False), (FULL_READ_MS - 2, False), (FULL_READ_MS, True), (-10, True)])
def test_after_a_week_everything_is_read(tmp_path: Path, after: int, full: bool) -> None:
    remembered(tmp_path / "seen.json")
    assert seen_files.load(tmp_path / "seen.json", NOW + after).full is full


def test_files_of_rounds_in_which_they_were_not_met_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    seen = remembered(path)
    seen.keep(replace(STAMP, path="/kept"), "b" * 64)
    seen_files.save(path, seen)
    assert list(seen_files.load(path, NOW).before.values()) == ["b" * 64]


def test_what_is_damaged_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    remembered(path)
    good = path.read_bytes()
    for at in range(len(good)):
        data = bytearray(good)
        data[at] ^= 1 << at % 8
        path.write_bytes(bytes(data))
        seen = seen_files.load(path, NOW)
        assert (seen.full, seen.before) == (True, {})
    path.unlink()
    path.mkdir()
    assert seen_files.load(path, NOW).full
    with pytest.raises(StorageFault):
        seen_files.save(path, seen)


def test_a_stamp_is_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"12345")
    stat = (tmp_path / "f").stat()
    stamp = seen_files.stamp_of(tmp_path / "f", stat)
    assert stamp == Stamp(os.fspath(tmp_path / "f"), 5, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
