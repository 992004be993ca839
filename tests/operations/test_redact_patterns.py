"""A person's expressions hide what they mean, and none of them can hold the application up."""

from __future__ import annotations

import re
import time

import pytest

from clawd_desktop.core.errors import BadInput
from clawd_desktop.operations.redact_patterns import LONGEST, compiled, quick


@pytest.mark.parametrize(
    ("pattern", "text", "left"),
    [
        (r"ACME-\d+", "see ACME-123456 now", "see X now"),
        (r"(?i)ticket\s*:\s*\w+", "Ticket :  abc done", "X done"),
        (r"\b[A-Z0-9_]*KEY=\S+", "MY_KEY=abcdef end", "X end"),
        (r"[\w.]+@[\w.]+", "to me.too@example.org.", "to X"),
        (r"colou?r", "color colour", "X X"),
        (r"(?:foo|bar)\d{3}", "foo123 bar456 foo1", "X X foo1"),
        (r"a{2}b{1,3}", "aabbb ab", "X ab"),
        (r"[]^*+]x", "]x *x", "X X"),
        (r"\(\d+\)", "(12)", "X"),
        (r"(?P<n>id) \d+", "id 7", "X"),
        (r"x{}", "x{}", "X"),
    ],
)
def test_what_can_be_bounded_is_used(pattern: str, text: str, left: str) -> None:
    assert quick(pattern).sub("X", text) == left


def test_the_end_of_what_is_found_is_not_bounded() -> None:
    assert quick(r"key=\S+").sub("X", f"key={'a' * 100_000} b") == "X b"
    assert quick(r"(key=\S+)").sub("X", f"key={'a' * 100_000} b") == "X b"


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(a+)+$", "repeats a group"),
        (r"(a|aa)+$", "repeats a group"),
        (r"(?:a*)*b", "repeats a group"),
        (r"((a?)b){2,}", "repeats a group"),
        (r"((a{1,5}))*", "repeats a group"),
        (r"(a)\1+", "looks back"),
        (r"(?=a)b", "looks ahead"),
        (r"(?<!a)b", "looks ahead"),
        (r"a*b*c*d*e", "may repeat"),
        (r"a?b?c?d?e?f?g?h?i?j", "may repeat"),
        (r"a*", "fits where nothing stands"),
        (r"", "fits where nothing stands"),
        (r"(", "missing"),
        (r"[a", "unterminated|bad"),
    ],
)
def test_what_cannot_be_bounded_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        quick(pattern)


@pytest.mark.parametrize(
    "pattern",
    [r"\s*=\s*x", r"[a-z]*[a-z]*!", r".*secret", r"(.*)(.*)(.*)x", r"a+a+a+!", r"\w*\d*z", r".*?x", r"a{0,200}b{1,}c"],
)
def test_no_text_from_outside_takes_long(pattern: str) -> None:
    made = quick(pattern)
    for piece in ("a", " ", "1", "ab1 ", "a" * 500 + "!"):
        text = (piece * LONGEST)[:LONGEST]
        began = time.perf_counter()
        made.sub("X", text)
        assert time.perf_counter() - began < 1.0  # without bounds the worst of these take hours


def test_good_ones_are_used_although_others_are_bad() -> None:
    made, troubles = compiled((r"ACME-\d+", r"(a+)+$", r"x\d"))
    assert len(made) == 2
    assert all(isinstance(each, re.Pattern) for each in made)
    (trouble,) = troubles
    assert "'(a+)+$' of logging.redactPatterns is not used" in trouble
