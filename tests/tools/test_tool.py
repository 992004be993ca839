"""Arguments are narrowed, results have one shape."""

from __future__ import annotations

from typing import Any

import pytest

from clawd_desktop.core.errors import BadInput
from clawd_desktop.tools.tool import json_result, names_of, number_of, text_of, text_result


@pytest.mark.parametrize(("value", "text"), [(None, ""), (" a ", "a"), ("", "")])
def test_texts(value: Any, text: str) -> None:
    assert text_of({"a": value}, "a") == text


@pytest.mark.parametrize(("value", "number"), [(None, None), (0, 1), (7.9, 7), (99, 10)])
def test_numbers(value: Any, number: int | None) -> None:
    assert number_of({"a": value}, "a", least=1, most=10) == number


@pytest.mark.parametrize("value", ["5", True, [], float("inf")])
def test_what_is_no_number(value: Any) -> None:
    with pytest.raises(BadInput, match="a must be a number"):
        number_of({"a": value}, "a", least=1, most=10)
    with pytest.raises(BadInput, match="a must be a string"):
        text_of({"a": [1]}, "a")


@pytest.mark.parametrize(
    ("value", "names"), [(None, ()), (" A ", ("a",)), (["B", " ", 5, "c"], ("b", "c")), ({"x": 1}, ())]
)
def test_names(value: Any, names: tuple[str, ...]) -> None:
    assert names_of({"a": value}, "a") == names


def test_results() -> None:
    assert json_result({"a": 1}) == {"content": [{"type": "text", "text": '{\n  "a": 1\n}'}], "details": {"a": 1}}
    assert text_result("t", {"a": 1}) == {"content": [{"type": "text", "text": "t"}], "details": {"a": 1}}
