"""The words and shapes that all checks of the configuration share."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit_stage import PATHS, subject

from clawd_desktop.config.audit_check import is_own, is_plain, is_shared_place, named, nested, put, together, when


def test_many_places_are_not_all_named() -> None:
    assert named([]) == ""
    assert named(["a", "b", "a"]) == "a, b."
    assert named([str(number) for number in range(9)], "In ") == "In 0, 1, 2, 3, 4, 5 and 3 more."


def test_patches() -> None:
    assert nested("a.b.c", 1) == {"a": {"b": {"c": 1}}}
    assert put("a.b", None)(subject({})) == {"a": {"b": None}}
    assert together([nested("a.b", 1), nested("a.c", 2)]) == {"a": {"b": 1, "c": 2}}
    assert when(True, "x") == "x"
    assert when(False, "x") == ""


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("http://example.com", True),
        ("ws://10.0.0.5:1", True),
        ("udp://10.0.0.5:514", True),
        ("https://example.com", False),
        ("http://localhost:8080", False),
        ("http://[::1]/", False),
        ("http://127.9.9.9/", False),
        ("", False),
        (None, False),
        ("http://[", False),
    ],
)
def test_which_ways_can_be_read(text: str | None, plain: bool) -> None:
    assert is_plain(text) is plain


def test_own_and_shared_places() -> None:
    assert is_own("localhost")
    assert not is_own("example.com")
    assert is_shared_place(Path("/tmp"))
    assert is_shared_place(Path("/dev/shm/x"))
    assert not is_shared_place(Path("/tmpfiles"))


def test_folders_are_those_of_the_person() -> None:
    assert subject({}).path("~/a/../b") == PATHS.home / "b"
    assert subject({}).path("rel") == PATHS.state / "rel"
