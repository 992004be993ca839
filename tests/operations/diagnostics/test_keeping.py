"""What a repair changes is kept first, with what is needed to undo it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clawd_desktop.core.errors import NotFound
from clawd_desktop.operations.diagnostics import keeping
from clawd_desktop.operations.diagnostics.ground import Ground


def test_each_repair_has_a_folder_of_its_own(ground: Ground) -> None:
    one, other = keeping.place(ground, "a.b"), keeping.place(ground, "a.b")
    assert one != other
    assert one.stat().st_mode & 0o777 == 0o700


def test_copies_and_moves_say_where_files_lay(ground: Ground, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text("1")
    folder = keeping.place(ground, "a")
    keeping.copy(folder, [file])
    assert (folder / "0-x.json").read_text() == "1"
    assert json.loads((folder / "undo.json").read_text()) == {"files": [str(file)]}
    moved = keeping.place(ground, "b")
    keeping.move(moved, [file])
    assert not file.exists()
    assert (moved / "0-x.json").read_text() == "1"


def test_a_file_that_is_gone_cannot_be_copied(ground: Ground, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        keeping.copy(keeping.place(ground, "a"), [tmp_path / "gone"])
