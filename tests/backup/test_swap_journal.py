"""A journal says what was written into it, and a hostile or torn one is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clawd_desktop.backup import swap_journal
from clawd_desktop.backup.swap_journal import Journal, Root, Step
from clawd_desktop.core.errors import NotFound, Unreadable

JOURNAL = Journal(
    id="20260101T000000Z-ab12",
    phase="swapping",
    at_ms=5,
    what="clawd-backup-x.tar.zst",
    areas=("config", "workspace-main"),
    roots=(Root(Path("/s"), Path("/s/undo"), (Path("/s"),)), Root(Path("/w\udcff"), Path("/.u"))),
    steps=(
        Step(0, "a/\u00e9 \udcfe\n", "i/old/0", "i/new/a", 0o755, -1),
        Step(1, "b", "", "i/new/b", -1, 0o500),
        Step(1, ".hidden/..x", "i/old/1", ""),
    ),
    undoes="other",
)


def test_round(tmp_path: Path) -> None:
    swap_journal.write(tmp_path, JOURNAL)
    assert swap_journal.read(tmp_path, JOURNAL.id) == JOURNAL
    assert list(swap_journal.names(tmp_path)) == [JOURNAL.id]
    assert JOURNAL.shelves() == (Path("/s/undo") / JOURNAL.id, Path("/.u") / JOURNAL.id)
    assert JOURNAL.marked("done").phase == "done"


def test_names_are_folders(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("a")
    assert list(swap_journal.names(tmp_path)) == ["a", "b"]
    assert list(swap_journal.names(tmp_path / "none")) == []


@pytest.mark.parametrize("name", ["", "..", "a/b", "none", "x" * 100])
def test_none_of_that_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        swap_journal.read(tmp_path, name)


CHANGES = [
    {"format": "x"}, {"schema": 2}, {"schema": 0}, {"phase": "begun"}, {"id": "../x"}, {"id": "other"}, {"roots": []},
    {"roots": [{"folder": "s", "shelf": "/u"}]},
    *({"steps": [step]} for step in (
        [], [0, "a"], [9, "a", "", "", -1, -1], [-1, "a", "", "", -1, -1], [0, "", "", "", -1, -1],
        [0, "../a", "", "", -1, -1], [0, "/a", "", "", -1, -1],
        [0, "a/../b", "", "", -1, -1], [0, "a/..", "", "", -1, -1],
        [0, "a", "../x", "", -1, -1], [0, "a", "", "/x", -1, -1], [0, "a", "", "", 99999, -1], [0, "a", "", "", -1, -2],
        [0, "a\0", "", "", -1, -1], [0, ".", "", "", -1, -1],
    )),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_journal_that_cannot_be(tmp_path: Path, change: dict[str, object]) -> None:
    swap_journal.write(tmp_path, JOURNAL)
    path = tmp_path / JOURNAL.id / swap_journal.FILE
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}))
    with pytest.raises(Unreadable) as told:
        swap_journal.read(tmp_path, JOURNAL.id)
    assert told.value.path == str(path)
    assert told.value.hint


def test_each_cut_is_seen(tmp_path: Path) -> None:
    data = swap_journal.encode(JOURNAL)
    for length in range(len(data)):
        with pytest.raises(ValueError):  # noqa: PT011
            swap_journal.decode(data[:length])
