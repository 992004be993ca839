"""Marks inside a block become styles; HTML stays text; nothing takes forever."""

from __future__ import annotations

import time

import pytest

from clawd_desktop.ui.chat.inline import Span, plain, spans

S = Span


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain", [S("plain")]),
        ("a *b* _c_", [S("a "), S("b", italic=True), S(" "), S("c", italic=True)]),
        ("**b** __c__", [S("b", bold=True), S(" "), S("c", bold=True)]),
        ("***x***", [S("x", bold=True, italic=True)]),
        ("**a *b* c**", [S("a ", bold=True), S("b", bold=True, italic=True), S(" c", bold=True)]),
        ("~~gone~~", [S("gone", strike=True)]),
        ("snake_case_name 2*3*4", [S("snake_case_name 2*3*4")]),
        ("**open", [S("**open")]),
        ("`a*b*`", [S("a*b*", code=True)]),
        ("``a`b``", [S("a`b", code=True)]),
        ("\\*no\\*", [S("*no*")]),
        ("[t](https://x.y/z_(a))", [S("t", link="https://x.y/z_(a)")]),
        ('[t](https://x.y "title")', [S("t", link="https://x.y")]),
        ("[`c` **b**](https://x.y)", [S("c b", link="https://x.y")]),
        ("![alt](https://x.y/p.png)", [S("alt", link="https://x.y/p.png", image=True)]),
        ("<https://x.y>", [S("https://x.y", link="https://x.y")]),
        ("see https://x.y/a).", [S("see "), S("https://x.y/a", link="https://x.y/a"), S(").")]),
        ("<img src=x onerror=alert(1)>", [S("<img src=x onerror=alert(1)>")]),
        ("[x](javascript:alert)", [S("x", link="javascript:alert")]),
    ],
)
def test_spans(text: str, found: list[Span]) -> None:
    assert spans(text) == found


def test_plain_text_for_titles() -> None:
    assert plain("**Hello** [you](https://x.y) `x`") == "Hello you x"


@pytest.mark.parametrize("nasty", ["*a **b ", "[a](", "[", "`a``b", "**a*", "![](", "_*~~", "<https://"])
def test_no_text_takes_long(nasty: str) -> None:
    text = (nasty * 20_000)[:19_999]
    begin = time.process_time()
    assert "".join(span.text for span in spans(text))
    assert time.process_time() - begin < 2.0


def test_very_long_text_is_taken_as_it_is() -> None:
    assert spans("*a*" * 10_000) == [Span("*a*" * 10_000)]
