"""Whatever happens to the folder meanwhile, nothing is written outside of it, and half a tree does not stay."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from backup.archive_rig import A_FILE, A_LINK, NOON, SMALL, BreakingDisk, expected, picture

from clawd_desktop.backup.extractor import misfit, probe_disk, staging
from clawd_desktop.backup.manifest import Damaged, Entry
from clawd_desktop.backup.member_names import LINUX, Disk
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.safeio import Place

Content = Sequence[tuple[Entry, bytes | None]]


def whole(content: Content) -> list[tuple[Entry, bytes | None]]:
    return [
        (entry if data is None else replace(entry, size=len(data), sha256=hashlib.sha256(data).hexdigest()), data)
        for entry, data in content
    ]


def put_all(folder: Path, content: Content = SMALL) -> None:
    with staging(folder) as extractor:
        for entry, data in whole(content):
            extractor.put(entry, [memoryview(data or b"")])
        extractor.finish()


def test_it_writes_the_tree(tmp_path: Path) -> None:
    put_all(tmp_path / "new" / "staging")
    assert expected(SMALL).items() <= picture(tmp_path / "new" / "staging").items()
    assert (tmp_path / "new" / "staging").stat().st_mode & 0o777 == 0o700


def test_an_empty_folder_may_be_there(tmp_path: Path) -> None:
    put_all(tmp_path)
    assert expected(SMALL).items() <= picture(tmp_path).items()


def test_nothing_is_added_to_a_full_one(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"mine")
    with pytest.raises(StorageFault, match="not empty"):
        put_all(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_link_or_a_file_is_no_folder_for_it(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "file").write_bytes(b"")
    for name in ("link", "file"):
        with pytest.raises(StorageFault):
            put_all(tmp_path / name)
    assert not list((tmp_path / "real").iterdir())


def put_behind(folder: Path, planted: Path, target: Path) -> None:
    """Put a file while a link has been planted on its way."""
    with staging(folder) as extractor:
        (folder / planted).parent.mkdir(parents=True, exist_ok=True)
        (folder / planted).symlink_to(target)
        extractor.put(whole(SMALL)[1][0], [memoryview(b"hello")])


def test_systems_without_folder_descriptors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safeio, "FOLDER_DESCRIPTORS", False)
    monkeypatch.setattr(safeio, "SYNCS_DISKS", False)
    put_all(tmp_path / "staging")
    assert expected(SMALL).items() <= picture(tmp_path / "staging").items()
    (tmp_path / "real").mkdir()
    with pytest.raises(StorageFault, match="a file stands where"):
        put_behind(tmp_path / "other", Path("config"), tmp_path / "real")
    assert not list((tmp_path / "real").iterdir())


def test_a_wrong_checksum_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="checksum"), staging(tmp_path / "staging") as extractor:
        extractor.put(whole(SMALL)[1][0], [memoryview(b"hell0")])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_no_broken_call_leaves_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int, before: bool
) -> None:
    folder = tmp_path / "staging"
    if before:
        folder.mkdir()
    steps = BreakingDisk()
    monkeypatch.setattr(safeio, "calls", steps)
    put_all(tmp_path / "whole")
    assert steps.count > 12
    for number in range(1, steps.count + 1):
        monkeypatch.setattr(safeio, "calls", BreakingDisk(number, error))
        with pytest.raises(StorageFault, match="staging"):
            put_all(folder)
        assert [path.name for path in tmp_path.iterdir() if path != tmp_path / "whole"] == ["staging"] * before
        assert not before or not list(folder.iterdir())


def test_a_planted_file_or_link_is_not_written_through(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_bytes(b"alive")
    with pytest.raises(StorageFault, match="stands in its place"):
        put_behind(tmp_path / "staging", Path("config", "a", "b\udcff"), canary)
    assert canary.read_bytes() == b"alive"
    assert not (tmp_path / "staging").exists()


class Swapper(threading.Thread):
    """Puts links to `outside` in the place of folders, and the folders back, as fast as it can."""

    def __init__(self, root: Path, outside: Path) -> None:
        super().__init__()
        self._root, self._outside, self._end = root, outside, threading.Event()
        self.swaps = 0

    def run(self) -> None:
        while not self._end.is_set():
            for folder in (self._root / "config" / "a", self._root / "config", self._root / "config" / "a" / "deep"):
                with contextlib.suppress(OSError):
                    os.rename(folder, f"{folder}.moved")
                    os.symlink(self._outside, folder)
                    self.swaps += 1
                    os.unlink(folder)
                    os.rename(f"{folder}.moved", folder)

    def stop(self) -> None:
        self._end.set()
        self.join()


def test_nothing_lands_outside_while_folders_become_links(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    for folder in (outside / "a" / "deep", outside / "deep"):
        folder.mkdir(parents=True)
    (outside / "canary").write_bytes(b"alive")
    outside.chmod(0o755)
    before = picture_and_mode(outside)
    content: list[tuple[Entry, bytes | None]] = [
        (Entry("config", f"a/{name}{number}", "file", 0o666, NOON), b"x")
        for number in range(20)
        for name in ("canary", "deep/", "")
    ]
    content += [
        (Entry("config", "a", "folder", 0o777, NOON), None),
        (replace(A_LINK, path="a/deep/l", target="x"), None),
    ]
    refused = swaps = 0
    for number in range(2000):
        root = tmp_path / f"staging{number}"
        swapper = Swapper(root, outside)
        swapper.start()
        try:
            put_all(root, content)
        except StorageFault:
            refused += 1
        finally:
            swapper.stop()
        swaps += swapper.swaps
        assert picture_and_mode(outside) == before
        if refused >= 20 and swaps >= 1000:
            break
    assert refused >= 20
    assert swaps >= 1000


def picture_and_mode(folder: Path) -> tuple[object, int, int]:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    info = folder.stat()
    return names, info.st_mode, info.st_mtime_ns


def test_links_and_folders_without_rights_come_last(tmp_path: Path) -> None:
    content: list[tuple[Entry, bytes | None]] = [
        (Entry("config", "locked", "folder", 0, NOON), None),
        (Entry("config", "locked/inner", "folder", 0o500, NOON - 1), None),
        (Entry("config", "locked/link", "link", 0o777, NOON, target="inner"), None),
        (Entry("config", "locked/inner/file", "file", 0, NOON), b"x"),
    ]
    put_all(tmp_path / "staging", content)
    assert expected(content).items() <= picture(tmp_path / "staging").items()
    put_all(tmp_path / "again", content)
    safeio.remove_folder(tmp_path / "again")
    assert not (tmp_path / "again").exists()


MAC = Disk(cases=False, forms=False)


def entries(*paths: str) -> list[Entry]:
    return [replace(A_FILE, path=path) for path in paths]


@pytest.mark.parametrize(
    ("paths", "disk", "why"),
    [
        (("A", "a", "con", "\u00e9", "e\u0301"), LINUX, ""),
        (("A", "b"), MAC, ""),
        (("A/x", "A/y", "A"), MAC, ""),
        (("A", "a"), MAC, "config/A and config/a"),
        (("A/x", "a/y"), MAC, "one file"),
        (("\u00e9", "e\u0301"), MAC, "one file"),
        (("a/con.txt",), Disk(windows=True), "Windows keeps"),
        (("a:b",), Disk(windows=True), "forbids"),
    ],
)
def test_what_a_disk_cannot_keep_together(paths: tuple[str, ...], disk: Disk, why: str) -> None:
    found = misfit(entries(*paths), disk)
    assert (why in found) if why else found == ""


def test_areas_are_folders_of_their_own() -> None:
    assert misfit([*entries("a"), replace(A_FILE, area="other", path="A")], MAC) == ""


class OtherDisk(safeio.Calls):
    """Keeps names as another system's disk does."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def open_at(self, place: Place, name: str, mode: int) -> int:
        if self._disk.windows and "?" in name:
            raise OSError(errno.EINVAL, "no such name")
        name = name if self._disk.cases else name.lower()
        return super().open_at(place, name if self._disk.forms else name.replace("e\u0301", "\u00e9"), mode)


@pytest.mark.parametrize("disk", [LINUX, MAC, Disk(cases=False, windows=True), Disk(forms=False)])
def test_a_disk_is_known_by_what_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disk: Disk) -> None:
    monkeypatch.setattr(safeio, "calls", OtherDisk(disk))
    assert probe_disk(tmp_path) == disk
    assert not list(tmp_path.iterdir())


def test_a_disk_that_cannot_be_probed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safeio, "calls", BreakingDisk(2, errno.ENOSPC))
    with pytest.raises(StorageFault, match="full"):
        probe_disk(tmp_path)
    assert not list(tmp_path.iterdir())
