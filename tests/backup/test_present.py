"""What lies at a place now, and which of it a choice replaces."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from swap_stage import write_tree

from clawd_desktop.backup.manifest import Entry, LeftOut, Manifest, Root
from clawd_desktop.backup.present import Choice, Here, Place, chosen_of, is_protected, scan
from clawd_desktop.backup.progress import Stopped

ENTRY = Entry("memory", "memory/index.sqlite", "file", 0o600, 0, 1, "a" * 64)
BACKUP = Manifest(
    "id", 0, "person", "1", "host", "Linux", "out", (Root("memory", "/s"),), (ENTRY,),
    (LeftOut("memory", "memory/key", "a secret"), LeftOut("memory", "memory/index.sqlite", "a value of it")),
)  # fmt: skip


def test_scan(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {"a/b/file": "text", "a/link": "->b", "empty": None, "undo/x": "kept", "sub/.clawd-desktop-undo/y": ""},
    )
    os.mkfifo(tmp_path / "pipe")
    found = scan(tmp_path, {tmp_path / "undo"})
    assert {path: here.kind for path, here in found.items()} == {
        "a": "folder", "a/b": "folder", "a/b/file": "file", "a/link": "link", "empty": "folder", "pipe": "other",
        "undo": "other", "sub": "folder", "sub/.clawd-desktop-undo": "other",
    }  # fmt: skip
    assert found["a/b/file"].size == 4
    assert found["a/link"].target == "b"
    assert found["a"].mode == stat.S_IMODE((tmp_path / "a").stat().st_mode)
    assert scan(tmp_path / "none", ()) == {}
    assert scan(tmp_path / "a" / "b" / "file", ()) == {}
    with pytest.raises(Stopped):
        scan(tmp_path, (), lambda: True)


def test_protected(tmp_path: Path) -> None:
    skipped = {tmp_path / "clawd-desktop" / "undo"}
    for path in (
        "clawd-desktop.lock",
        "clawd-desktop/undo",
        "clawd-desktop/undo/x",
        ".clawd-desktop-undo/x",
        "a/clawd-desktop.lock",
    ):
        assert is_protected(path, tmp_path, skipped), path
    for path in ("clawd-desktop", "clawd-desktop/undone", "a"):
        assert not is_protected(path, tmp_path, skipped), path


def chosen(choice: Choice, *paths: str) -> set[str]:
    place = Place("memory", Path("/s"), lambda path: path.split("/")[0] == "memory")
    now = {path: Here("folder" if path.endswith("/") else "file") for path in paths}
    now = {path.rstrip("/"): here for path, here in now.items()}
    return chosen_of(now, place, choice, BACKUP, {Path("/s/undo")})


WHOLE = Choice(areas=frozenset({"memory"}))
ONE = Choice(paths=frozenset({("memory", "memory/index.sqlite")}))
FOLDER = Choice(paths=frozenset({("memory", "memory/sub")}))


def test_a_whole_area() -> None:
    assert chosen(WHOLE, "memory/", "memory/a", "memory/sub/", "other", "undo/") == {"memory", "memory/a", "memory/sub"}


def test_what_was_left_out_by_name_stays() -> None:
    assert chosen(WHOLE, "memory/a", "memory/key") == {"memory/a"}


def test_what_is_in_it_with_a_value_left_out_is_replaced() -> None:
    assert chosen(WHOLE, "memory/index.sqlite") == {"memory/index.sqlite"}


def test_a_single_file() -> None:
    found = chosen(ONE, "memory/", "memory/index.sqlite", "memory/index.sqlite-wal", "memory/a")
    assert found == {"memory/index.sqlite", "memory/index.sqlite-wal"}


def test_a_folder_with_all_that_is_in_it() -> None:
    assert chosen(FOLDER, "memory/", "memory/sub/", "memory/sub/x", "memory/y") == {"memory/sub", "memory/sub/x"}


def test_another_area() -> None:
    assert chosen(Choice(areas=frozenset({"skills"})), "memory/", "memory/a") == set()
    assert ONE.named() == {"memory"}
    assert not ONE.holds("skills", "memory/index.sqlite")
