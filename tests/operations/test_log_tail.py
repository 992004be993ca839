"""Following a file by byte offsets."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.operations.log_tail import tail


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "x.log"
    path.write_bytes(b"one\ntwo\nthree\npart")
    return path


def test_from_the_start_and_on(path: Path) -> None:
    first = tail(path, None, 500, 1000)
    assert (first.lines, first.cursor, first.reset) == (("one", "two", "three"), 14, False)
    path.write_bytes(path.read_bytes() + b"ial\nfour\n")
    more = tail(path, first.cursor, 500, 1000)
    assert (more.lines, more.truncated) == (("partial", "four"), False)
    assert tail(path, more.cursor, 500, 1000).lines == ()


def test_only_the_newest_lines(path: Path) -> None:
    found = tail(path, None, 2, 1000)
    assert (found.lines, found.truncated) == (("two", "three"), True)


def test_a_partial_first_line_is_dropped(path: Path) -> None:
    assert tail(path, None, 500, 12).lines == ("three",)


@pytest.mark.parametrize("cursor", [10_000, 0])
def test_a_cursor_that_is_beyond_or_too_far_behind_starts_again(path: Path, cursor: int) -> None:
    assert tail(path, cursor, 500, 12).reset


def test_no_file_yet(tmp_path: Path) -> None:
    assert tail(tmp_path / "none.log", None, 5, 5).lines == ()
