"""Sections keep what they do not know, show no values, and have bounds with units."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from clawd_desktop.config.schema import base
from clawd_desktop.config.schema.base import Section, option, part, table


class Inner(Section):
    """An inner section."""

    some_number: base.Port = option(5, "Number", "A number.", advanced=True)


class Outer(Section):
    """An outer section."""

    inner: Inner = part(Inner, "Inner", "A part.")
    rows: dict[str, Inner] = table("Rows", "A table.")


def test_keys_are_camel_case_and_unknown_ones_stay() -> None:
    outer = Outer.model_validate({"inner": {"someNumber": 7, "other": 1}, "rows": {"a": {}}})
    assert outer.inner.some_number == 7
    assert outer.inner.model_extra == {"other": 1}
    assert outer.rows["a"].some_number == 5
    assert outer.model_dump(by_alias=True)["inner"] == {"someNumber": 7, "other": 1}


def test_values_do_not_show_in_reprs_or_errors() -> None:
    assert "canary" not in repr(Outer.model_validate({"x": "canary"})) + str(Inner.model_validate({"x": "canary"}))
    with pytest.raises(ValidationError) as caught:
        Inner.model_validate({"someNumber": "canary"})
    assert "canary" not in str(caught.value)


def test_sections_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Inner().some_number = 6


def test_defaults_of_parts_are_sections_of_their_own() -> None:
    assert Outer().inner.some_number == 5
    assert Outer().rows == {}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (base.Port, 65_535, 0),
        (base.Milliseconds, 0, -1),
        (base.Seconds, 600, "soon"),
        (base.Minutes, 60, 1.5),
        (base.Hours, 0.5, -1),
        (base.Days, 7, 10_000),
        (base.ByteCount, 2**40, 2**41),
        (base.Megabytes, 5.5, float("nan")),
        (base.Characters, 4000, None),
        (base.Tokens, 200_000, -1),
        (base.Dollars, 0.25, -0.1),
        (base.Count, 0, -1),
        (base.Positive, 1, 0),
        (base.Fraction, 1, 1.1),
        (base.Secret, "x", "x" * 20_000),
        (base.Duration, "1.5h", "soon"),
        (base.Colour, "#A0b1C2", "red"),
        (base.RegularExpression, "^a+$", "("),
        (base.Names, ["a"], "a"),
    ],
)
def test_kinds_have_bounds(kind: object, good: object, bad: object) -> None:
    adapter: TypeAdapter[object] = TypeAdapter(kind)
    adapter.validate_python(good)
    with pytest.raises(ValidationError):
        adapter.validate_python(bad)
