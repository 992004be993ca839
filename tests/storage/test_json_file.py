"""A small object is changed whole, and never when it could not be read."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from clawd_desktop.core.errors import StorageFault, Unreadable
from clawd_desktop.core.values import JsonObject, as_int
from clawd_desktop.storage.json_file import JsonFile


def in_folder(folder: Path) -> JsonFile:
    return JsonFile(folder / "settings" / "x.json", "The list of x")


async def test_it_is_empty_until_something_is_kept(tmp_path: Path) -> None:
    file = in_folder(tmp_path)
    assert await file.read() == {}
    assert await file.change(lambda before: {**before, "a": 1}) == {"a": 1}
    assert await in_folder(tmp_path).read() == {"a": 1}
    assert file.path.stat().st_mode & 0o777 == 0o600


async def test_changes_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    file = in_folder(tmp_path)

    def more(before: JsonObject) -> JsonObject:
        return {"count": as_int(before.get("count")) + 1}

    await asyncio.gather(*(file.change(more) for _ in range(20)))
    assert await file.read() == {"count": 20}


async def test_what_another_program_wrote_is_read(tmp_path: Path) -> None:
    file = in_folder(tmp_path)
    await file.change(lambda before: {"a": 1})
    file.path.write_text(json.dumps({"a": 2, "b": 3}))
    assert await file.change(lambda before: {**before, "c": 4}) == {"a": 2, "b": 3, "c": 4}


@pytest.mark.parametrize("content", ["{broken", "[]", "null"])
async def test_what_cannot_be_read_is_left_as_it_is(tmp_path: Path, content: str) -> None:
    file = in_folder(tmp_path)
    file.path.parent.mkdir()
    file.path.write_text(content)
    with pytest.raises(Unreadable, match=r"^The list of x .*x\.json cannot be understood"):
        await file.change(lambda before: {"a": 1})
    assert file.path.read_text() == content


async def test_a_disk_that_refuses_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("a file in its place")
    with pytest.raises((StorageFault, Unreadable)):
        await in_folder(tmp_path).change(lambda before: {"a": 1})
