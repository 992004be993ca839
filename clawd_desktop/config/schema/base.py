"""What all sections share: how they read their keys, and the kinds of numbers and texts with unit and bounds.

Keys are camelCase in files and snake_case in Python. Source of names and defaults: Clawdbot 2026.1.24.
"""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, TypeVar, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

T = TypeVar("T")


class Section(BaseModel):
    """A frozen part of the configuration. Keys that it does not know are kept.

    `open_keys` is True where any key is right, so that none is warned of; `entry` is then what each holds, if known.
    """

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        defer_build=True,
        coerce_numbers_to_str=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )
    open_keys: ClassVar[bool] = False
    entry: ClassVar[type[Section] | None] = None

    def __repr__(self) -> str:
        # Values may be secrets, and reprs end in logs.
        return f"<{type(self).__name__}>"

    __str__ = __repr__


def option(default: T, title: str, description: str, **extra: bool | str) -> T:
    """A key with its default. `extra` may hold `advanced`, `sensitive`, `unit` and `placeholder`."""
    return Field(default, title=title, description=description, json_schema_extra=dict(extra))


def part(model: type[T], title: str, description: str, **extra: bool | str) -> T:
    """A key that holds a section of its own, empty by default."""
    # An empty object that the outer model checks: calling the inner model would build its checks a second time.
    return cast(T, _made(title, description, extra))


def table(title: str, description: str, **extra: bool | str) -> dict[str, T]:
    """A key that holds named entries, none by default."""
    return cast("dict[str, T]", _made(title, description, extra))


def _made(title: str, description: str, extra: dict[str, bool | str]) -> dict[str, object]:
    field: dict[str, object] = Field(
        default_factory=dict,
        validate_default=True,
        title=title,
        description=description,
        json_schema_extra=dict(extra),
    )
    return field


def _regular_expression(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"must be a regular expression: {error}") from error
    return text


DAY_MS = 86_400_000
Port = Annotated[int, Field(ge=1, le=65_535)]
Milliseconds = Annotated[int, Field(ge=0, le=30 * DAY_MS, json_schema_extra={"unit": "ms"})]
Seconds = Annotated[int, Field(ge=0, le=30 * 86_400, json_schema_extra={"unit": "s"})]
Minutes = Annotated[int, Field(ge=0, le=525_600, json_schema_extra={"unit": "min"})]
Hours = Annotated[float, Field(ge=0, le=8_760, json_schema_extra={"unit": "h"})]
Days = Annotated[int, Field(ge=0, le=3_650, json_schema_extra={"unit": "d"})]
ByteCount = Annotated[int, Field(ge=0, le=2**40, json_schema_extra={"unit": "bytes"})]
Megabytes = Annotated[float, Field(ge=0, le=1_048_576, json_schema_extra={"unit": "MB"})]
Characters = Annotated[int, Field(ge=0, le=10_000_000, json_schema_extra={"unit": "characters"})]
Tokens = Annotated[int, Field(ge=0, le=100_000_000, json_schema_extra={"unit": "tokens"})]
Dollars = Annotated[float, Field(ge=0, le=1_000_000, json_schema_extra={"unit": "USD per million tokens"})]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Positive = Annotated[int, Field(ge=1, le=1_000_000)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Secret = Annotated[str, Field(max_length=16_384, json_schema_extra={"sensitive": True})]
Duration = Annotated[str, Field(pattern=r"^\s*\d+(\.\d+)?\s*(ms|s|m|h|d)?\s*$", max_length=20)]
Colour = Annotated[str, Field(pattern=r"^#?[0-9A-Fa-f]{6}$")]
RegularExpression = Annotated[str, Field(max_length=1_000), AfterValidator(_regular_expression)]
Names = tuple[str, ...]
# Settings whose keys are not ours to know.
Free = dict[str, object]
