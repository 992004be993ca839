"""Code is coloured by simple tables."""

from __future__ import annotations

import pytest

from clawd_desktop.ui.chat.highlight import Tint, tints


@pytest.mark.parametrize(
    ("language", "code", "found"),
    [
        ("python", 'def f(): # "x"', [("def", Tint.KEYWORD), ('# "x"', Tint.COMMENT)]),
        ("PY", "x = '# no' + 0xff", [("'# no'", Tint.STRING), ("0xff", Tint.NUMBER)]),
        ("ts", "const a = `x` // y", [("const", Tint.KEYWORD), ("`x`", Tint.STRING), ("// y", Tint.COMMENT)]),
        ("bash", "if [ $# = 1 ]; then", [("if", Tint.KEYWORD), ("1", Tint.NUMBER), ("then", Tint.KEYWORD)]),
        ("json", '{"a": true}', [('"a"', Tint.STRING), ("true", Tint.KEYWORD)]),
        ("sql", "select 1 -- x", [("select", Tint.KEYWORD), ("1", Tint.NUMBER), ("-- x", Tint.COMMENT)]),
        ("html", "<a href='x'><!-- c -->", [("'x'", Tint.STRING), ("<!-- c -->", Tint.COMMENT)]),
        ("klingon", "if 1", []),
        ("", "if 1", []),
    ],
)
def test_tints(language: str, code: str, found: list[tuple[str, Tint]]) -> None:
    assert [(code[at : at + length], tint) for at, length, tint in tints(language, code)] == found


def test_very_long_code_is_not_coloured() -> None:
    assert not list(tints("python", "if 1\n" * 10_000))
