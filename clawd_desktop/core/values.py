"""JSON as Python types, and the narrowing that turns unknown data into known data at an edge."""

from __future__ import annotations

from typing import TypeAlias

JsonValue: TypeAlias = "None | bool | int | float | str | list[JsonValue] | dict[str, JsonValue]"
JsonObject: TypeAlias = "dict[str, JsonValue]"


def as_object(value: JsonValue) -> JsonObject:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: JsonValue) -> list[JsonValue]:
    """The value if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: JsonValue, default: str = "") -> str:
    """The value if it is a string, else `default`."""
    return value if isinstance(value, str) else default


def as_int(value: JsonValue, default: int = 0) -> int:
    """The value as a whole number if it is a finite number (booleans are not), else `default`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return int(value) if value == value and abs(value) != float("inf") else default


def as_float(value: JsonValue, default: float = 0.0) -> float:
    """The value as a float if it is a number that fits one (booleans are not), else `default`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    try:
        return float(value)
    except OverflowError:
        return default
