"""Disks and folders: with real rights, a real full disk, and what real crashes leave."""

from __future__ import annotations

import contextlib
import os
import pwd
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.findings import Level
from clawd_desktop.operations.diagnostics import keeping, storage
from clawd_desktop.operations.diagnostics.ground import Ground

Grounds = Callable[..., Ground]
GIB = 2**30
NOBODY = 65_534


@contextlib.contextmanager
def tmpfs(folder: Path, options: str) -> Iterator[Path]:
    """A disk in memory; skips where this user may not mount one."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if sys.platform == "win32" or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def on(ground: Ground, folder: Path) -> Ground:
    """The same installation with its data there."""
    return replace(ground, paths=replace(ground.paths, state=folder, logs=folder, cache=folder))


def test_folders_that_can_be_used(ground: Ground) -> None:
    assert storage.folders(ground) == ()
    assert not list(ground.paths.state.glob(".clawd-desktop-probe*"))


def test_a_file_where_a_folder_should_be(ground: Ground) -> None:
    ground.paths.logs.write_text("x")
    assert [one.id for one in storage.folders(ground)] == ["storage.folders.log"]


def test_a_full_disk(ground: Ground, tmp_path: Path) -> None:
    with tmpfs(tmp_path / "disk", "size=64k,mode=700") as disk:
        small = on(ground, disk)
        assert storage.folders(small) == ()
        with contextlib.suppress(OSError), (disk / "big").open("wb") as file:
            file.write(bytes(2**20))
        found = storage.folders(small)
        assert {one.id for one in found} == {"storage.folders.data", "storage.folders.log", "storage.folders.cache"}
        assert all("the disk is full" in one.description for one in found)
        (room,) = [one for one in storage.room(small) if one.id == "storage.room.data"]
        assert room.level is Level.ERROR


def test_a_disk_without_places_for_files(ground: Ground, tmp_path: Path) -> None:
    with tmpfs(tmp_path / "disk", "size=8m,nr_inodes=60,mode=700") as disk:
        assert storage.inodes(on(ground, disk)) == ()
        with contextlib.suppress(OSError):
            for number in range(100):
                (disk / str(number)).touch()
        (one,) = storage.inodes(on(ground, disk))
        assert one.level is Level.ERROR


def test_a_read_only_disk(ground: Ground, tmp_path: Path) -> None:
    with tmpfs(tmp_path / "disk", "size=1m,ro,mode=700") as disk:
        assert "the disk is read-only" in storage.write_trouble(disk)


@pytest.mark.parametrize(
    ("free", "total", "level"),
    [
        (500 * GIB, 1000 * GIB, None),
        (20 * GIB, 1000 * GIB, None),
        (3 * GIB, 1000 * GIB, Level.WARNING),
        (0.5 * GIB, 20 * GIB, Level.WARNING),
        (0.1 * GIB, 20 * GIB, Level.ERROR),
        (0.3 * GIB, 0.5 * GIB, None),
        (0, 0, None),
    ],
)
def test_room(free: float, total: float, level: Level | None) -> None:
    found = storage.room_finding("data", Path("/x"), int(free), int(total))
    assert [one.level for one in found] == ([level] if level else [])


@pytest.mark.parametrize(("free", "total", "found"), [(0, 0, 0), (50, 1000, 0), (19, 1000, 1)])
def test_inodes(free: int, total: int, found: int) -> None:
    assert len(storage.inode_finding(free, total)) == found


def test_others_may_write_into_the_data_folder(ground: Ground) -> None:
    assert storage.owner(ground) == ()
    ground.paths.state.chmod(0o777)
    assert [one.level for one in storage.owner(ground)] == [Level.ERROR]


def test_open_rights_are_seen_closed_and_can_be_given_back(ground: Ground) -> None:
    secret, folder = ground.paths.state / "devices.json", ground.paths.state / "agents"
    folder.mkdir(mode=0o755)
    secret.write_text("{}")
    secret.chmod(0o644)
    (one,) = storage.rights(ground)
    assert (one.level, "devices.json (644)" in one.description) == (Level.WARNING, True)
    dry = storage.close_rights(ground, one.id, True)
    assert (dry.done, secret.stat().st_mode & 0o777) == (False, 0o644)
    assert "devices.json: 644 -> 600" in dry.text
    done = storage.close_rights(ground, one.id, False)
    assert secret.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert '"644"' in (Path(done.backup) / "undo.json").read_text()
    assert storage.rights(ground) == ()


def test_the_workspace_is_nobodys_secret(grounds: Grounds) -> None:
    ground = grounds('{agents: {defaults: {workspace: "workspace"}}}')
    (ground.paths.state / "config-history").chmod(0o700)
    ground.workspace.mkdir(mode=0o755)
    (ground.workspace / "notes.txt").touch(mode=0o644)
    assert storage.rights(ground) == ()


def test_temporary_files(ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert storage.temporary(ground) == ()
    with tmpfs(tmp_path / "temp", "size=1m,ro") as disk:
        monkeypatch.setattr("tempfile.tempdir", str(disk))
        assert [one.level for one in storage.temporary(ground)] == [Level.ERROR]


def test_half_written_files_are_moved_away(ground: Ground) -> None:
    gone = next(pid for pid in range(4_000_000, 4_100_000) if not psutil.pid_exists(pid))
    left = ground.paths.state / f".sessions.json.{gone}.0a1b2c3d.new"
    ours = ground.paths.state / f".sessions.json.{os.getpid()}.0a1b2c3d.new"
    for path in (left, ours):
        path.write_text("{")
        os.utime(path, (1, 1))
    fresh = ground.paths.state / f".x.{gone}.0a1b2c3e.new"
    fresh.write_text("{")
    (one,) = storage.leftovers(ground)
    assert storage.move_leftovers(ground, one.id, True).text == f"move {left}"
    done = storage.move_leftovers(ground, one.id, False)
    assert not left.exists()
    assert ours.exists()
    assert fresh.exists()
    assert (Path(done.backup) / f"0-{left.name}").read_text() == "{"
    assert storage.leftovers(ground) == ()


def test_memory_images_are_removed_for_good(ground: Ground) -> None:
    core, other = ground.paths.state / "core.4711", ground.paths.state / "core"
    core.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("=H", 4) + b"password")
    other.write_text("the core of my notes")
    (one,) = storage.dumps(ground)
    assert one.level is Level.WARNING
    assert not storage.remove_dumps(ground, one.id, True).done
    assert core.exists()
    assert storage.remove_dumps(ground, one.id, False).done
    assert not core.exists()
    assert other.exists()
    assert storage.dumps(ground) == ()
    assert not (ground.paths.own / keeping.FOLDER).exists(), "a copy would keep what is in it"


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="needs the right to give files away")
def test_a_folder_of_another_user(ground: Ground) -> None:
    os.chown(ground.paths.state, NOBODY, NOBODY)
    (one,) = storage.owner(ground)
    assert "belongs to another user" in one.description
    assert pwd.getpwuid(NOBODY).pw_name


def test_a_copy_that_cannot_be_made_stops_the_repair(ground: Ground) -> None:
    ground.paths.own.mkdir()
    (ground.paths.own / keeping.FOLDER).write_text("in the way")
    secret = ground.paths.state / "devices.json"
    secret.touch(mode=0o644)
    with pytest.raises(StorageFault):
        storage.close_rights(ground, "storage.rights.open", False)
    assert secret.stat().st_mode & 0o777 == 0o644


def test_memory_images_of_other_programs_stay(ground: Ground, tmp_path: Path) -> None:
    theirs = tmp_path / "home" / "core.4711"
    theirs.parent.mkdir()
    theirs.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("=H", 4))
    assert storage.core_files(replace(ground, paths=replace(ground.paths, home=theirs.parent))) == []
