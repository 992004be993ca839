"""What is moved as one: a table of trees."""

from __future__ import annotations

import pytest

from clawd_desktop.backup.swap_units import Kind, above_of, plan, with_companions


def tree(text: str) -> dict[str, Kind]:
    """ "a/b c/ d@" is a file a/b in a folder, an empty folder and a link."""
    kinds: dict[str, Kind] = {}
    for word in text.split():
        path = word.rstrip("/@")
        kinds[path] = "folder" if word.endswith("/") else "link" if word.endswith("@") else "file"
        kinds.update(dict.fromkeys(above_of(path), "folder"))
    return kinds


# What is there (with "!" after what is not chosen), what comes, what is moved (-gone, +comes, ~both), clashes.
TABLE = [
    ("", "", "", ""),
    ("a", "a", "~a", ""),
    ("a!", "b", "+b", ""),
    ("a", "", "-a", ""),
    ("", "a/b/c", "+a", ""),
    ("a/b a/c", "a/b", "~a", ""),
    ("a/b a/c!", "a/b", "~a/b", ""),
    ("a/b a/c!", "a/d", "-a/b +a/d", ""),
    ("a/b/c a/d/e!", "a/b/x a/f/y", "~a/b +a/f", ""),
    ("a/b/c/d! a/b/e a/f", "a/b/e", "~a/b/e -a/f", ""),
    ("a/b", "a", "~a", ""),
    ("a", "a/b", "~a", ""),
    ("a/", "a/", "~a", ""),
    ("a@", "a/b", "~a", ""),
    ("a!", "a/b", "", "a"),
    ("a@!", "a/b", "", "a"),
    ("a/b!", "a", "", "a"),
    ("a/b! c", "a c", "~c", "a"),
    ("a!", "a", "", "a"),
    ("a/!", "a/b", "+a/b", ""),
    ("a/x! b/y", "b/y", "~b", ""),
]  # fmt: skip


@pytest.mark.parametrize(("now", "new", "moved", "clashes"), TABLE)
def test_units(now: str, new: str, moved: str, clashes: str) -> None:
    there = tree(now.replace("!", ""))
    foreign = {word.rstrip("!").rstrip("/@") for word in now.split() if word.endswith("!")}
    answer = plan(there, tree(new), set(there) - foreign)
    signs = {(True, True): "~", (True, False): "-", (False, True): "+"}
    said = [f"{signs[unit.takes, unit.puts]}{unit.path}" for unit in answer.units]
    assert sorted(said) == sorted(moved.split())
    assert list(answer.clashes) == clashes.split()


def test_no_unit_lies_below_another() -> None:
    answer = plan(tree("a/b a/c! d/e/f d/g"), tree("a/b/x a/y d/e h/i"), {"a/b", "a", "d", "d/e", "d/e/f", "d/g"})
    paths = {unit.path for unit in answer.units}
    assert not any(above in paths for path in paths for above in above_of(path))


def test_what_belongs_to_a_database_goes_with_it() -> None:
    now = {"x.sqlite", "x.sqlite-wal", "x.sqlite-shm", "x.sqlite.seal", "y.sqlite-wal", "x.sqlite.bak"}
    assert with_companions({"x.sqlite"}, now) == {"x.sqlite", "x.sqlite-wal", "x.sqlite-shm", "x.sqlite.seal"}


@pytest.mark.parametrize(("path", "above"), [("a", []), ("a/b/c", ["a/b", "a"])])
def test_above(path: str, above: list[str]) -> None:
    assert list(above_of(path)) == above
