"""A backup goes only to the disk that was at its place before, and a person can say that it is another one now."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from clawd_desktop.backup.destinations import MARKER, DestinationState, FolderDestination, read_marker
from clawd_desktop.backup.known_places import FILE, KnownPlaces
from clawd_desktop.backup.patience import Patience
from clawd_desktop.backup.targets import Target
from clawd_desktop.core.errors import StorageFault, Unavailable, Unreadable


@pytest.fixture
def places(tmp_path: Path) -> KnownPlaces:
    return KnownPlaces(tmp_path / "own", tmp_path / "usual", Patience())


async def test_an_unplugged_disk_is_not_written_beside(places: KnownPlaces, tmp_path: Path) -> None:
    disk = tmp_path / "mnt" / "stick"
    disk.parent.mkdir()
    target = Target("folder", str(disk))
    assert (await places.ready(target)).free_bytes > 0
    assert read_marker(disk)
    shutil.move(disk, tmp_path / "unplugged")
    disk.mkdir()
    with pytest.raises(Unavailable, match="is not there or is empty"):
        await places.ready(target)
    assert list(disk.iterdir()) == []
    disk.rmdir()
    with pytest.raises(Unavailable, match="is not there or is empty"):
        await places.ready(target)
    assert not disk.exists()
    shutil.move(tmp_path / "unplugged", disk)
    await places.ready(target)
    (disk / MARKER).write_text('{"clawdBackupDestination": "another"}')
    with pytest.raises(Unavailable, match="Another disk") as raised:
        await places.ready(target)
    assert f"--to {disk}" in raised.value.hint
    await places.ready(target, chosen=True)
    await places.ready(target)


async def test_the_usual_folder_needs_no_mark(places: KnownPlaces, tmp_path: Path) -> None:
    await places.ready(Target("store", str(tmp_path / "usual")))
    assert list((tmp_path / "usual").iterdir()) == []
    await places.ready(Target("folder", str(tmp_path / "once")), chosen=True, once=True)
    assert list((tmp_path / "once").iterdir()) == []
    assert not (tmp_path / "own").exists()


async def test_places_that_cannot_be(places: KnownPlaces, tmp_path: Path) -> None:
    with pytest.raises(StorageFault, match="is not there"):
        await places.ready(Target("folder", str(tmp_path / "none" / "folder")))
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / FILE).write_text("{")
    with pytest.raises(Unreadable, match="list of places"):
        await places.ready(Target("folder", str(tmp_path / "other")))


async def test_a_share_that_hangs_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    back = threading.Event()

    def hangs(self: FolderDestination) -> DestinationState:
        back.wait(30)
        raise Unavailable("It is back, too late.")

    monkeypatch.setattr(FolderDestination, "ready", hangs)
    places = KnownPlaces(tmp_path / "own", tmp_path / "usual", Patience(0.05))
    try:
        with pytest.raises(Unavailable, match="does not answer"):
            await places.ready(Target("folder", str(tmp_path / "share")))
    finally:
        back.set()
