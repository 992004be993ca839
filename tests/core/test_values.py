"""Unknown JSON becomes known without surprises."""

from __future__ import annotations

import pytest

from clawd_desktop.core.values import JsonValue, as_float, as_int, as_list, as_object, as_text


@pytest.mark.parametrize(("value", "expected"), [({"a": 1}, {"a": 1}), ([1], {}), (None, {}), ("x", {}), (1, {})])
def test_as_object(value: JsonValue, expected: object) -> None:
    assert as_object(value) == expected


@pytest.mark.parametrize(("value", "expected"), [([1], [1]), ({"a": 1}, []), (None, []), ("ab", [])])
def test_as_list(value: JsonValue, expected: object) -> None:
    assert as_list(value) == expected


@pytest.mark.parametrize(("value", "expected"), [("x", "x"), ("", ""), (None, "?"), (1, "?"), (["x"], "?")])
def test_as_text(value: JsonValue, expected: str) -> None:
    assert as_text(value, "?") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3), (3.9, 3), (-3.9, -3), (2**70, 2**70), (True, 7), ("3", 7), (None, 7),
        (float("nan"), 7), (float("inf"), 7), (float("-inf"), 7),
    ],
)  # fmt: skip
def test_as_int(value: JsonValue, expected: int) -> None:
    assert as_int(value, 7) == expected


@pytest.mark.parametrize(("value", "expected"), [(3, 3.0), (3.5, 3.5), (False, 7.0), ("3", 7.0), (None, 7.0)])
def test_as_float(value: JsonValue, expected: float) -> None:
    found = as_float(value, 7.0)
    assert (found, type(found)) == (expected, float)
