"""What a save would lose is noticed."""

from __future__ import annotations

import pytest

from clawd_desktop.config.saving import InvalidConfig, losses
from clawd_desktop.config.schema.check import Issue
from clawd_desktop.core.values import JsonObject

LONG: JsonObject = {"ui": {"text": "x" * 200}}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {}, ""),
        ({"ui": {}}, {}, ""),
        ({"meta": {"x": 1}, "wizard": {"y": 1}}, {}, ""),
        ({"ui": {"a": 1}, "talk": {"b": 1}}, {"ui": {"a": 1}}, "drop talk"),
        (LONG, {"ui": {"text": "x"}}, "shrink"),
        (LONG, {"ui": {"text": "x" * 120}}, ""),
        ({"agent": {"model": "a/b"}}, {"agents": {"defaults": {"model": {"primary": "a/b"}}}}, ""),
    ],
)
def test_losses_are_named(before: JsonObject, after: JsonObject, words: str) -> None:
    found = losses(before, after)
    assert words in found
    assert bool(found) == bool(words)


def test_an_invalid_configuration_names_the_first_fault() -> None:
    error = InvalidConfig((Issue("a.b", "must be a text."), Issue("c", "is missing.")))
    assert error.sentence() == "The configuration is not valid: a.b: must be a text. (and 1 more) Nothing was saved."
