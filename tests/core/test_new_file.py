"""Files that come whole or not at all: after a crash there is nothing or all of it, and never in another's place."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_disk import FaultDisk, fault_disk

from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.new_file import NewFile, create_file, is_unfinished

ERRORS = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EMFILE, errno.EACCES]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[FaultDisk]:
    (tmp_path / "old").write_bytes(b"old")
    with fault_disk(tmp_path) as disk:
        yield disk


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


def test_a_new_file_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    with NewFile(tmp_path / "x") as file:
        assert file.write(b"one ") + file.write(b"two") == 7
        assert names(tmp_path) == {file.beside.name}
        file.keep()
    assert (tmp_path / "x").read_bytes() == b"one two"
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == {"x"}


def test_a_new_file_that_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    with NewFile(tmp_path / "x") as file:
        file.write(b"one")
    with pytest.raises(KeyError), NewFile(tmp_path / "x") as file:
        raise KeyError
    assert names(tmp_path) == set()


def test_a_new_file_replaces_nothing(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")
    with NewFile(tmp_path / "x") as file, pytest.raises(StorageFault, match="a file stands in its place"):
        file.keep()
    assert (tmp_path / "x").read_bytes() == b"old"
    assert names(tmp_path) == {"x"}


@pytest.mark.parametrize("error", ERRORS)
def test_a_new_file_on_a_disk_that_breaks(disk: FaultDisk, tmp_path: Path, error: int) -> None:
    for at in range(1, 7):
        disk.fail(at, error, short=True)
        with pytest.raises(StorageFault, match="/x:"):
            _make(tmp_path / "x")
        disk.heal()
        assert names(tmp_path) == {"old"}


def test_a_new_file_survives_every_power_cut_as_itself_or_not_at_all(disk: FaultDisk, tmp_path: Path) -> None:
    _make(tmp_path / "x")
    disk.acknowledge()
    for promised, image in disk.images():
        assert image.get("x", b"one two") == b"one two"
        assert image["old"] == b"old"
        assert not promised or "x" in image


def _make(path: Path) -> None:
    with NewFile(path) as file:
        file.write(b"one ")
        file.write(b"two")
        file.keep()


@pytest.mark.parametrize("second_names", [True, False])
def test_a_new_file_never_takes_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second_names: bool) -> None:
    def refuse(*given: object, **more: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if not second_names:  # as FAT
        monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "x").write_text("old")
    (tmp_path / "y").symlink_to("nowhere")
    for name in ("x", "y"):
        with NewFile(tmp_path / name) as file, pytest.raises(StorageFault, match="a file stands in its place"):
            file.keep()
    _make(tmp_path / "z")
    assert ((tmp_path / "x").read_text(), (tmp_path / "z").read_text()) == ("old", "one two")
    assert names(tmp_path) == {"x", "z"}
    assert (tmp_path / "y").is_symlink()


def test_a_file_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert create_file(path, b"one")
    assert not create_file(path, b"two")
    assert path.read_bytes() == b"one"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(StorageFault):
        create_file(tmp_path / "none" / "lock", b"x")


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_an_error_at_each_call_leaves_no_file(tmp_path: Path, at: int) -> None:
    with fault_disk(tmp_path) as disk:
        disk.fail(at, errno.ENOSPC, short=True)
        with pytest.raises(StorageFault):
            create_file(tmp_path / "lock", b"content")
    assert list(tmp_path.iterdir()) == []


def test_what_is_pushed_to_the_disk_reads_the_same_before_it_has_its_name(tmp_path: Path) -> None:
    with NewFile(tmp_path / "x") as file:
        file.write(b"content")
        file.sync()
        assert file.beside.read_bytes() == b"content"
        assert is_unfinished(file.beside.name)
        assert not (tmp_path / "x").exists()
        file.write(b" and more")
        file.keep()
    assert (tmp_path / "x").read_bytes() == b"content and more"


@pytest.mark.parametrize(
    ("name", "unfinished"), [(".x.1.ab.new", True), ("x.new", False), (".x", False), (".new", True), ("", False)]
)
def test_what_a_killed_process_left_is_known_by_its_name(name: str, unfinished: bool) -> None:
    assert is_unfinished(name) is unfinished
