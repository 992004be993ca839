"""Destinations that are there, absent, swapped, read-only, full, or of an old format."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from clawd_desktop.backup import destinations
from clawd_desktop.backup.destinations import (
    FAT_MOST_BYTES,
    MARKER,
    FolderDestination,
    Presence,
    Volume,
)
from clawd_desktop.core.errors import BadInput, NotFound, StorageFault, Unavailable


def test_an_adopted_folder_is_ready(tmp_path: Path) -> None:
    place = FolderDestination("Disk", tmp_path, destinations.adopt(tmp_path))
    state = place.ready()
    assert state.presence is Presence.READY
    assert 0 < state.free_bytes <= state.total_bytes
    assert destinations.adopt(tmp_path) == place.marker, "it keeps the marker that it has"


def test_an_empty_mount_point_is_never_taken_for_the_disk(tmp_path: Path) -> None:
    point = tmp_path / "usb"
    point.mkdir()
    place = FolderDestination("Stick", point, destinations.adopt(point))
    point.rename(tmp_path / "pulled")
    assert place.state().presence is Presence.ABSENT
    point.mkdir()
    with pytest.raises(Unavailable, match="Stick is not connected"):
        place.ready()
    assert list(point.iterdir()) == []
    destinations.adopt(point)
    assert place.state().presence is Presence.OTHER
    with pytest.raises(Unavailable, match="Another disk"):
        place.ready()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"clawdBackupDestination": 5}'])
def test_a_marker_that_is_none_is_named_and_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MARKER).write_bytes(content)
    with pytest.raises(BadInput, match=MARKER):
        destinations.adopt(tmp_path)
    assert FolderDestination("Disk", tmp_path, "x").state().presence is Presence.ABSENT
    assert (tmp_path / MARKER).read_bytes() == content


def test_a_destination_lies_outside_of_what_is_backed_up(tmp_path: Path) -> None:
    source = tmp_path / "state"
    (source / "in").mkdir(parents=True)
    (tmp_path / "link").symlink_to(source / "in")
    for folder in (source, source / "in", tmp_path / "link"):
        with pytest.raises(BadInput, match="is backed up"):
            destinations.adopt(folder, inside=[source])
    assert destinations.adopt(tmp_path, inside=[source])
    with pytest.raises(NotFound):
        destinations.adopt(tmp_path / "none")


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/media/stick/backups", "vfat"),
        ("/media/stick", "vfat"),
        ("/media/sticky", "ext4"),
        ("/m2", "nfs4"),
    ],
)
def test_the_deepest_mount_point_decides(folder: str, kind: str) -> None:
    mounted = [Volume("/", "ext4"), Volume("/media/stick", "vfat"), Volume("/m2", "ext4"), Volume("/m2", "nfs4")]
    found = destinations.volume_of(Path(folder), mounted)
    assert found is not None
    assert found.file_system == kind


@pytest.mark.parametrize(
    ("kind", "most", "network"), [("vfat", FAT_MOST_BYTES, False), ("exfat", 0, False), ("cifs", 0, True)]
)
def test_limits_come_from_the_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, most: int, network: bool
) -> None:
    monkeypatch.setattr(destinations, "volumes", lambda: [Volume("/", "ext4"), Volume(str(tmp_path), kind)])
    state = FolderDestination("Disk", tmp_path, destinations.adopt(tmp_path)).state()
    assert (state.file_system, state.most_file_bytes, state.network) == (kind, most, network)


def test_room_is_looked_at_before(tmp_path: Path) -> None:
    destinations.need_room(tmp_path / "not" / "there", 1)
    with pytest.raises(StorageFault, match="no room for 1,152,921,504,606,846,976 bytes"):
        destinations.need_room(tmp_path / "not" / "there", 1 << 60)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A real read-only mount, where this user may mount."""
    folder = tmp_path / "mounted"
    folder.mkdir()
    (folder / "x").write_bytes(b"")
    marker = destinations.adopt(folder)
    for command in (["mount", "--bind", folder, folder], ["mount", "-o", "remount,bind,ro", folder]):
        if os.name != "posix" or subprocess.run(command, capture_output=True).returncode:
            subprocess.run(["umount", folder], capture_output=True)
            pytest.skip("nothing can be mounted here")
    yield Path(marker)
    subprocess.run(["umount", folder], check=True)


def test_a_read_only_disk_is_named(read_only: Path, tmp_path: Path) -> None:
    place = FolderDestination("Disk", tmp_path / "mounted", str(read_only))
    assert place.state().presence is Presence.READ_ONLY
    with pytest.raises(Unavailable, match="read-only"):
        place.ready()
