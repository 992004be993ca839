"""Only regular files below the folder are ever opened, however the path is written (B07)."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from clawd_desktop.gateway.http import files
from clawd_desktop.gateway.http.files import is_folder, media_type, open_below, parts_of


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("a", ("a",)),
        ("a/b%20c.txt", ("a", "b c.txt")),
        ("%C3%A9", ("é",)),
        ("%2561", ("%61",)),
        ("", None),
        ("a//b", None),
        ("..", None),
        ("%2e%2e", None),
        ("a/%2E./b", None),
        (".git", None),
        ("a%2fb", None),
        ("a%5cb", None),
        ("a\\b", None),
        ("a%00", None),
        ("a%0a", None),
        ("a%ff", None),
        ("C:", None),
        ("a.", None),
        ("a ", None),
        ("a%E2%80%AE", None),
        ("x" * 256, None),
        ("x/" * 600, None),
        ("/".join("x" * 40), None),
    ],
)
def test_names_in_paths(path: str, names: tuple[str, ...] | None) -> None:
    assert parts_of(path) == names


@pytest.mark.parametrize("whole", [False, True])
def test_what_is_opened(tmp_path: Path, whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if whole:
        monkeypatch.setattr(files, "_FOLDER", 0)
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "a").write_text("inside", encoding="utf-8")
    (tmp_path / "out").write_text("outside", encoding="utf-8")
    os.symlink(tmp_path / "out", root / "link")
    os.symlink(tmp_path, root / "up")
    os.symlink(root / "sub", root / "twin")
    os.mkfifo(root / "pipe")
    file = open_below(root, ("sub", "a"))
    assert file is not None
    with file:
        assert file.read() == b"inside"
    for names in ((), ("none",), ("sub",), ("link",), ("up", "out"), ("twin", "a"), ("pipe",), ("sub", "a", "b")):
        assert open_below(root, names) is None, names
    assert open_below(tmp_path / "none", ("a",)) is None
    assert [is_folder(root, names) for names in ((), ("sub",), ("twin",), ("sub", "a"))] == [True, True, False, False]


def test_a_folder_that_is_swapped_for_a_link_meanwhile_opens_nothing_outside(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "sub").mkdir(parents=True)
    outside.mkdir()
    (root / "sub" / "a").write_text("inside", encoding="utf-8")
    (outside / "a").write_text("outside", encoding="utf-8")
    os.symlink(outside, root / "link")
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            os.rename(root / "sub", root / "kept")
            os.rename(root / "link", root / "sub")
            os.rename(root / "sub", root / "link")
            os.rename(root / "kept", root / "sub")

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        read, tries, end = set(), 0, time.monotonic() + 20
        # At least so often, and until a read has met the folder itself between two swaps.
        while (tries < 3000 or not read) and time.monotonic() < end:
            tries += 1
            file = open_below(root, ("sub", "a"))
            if file is not None:
                with file:
                    read.add(file.read())
        assert read == {b"inside"}
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.HTML", "text/html"), ("a.tar.gz", "application/octet-stream"), ("a", "application/octet-stream")],
)
def test_media_types(name: str, kind: str) -> None:
    assert media_type(name) == kind
