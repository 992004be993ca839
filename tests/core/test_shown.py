"""Foreign text is shown whole, and nothing in it can hide or pretend."""

from __future__ import annotations

import pytest

from clawd_desktop.core.shown import shown_whole


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ls -l /tmp", "ls -l /tmp"),
        ("echo 你好 é", "echo 你好 é"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("a\x1b[31mb", "a\\u{1b}[31mb"),
        ("safe\u202egnp.exe", "safe\\u{202e}gnp.exe"),
        ("a\u2066b\u2069", "a\\u{2066}b\\u{2069}"),
        ("a\u200bb\ufeff", "a\\u{200b}b\\u{feff}"),
        ("a\u00a0b\u3000c", "a\\u{a0}b\\u{3000}c"),
        ("lone \ud800", "lone \\u{d800}"),
        ("two  three   end", "two  three   end"),
        ("rm x" + " " * 5000 + "; rm y", "rm x \\{5000 blanks} ; rm y"),
        ("\\u{202e}", "\\\\u{202e}"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_a_person_sees(text: str, shown: str) -> None:
    assert shown_whole(text) == shown


def test_nothing_is_cut_off() -> None:
    assert shown_whole("x" * 100_000 + "\n; rm -rf ~").endswith("x\\n; rm -rf ~")


def test_two_texts_never_look_alike() -> None:
    texts = ["a\nb", "a\\nb", "a\\\nb", "a    b", "a \\{4 blanks} b"]
    assert len({shown_whole(text) for text in texts}) == len(texts)
