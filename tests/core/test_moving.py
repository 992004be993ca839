"""Renames below a folder: over nothing, through no link, and folders that last."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from clawd_desktop.core import moving, safeio
from clawd_desktop.core.errors import StorageFault


@pytest.fixture
def base(tmp_path: Path) -> Path:
    for path in ("in/a/file", "in/b/c/file", "out/file"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    return tmp_path


def test_move(base: Path) -> None:
    moving.move(base / "in", "a", base / "out", "x")
    moving.move(base / "in", "b/c/file", base / "out", "x/other")
    assert (base / "out" / "x" / "file").read_text() == "in/a/file"
    assert (base / "out" / "x" / "other").read_text() == "in/b/c/file"
    moving.sync_below(base / "out", "x")
    moving.sync_below(base / "out", "")
    moving.sync_below(base / "out", "gone/further")


@pytest.mark.parametrize("target", ["file", "folder", "link"])
def test_nothing_is_moved_over(base: Path, target: str) -> None:
    (base / "out" / "folder").mkdir()
    (base / "out" / "link").symlink_to("nowhere")
    with pytest.raises(StorageFault, match="a file stands in its place"):
        moving.move(base / "in", "a", base / "out", target)
    assert (base / "in" / "a" / "file").exists()


def test_no_link_is_followed(base: Path) -> None:
    (base / "in" / "link").symlink_to(base / "out")
    for source, target in (("link/file", "x"), ("a", "link/x")):
        with pytest.raises(StorageFault):
            moving.move(base / "in", source, base / "in", target)
    with pytest.raises(StorageFault):
        moving.status_below(base / "in", "link/file")
    with pytest.raises(StorageFault):
        moving.sync_below(base / "in", "link")
    moving.set_mode_below(base / "in", "link", 0o700)
    assert [path.name for path in (base / "out").iterdir()] == ["file"]
    moving.move(base / "in", "link", base / "in", "moved")
    assert os.readlink(base / "in" / "moved") == str(base / "out")


def test_status(base: Path) -> None:
    (base / "in" / "link").symlink_to("nowhere")
    found = moving.status_below(base / "in", "link")
    assert found is not None
    assert stat.S_ISLNK(found.st_mode)
    for path in ("none", "none/below"):
        assert moving.status_below(base / "in", path) is None
    assert moving.status_below(base / "none", "x") is None


def test_what_is_not_there_cannot_be_moved(base: Path) -> None:
    with pytest.raises(StorageFault, match="the folder is not there"):
        moving.move(base / "in", "none", base / "out", "x")


def test_durable_folders(tmp_path: Path) -> None:
    assert moving.make_durable_folder(tmp_path / "a" / "b") == (tmp_path / "a", tmp_path / "a" / "b")
    assert moving.make_durable_folder(tmp_path / "a" / "b") == ()
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    assert moving.missing_folders(tmp_path / "a" / "c" / "d") == (tmp_path / "a" / "c", tmp_path / "a" / "c" / "d")
    assert not moving.remove_empty_folder(tmp_path / "a")
    assert moving.remove_empty_folder(tmp_path / "a" / "b")
    assert not moving.remove_empty_folder(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    assert not moving.remove_empty_folder(tmp_path / "file")
    with pytest.raises(StorageFault):
        moving.make_durable_folder(tmp_path / "file" / "x")


def test_one_disk(base: Path) -> None:
    assert moving.same_disk(base / "in", base / "out")
    shared = Path("/dev/shm")  # noqa: S108
    if shared.is_dir() and shared.stat().st_dev != base.stat().st_dev:
        assert not moving.same_disk(base / "in", shared)
    with pytest.raises(StorageFault):
        moving.same_disk(base, base / "none")
    assert sorted(path.name for path in base.iterdir()) == ["in", "out"]


def test_a_second_mount_of_one_disk_is_another(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system refuses such a rename although the number of the disk is the same; here its answer is given."""

    def refuse(source: Path, target: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(safeio.os, "rename", refuse)
    assert not moving.same_disk(base / "in", base / "out")


SCRIPT = """
import os, sys
from pathlib import Path
from clawd_desktop.core import moving
os.setuid(65534)
base = Path(sys.argv[1])
moving.move(base, "in", base / "out", "in")
print(oct((base / "out" / "in").stat().st_mode & 0o777))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody whom rights bind")
def test_a_folder_that_may_not_be_written_is_moved_and_stays_so(tmp_path: Path) -> None:
    top = Path(f"/tmp/clawd-moving-{os.getpid()}")  # noqa: S108  (others may not enter the folder of the tests)
    try:
        (top / "in").mkdir(parents=True)
        (top / "out").mkdir()
        (top / "in").chmod(0o555)
        for path in (top, top / "in", top / "out"):
            os.chown(path, 65534, 65534)
        paths = ":".join([str(Path(__file__).parents[2]), *(path for path in sys.path if "site-packages" in path)])
        command = [sys.executable, "-S", "-B", "-c", SCRIPT, str(top)]
        done = subprocess.run(command, env={"PYTHONPATH": paths}, capture_output=True, text=True, check=False)
        assert done.stdout.strip() == "0o555", done.stderr
    finally:
        shutil.rmtree(top, ignore_errors=True)
