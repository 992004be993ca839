"""Hidden and reordering characters are seen (security case M01)."""

from __future__ import annotations

import pytest

from clawd_desktop.ui.chat.visible import one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\nof two lines", "plain\ttext\nof two lines"),
        ("evil\u202egnp.exe", "evil⟨U+202E⟩gnp.exe"),
        ("\u2066hidden\u2069", "⟨U+2066⟩hidden⟨U+2069⟩"),
        ("a\u200bb\ufeff", "a⟨U+200B⟩b⟨U+FEFF⟩"),
        ("bell\x07esc\x1b[31m", "bell⟨U+0007⟩esc⟨U+001B⟩[31m"),
        ("tag\U000e0041", "tag⟨U+E0041⟩"),
        ("object\ufffc frame\ufdd0", "object⟨U+FFFC⟩ frame⟨U+FDD0⟩"),
        ("lone \ud800 surrogate", "lone ⟨U+D800⟩ surrogate"),
        ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne"),
        ("👩\u200d👩\u200d👧 می\u200cخواهم", "👩\u200d👩\u200d👧 می\u200cخواهم"),
    ],
)
def test_what_hides_is_named_and_what_scripts_need_stays(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_title_is_one_line_of_limited_length() -> None:
    assert one_line("  two\nlines  of\ttext ", 80) == "two lines of text"
    assert one_line("x" * 100, 10) == "xxxxxxxxx…"
