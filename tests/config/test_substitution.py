"""Environment variables are put in, or named as missing."""

from __future__ import annotations

import pytest

from clawd_desktop.config.substitution import has_reference, substitute
from clawd_desktop.core.values import JsonValue

ENVIRON = {"A": "one", "_B2": "two", "EMPTY": "", "LOOP": "${A}", "lower": "x"}


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("${A}", "one"),
        ("${A}-${_B2}", "one-two"),
        ("$${A}", "${A}"),
        ("$A ${lower} ${1A} ${} $", "$A ${lower} ${1A} ${} $"),
        (["${A}", {"x": "${A}"}, 5, None], ["one", {"x": "one"}, 5, None]),
    ],
)
def test_variables_are_put_in(value: JsonValue, result: JsonValue) -> None:
    assert substitute({"k": value}, ENVIRON) == ({"k": result}, ())


@pytest.mark.parametrize(
    ("value", "path", "words", "left"),
    [
        ("${NONE}", "k", "NONE is not set or empty", {}),
        ("a${EMPTY}b", "k", "EMPTY is not set or empty", {}),
        ("${LOOP}", "k", "names another variable", {}),
        ({"x": "${NONE}", "y": 1}, "k.x", "NONE", {"k": {"y": 1}}),
        (["${NONE}", "z"], "k.0", "NONE", {"k": ["z"]}),
        ({"${A}": 1}, "k.${A}", "A key cannot", {"k": {}}),
    ],
)
def test_what_is_missing_is_named_and_left_out(value: JsonValue, path: str, words: str, left: JsonValue) -> None:
    result, issues = substitute({"k": value}, ENVIRON)
    assert result == left
    assert [issue.path for issue in issues] == [path]
    assert words in issues[0].message


@pytest.mark.parametrize(("text", "answer"), [("${A}", True), ("x$${A}", False), ("plain", False), ("${a}", False)])
def test_references_are_recognised(text: str, answer: bool) -> None:
    assert has_reference(text) is answer
