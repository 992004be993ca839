"""What is wrong with parameters, in the words of ajv."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import Field, ValidationError

from clawd_desktop.gateway.methods.complaints import complaints, missing, unexpected, wrong
from clawd_desktop.gateway.methods.table import Params


class Inner(Params):
    id: Literal["cli", "test"]
    ratio: float = Field(default=1.0, gt=0, lt=2)
    tags: list[str] = Field(default_factory=list, max_length=1)


class Outer(Params):
    client: Inner
    on: bool = False


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "must have required property 'client'"),
        ({"client": {}}, "at /client: must have required property 'id'"),
        (
            {"client": {"id": "x"}},
            "at /client/id: must be equal to constant; at /client/id: must match a schema in anyOf",
        ),
        ({"client": {"id": "cli", "y": 1}}, "at /client: unexpected property 'y'"),
        ({"client": {"id": "cli", "ratio": 0}}, "at /client/ratio: must be > 0.0"),
        ({"client": {"id": "cli", "ratio": 2}}, "at /client/ratio: must be < 2.0"),
        ({"client": {"id": "cli", "tags": "a"}}, "at /client/tags: must be array"),
        ({"client": {"id": "cli", "tags": ["a", "b"]}}, "at /client/tags: must NOT have more than 1 items"),
        ({"client": {"id": "cli", "tags": [1]}}, "at /client/tags/0: must be string"),
        ({"client": []}, "at /client: must be object"),
        ({"client": {"id": "cli"}, "on": "yes"}, "at /on: must be boolean"),
    ],
)
def test_complaints(value: object, text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(value)
    assert complaints(caught.value) == text


def test_complaints_about_the_top_level() -> None:
    assert missing("id") == "must have required property 'id'"
    assert unexpected("x" * 200) == f"at root: unexpected property '{'x' * 80}…'"
    assert wrong("id", "must be string") == "at /id: must be string"
