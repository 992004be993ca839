"""Paths that lead elsewhere, that a disk cannot keep or cannot tell apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.backup.member_names import LINUX, Disk, link_refusal, refusal, same_on, twins

MAC = Disk(cases=False, forms=False)
WINDOWS = Disk(cases=False, windows=True)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("a", ""),
        ("a/b.txt", ""),
        ("a:b", ""),
        ("...", ""),
        ("con", ""),
        ("\udcff", ""),
        ("x" * 255, ""),
        ("", "empty"),
        ("/abs", "absolute"),
        ("\\abs", "absolute"),
        ("C:\\x", "absolute"),
        ("c:/x", "absolute"),
        ("C:", "absolute"),
        ("..", "out of its folder"),
        ("../x", "out of its folder"),
        ("a/../../x", "out of its folder"),
        ("a/..", "out of its folder"),
        ("a//b", "empty name"),
        ("a/", "empty name"),
        ("./a", "empty name"),
        ("a\0b", "NUL"),
        ("a\\b", "backslash"),
        ("x" * 256, "longer than 255"),
        ("é" * 128, "longer than 255"),
        ("/".join(["x" * 200] * 25), "too long"),
        ("/".join("x" * 129), "too deep"),
    ],
)
def test_what_may_be_written(path: str, why: str) -> None:
    found = refusal(path)
    assert (why in found) if why else found == ""


@pytest.mark.parametrize("path", ["con", "a/CON.txt", "nul ", "com1.log/x", "a.", "b ", "a:b", "a?b", "a\x01b"])
def test_what_windows_keeps_for_itself(path: str) -> None:
    assert refusal(path, WINDOWS)
    assert not refusal(path, LINUX)


def test_what_a_disk_does_not_tell_apart() -> None:
    composed, decomposed = "\u00e9", "e\u0301"
    assert twins(["A", "a", composed, decomposed], LINUX) is None
    assert twins(["x", "A", "a"], WINDOWS) == ("A", "a")
    assert twins([composed, decomposed], MAC) == (composed, decomposed)
    assert twins(["a", "b", "a"], LINUX) == ("a", "a"), "the same one twice is one on every disk"
    assert same_on("Straße", MAC) == "strasse"


@pytest.mark.parametrize(
    ("path", "target", "fine"),
    [
        ("a", "b", True),
        ("a", "./b/c", True),
        ("x/a", "../b", True),
        ("x/y/a", "../../b", True),
        ("a", "../b", False),
        ("x/a", "../../b", False),
        ("x/y/a", "b/../c", False),
        ("a", "/etc/passwd", False),
        ("a", "C:\\x", False),
        ("a", "C:x", False),
        ("a", "0:", True),
        ("a", "b\\c", False),
        ("a", "", False),
        ("a", "b\0", False),
    ],
)
def test_where_links_may_lead(path: str, target: str, fine: bool) -> None:
    assert (link_refusal(path, target) == "") == fine


@given(st.text("aZ.b/ \\-é\0:_+~", max_size=12))
def test_the_short_way_lets_nothing_pass_that_the_long_way_refuses(path: str) -> None:
    # An equal disk that is another object goes the long way.
    assert refusal(path) == refusal(path, Disk())
