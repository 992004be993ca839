"""Merging follows RFC 7396; included files are joined."""

from __future__ import annotations

import pytest

from clawd_desktop.config.merge import combine, merge_patch, overlay, same
from clawd_desktop.core.values import JsonValue


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # The examples of RFC 7396, appendix A.
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_patches_merge_as_the_rfc_says(target: JsonValue, patch: JsonValue, result: JsonValue) -> None:
    assert merge_patch(target, patch) == result


def test_combined_arrays_are_joined_and_overlaid_ones_replaced() -> None:
    base: JsonValue = {"a": [1], "b": {"c": 1, "d": 2}}
    over: JsonValue = {"a": [2], "b": {"c": 3}}
    assert combine(base, over) == {"a": [1, 2], "b": {"c": 3, "d": 2}}
    assert overlay(base, over) == {"a": [2], "b": {"c": 3, "d": 2}}


@pytest.mark.parametrize(
    ("one", "other", "equal"), [(1, 1.0, False), (1, True, False), ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True)]
)
def test_kinds_of_values_are_told_apart(one: JsonValue, other: JsonValue, equal: bool) -> None:
    assert same(one, other) is equal
