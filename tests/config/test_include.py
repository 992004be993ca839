"""Included files are joined by rule, and never lead out of the folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clawd_desktop.config.include import MAX_FILES, resolve
from clawd_desktop.config.json5 import parse
from clawd_desktop.core.values import JsonValue


def join(folder: Path, value: JsonValue, **files: JsonValue) -> tuple[JsonValue, list[str]]:
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    result, found = resolve(value, folder / "main.json", lambda path: parse(path.read_bytes(), str(path)))
    return result, [f"{issue.path}: {issue.message}" for issue in found.issues]


def test_objects_merge_arrays_join_and_keys_beside_win(tmp_path: Path) -> None:
    value: JsonValue = {"$include": ["./a.json", "b.json"], "x": {"p": 3}, "list": [3]}
    a: JsonValue = {"x": {"p": 1, "q": 1}, "list": [1]}
    b: JsonValue = {"x": {"q": 2}, "list": [2]}
    result, issues = join(tmp_path, value, a=a, b=b)
    assert result == {"x": {"p": 3, "q": 2}, "list": [1, 2, 3]}
    assert issues == []


def test_includes_nest_and_stand_anywhere(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.json").write_text('{"$include": "../d.json", "c": 1}')
    result, issues = join(tmp_path, {"rows": [{"$include": "sub/c.json"}]}, d={"d": 1})
    assert result == {"rows": [{"c": 1, "d": 1}]}
    assert issues == []


def test_a_file_may_hold_something_else_than_an_object_when_it_stands_alone(tmp_path: Path) -> None:
    assert join(tmp_path, {"names": {"$include": "a.json"}}, a=[1, 2]) == ({"names": [1, 2]}, [])
    result, issues = join(tmp_path, {"names": {"$include": "a.json", "x": 1}}, a=[1, 2])
    assert result == {"names": {"x": 1}}
    assert "no other keys" in issues[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.json", "includes itself"),
        ("missing.json", "There is no file"),
        ("../up.json", "outside"),
        ("/etc/passwd", "relative"),
        ("C:\\a.json", "relative"),
        ("\\\\server\\a.json", "relative"),
        ("~/a.json", "relative"),
        ("a\0b.json", "cannot be a file"),
        (7, "must be the name"),
        (["a.json", None], "must be the name"),
    ],
)
def test_what_cannot_be_included_is_named(tmp_path: Path, name: JsonValue, words: str) -> None:
    from clawd_desktop.core.safeio import read_file

    (tmp_path / "a.json").write_text(json.dumps({"inner": {"$include": name}}))
    _, found = resolve({"$include": "a.json"}, tmp_path / "main.json", lambda path: parse(read_file(path), str(path)))
    assert found.issues[0].path == "inner.$include"
    assert words in found.issues[0].message


def test_a_hundred_levels_end_with_an_error(tmp_path: Path) -> None:
    files: dict[str, JsonValue] = {f"f{number}": {"$include": f"f{number + 1}.json"} for number in range(100)}
    _, issues = join(tmp_path, {"$include": "f0.json"}, **files)
    assert "one too many" in issues[0]


def test_many_includes_of_many_end_with_an_error(tmp_path: Path) -> None:
    files: dict[str, JsonValue] = {f"f{n}": {"$include": [f"f{n + 1}.json"] * 9} for n in range(9)}
    _, found = resolve(
        {"$include": "f0.json"}, tmp_path / "main.json", lambda path: files.get(path.stem, {"end": True})
    )
    assert len(found.files) == MAX_FILES
    assert "one too many" in found.issues[-1].message


def test_the_files_that_belong_together_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    _, found = resolve({"$include": ["a.json"]}, tmp_path / "main.json", lambda path: parse(path.read_bytes()))
    assert found.files == [tmp_path.resolve() / "a.json"]
