"""Files that are made new: exclusively, or under a hidden name that a killed process leaves."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from fault_disk import fault_disk

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import StorageFault


def test_a_file_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert safeio.create_file(path, b"one")
    assert not safeio.create_file(path, b"two")
    assert path.read_bytes() == b"one"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(StorageFault):
        safeio.create_file(tmp_path / "none" / "lock", b"x")


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_an_error_at_each_call_leaves_no_file(tmp_path: Path, at: int) -> None:
    with fault_disk(tmp_path) as disk:
        disk.fail(at, errno.ENOSPC, short=True)
        with pytest.raises(StorageFault):
            safeio.create_file(tmp_path / "lock", b"content")
    assert list(tmp_path.iterdir()) == []


def test_what_is_pushed_to_the_disk_reads_the_same_before_it_has_its_name(tmp_path: Path) -> None:
    with safeio.NewFile(tmp_path / "x") as file:
        file.write(b"content")
        file.sync()
        assert file.beside.read_bytes() == b"content"
        assert safeio.is_unfinished(file.beside.name)
        assert not (tmp_path / "x").exists()
        file.write(b" and more")
        file.keep()
    assert (tmp_path / "x").read_bytes() == b"content and more"


@pytest.mark.parametrize(
    ("name", "unfinished"), [(".x.1.ab.new", True), ("x.new", False), (".x", False), (".new", True), ("", False)]
)
def test_what_a_killed_process_left_is_known_by_its_name(name: str, unfinished: bool) -> None:
    assert safeio.is_unfinished(name) is unfinished


def test_a_touch_without_a_time_is_of_now(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    safeio.touch(tmp_path / "x", 1000)
    assert (tmp_path / "x").stat().st_mtime == 1
    safeio.touch(tmp_path / "x")
    (tmp_path / "y").write_bytes(b"")
    assert abs((tmp_path / "x").stat().st_mtime - (tmp_path / "y").stat().st_mtime) < 5
