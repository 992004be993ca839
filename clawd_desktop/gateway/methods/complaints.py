"""Says what is wrong with parameters in the words of ajv, which Clawdbot clients and their tests know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from pydantic import ValidationError

Context: TypeAlias = "Mapping[str, object]"

_FIXED = {
    "string_type": "must be string",
    "string_sub_type": "must be string",
    "int_type": "must be integer",
    "int_parsing": "must be integer",
    "int_from_float": "must be integer",
    "int_parsing_size": "must be integer",
    "float_type": "must be number",
    "float_parsing": "must be number",
    "finite_number": "must be number",
    "bool_type": "must be boolean",
    "bool_parsing": "must be boolean",
    "dict_type": "must be object",
    "model_type": "must be object",
    "model_attributes_type": "must be object",
    "mapping_type": "must be object",
    "dataclass_type": "must be object",
    "list_type": "must be array",
    "tuple_type": "must be array",
    "set_type": "must be array",
    "none_required": "must be null",
}
_BOUNDED: Mapping[str, Callable[[Context], str]] = {
    "string_too_short": lambda facts: f"must NOT have fewer than {facts['min_length']} characters",
    "string_too_long": lambda facts: f"must NOT have more than {facts['max_length']} characters",
    "too_short": lambda facts: f"must NOT have fewer than {facts['min_length']} items",
    "too_long": lambda facts: f"must NOT have more than {facts['max_length']} items",
    "greater_than_equal": lambda facts: f"must be >= {facts['ge']}",
    "greater_than": lambda facts: f"must be > {facts['gt']}",
    "less_than_equal": lambda facts: f"must be <= {facts['le']}",
    "less_than": lambda facts: f"must be < {facts['lt']}",
    "string_pattern_mismatch": lambda facts: f'must match pattern "{facts["pattern"]}"',
}
_CHOICE = ("literal_error", "enum", "union_tag_invalid")
_LONGEST_NAME = 80


def complaints(error: ValidationError) -> str:
    """All complaints of the error, each once, joined by "; "."""
    found: list[str] = []
    for fault in error.errors(include_url=False, include_input=False):
        found.extend(_complaint(fault["type"], fault["loc"], fault.get("ctx", {}), fault["msg"]))
    return "; ".join(dict.fromkeys(found))


def missing(name: str) -> str:
    """The complaint about a property of the top level that is not there."""
    return f"must have required property '{name}'"


def unexpected(name: str) -> str:
    """The complaint about a property of the top level that should not be there."""
    return f"at root: unexpected property '{_shown(name)}'"


def wrong(name: str, complaint: str) -> str:
    """The complaint about a property of the top level with a wrong value."""
    return f"at /{name}: {complaint}"


def _complaint(kind: str, location: tuple[int | str, ...], facts: Context, text: str) -> list[str]:
    if kind == "missing":
        return [_at(location[:-1]) + missing(str(location[-1]))]
    if kind == "extra_forbidden":
        parent = f"at {_path(location[:-1])}" if location[:-1] else "at root"
        return [f"{parent}: unexpected property '{_shown(str(location[-1]))}'"]
    where = _at(location)
    if kind in _CHOICE:
        return [f"{where}must be equal to constant", f"{where}must match a schema in anyOf"]
    if kind in _BOUNDED:
        return [where + _BOUNDED[kind](facts)]
    return [where + _FIXED.get(kind, text.removeprefix("Value error, "))]


def _at(location: Iterable[int | str]) -> str:
    path = _path(location)
    return f"at {path}: " if path else ""


def _path(location: Iterable[int | str]) -> str:
    return "".join(f"/{_shown(str(part))}" for part in location)


def _shown(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"
