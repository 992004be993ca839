"""A walk sees all and follows no link, also one that is put there in the middle of it."""

from __future__ import annotations

import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from clawd_desktop.backup import tree
from clawd_desktop.backup.tree import Opener, Seen, walk


@pytest.fixture(params=[True, False])
def by_descriptor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    monkeypatch.setattr(tree, "BY_DESCRIPTOR", request.param)
    return request.param


def seen(root: Path, *apart: str) -> dict[str, Seen]:
    return {one.path: one for one in walk(root, lambda path: path not in apart)}


@pytest.mark.usefixtures("by_descriptor")
def test_it_sees_all_and_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_text("x")
    (tmp_path / "apart").mkdir()
    (tmp_path / "apart" / "x").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "out").symlink_to("/etc")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.getcwd()
        os.chdir(tmp_path)
        listening.bind("socket")
        os.chdir(here)
        (tmp_path / os.fsdecode(b"\xff")).write_text("x")
        found = seen(tmp_path, "apart")
    assert {path: one.kind for path, one in found.items()} == {
        "a": "folder", "a/b": "folder", "a/b/file": "file", "pipe": "special", "out": "link", "socket": "special",
        "\udcff": "file",
    }  # fmt: skip
    assert found["out"].target == "/etc"
    assert list(found) == sorted(found)


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "x").write_text("x")
    (tmp_path / "link").symlink_to("real")
    assert list(seen(tmp_path / "link")) == ["x"]
    with Opener(tmp_path / "link") as opener:
        os.close(opener.open("x"))


def test_another_disk_is_not_entered(tmp_path: Path) -> None:
    places = {one.path: one.kind for one in walk(Path("/"), lambda path: path in ("proc", "dev", "sys"))}
    assert places["proc"] == "mount"
    assert not [path for path in places if path.startswith("proc/")]


@pytest.mark.usefixtures("by_descriptor")
def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open").mkdir()
    real = tree._into

    def into(handle: tree.Handle, name: str, facts: os.stat_result) -> tree.Handle:
        if name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(handle, name, facts)

    monkeypatch.setattr(tree, "_into", into)
    found = [(one.path, one.kind, one.fault) for one in walk(tmp_path, lambda path: True)]
    assert ("closed", "unreadable", "Permission denied") in found
    assert ("open", "folder", "") in found


@pytest.mark.usefixtures("by_descriptor")
def test_a_link_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "a" / "link").symlink_to(tmp_path / "secret")
    (root / "through").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")
    with Opener(root) as opener:
        for path in ("a/link", "through/secret"):
            with pytest.raises(OSError, match="link|directory"):
                opener.open(path)
        assert stat.S_ISLNK(opener.facts("a/link").st_mode)
        os.close(opener.open("pipe"))


def test_nothing_outside_is_read_while_folders_become_links(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("secret")
    root = tmp_path / "root"
    (root / "real").mkdir(parents=True)
    (root / "real" / "file").write_text("mine")
    swapping = threading.Event()

    def swap() -> None:
        while not swapping.is_set():
            os.rename(root / "real", root / "kept")
            os.symlink(outside, root / "real")
            os.unlink(root / "real")
            os.rename(root / "kept", root / "real")

    thread = threading.Thread(target=swap)
    thread.start()
    got: set[bytes] = set()
    try:
        for _ in range(1_000):
            with Opener(root) as opener:
                try:
                    descriptor = opener.open("real/file")
                except OSError:
                    continue
                got.add(os.read(descriptor, 100))
                os.close(descriptor)
        names = {one.path for _ in range(100) for one in walk(root, lambda path: True)}
    finally:
        swapping.set()
        thread.join()
    assert got <= {b"mine"}
    assert names <= {"real", "real/file", "kept", "kept/file"}


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x").write_text("x")
    before = len(os.listdir("/proc/self/fd"))
    seen(tmp_path)
    with Opener(tmp_path) as opener:
        os.close(opener.open("a/b/x"))
        with pytest.raises(OSError, match="No such"):
            opener.open("a/c/x")
        with pytest.raises(OSError, match="No such"):
            opener.open("a/c/x")
    assert len(os.listdir("/proc/self/fd")) == before
