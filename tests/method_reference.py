"""Writes the reference of gateway methods from the table of the gateway that runs.

    python tests/method_reference.py

`tests/test_method_reference.py` compares the two.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import sys
import tempfile
import types
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NotRequired, Union, get_args, get_origin, get_type_hints
from unittest.mock import patch

from pydantic import JsonValue
from pydantic.alias_generators import to_camel
from typing_extensions import is_typeddict

ROOT = Path(__file__).parents[1]
FILE = ROOT / "resources" / "reference" / "gateway-methods.md"
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from running_gateway import running  # noqa: E402

from clawd_desktop.gateway import assembly  # noqa: E402
from clawd_desktop.gateway.broadcast import events_of  # noqa: E402
from clawd_desktop.gateway.methods import Topic, build_table  # noqa: E402
from clawd_desktop.gateway.methods.table import Method, Params  # noqa: E402
from clawd_desktop.gateway.results import Open  # noqa: E402

HEAD = """# Gateway methods

Written by `python tests/method_reference.py` from the gateway's method table: do not edit.

A client sends `{"type":"req","id":"1","method":"health","params":{}}` and gets either
`{"type":"res","id":"1","ok":true,"payload":…}` or `{"type":"res","id":"1","ok":false,"error":{"code","message"}}`. A
parameter or key with `?` may be absent; it is never null unless its type says so. Times are milliseconds since the
epoch. A method that is not listed works, but is not named in the hello's `features.methods`."""
BOUNDS = {
    "minLength": "at least {} characters", "maxLength": "at most {} characters", "minimum": "≥ {}", "maximum": "≤ {}",
    "minItems": "at least {}", "maxItems": "at most {}", "exclusiveMinimum": "> {}",
}  # fmt: skip


def running_table(folder: Path) -> Mapping[str, Method]:
    """The method table of an application that starts in the folder."""
    found: dict[str, Method] = {}

    def build(topics: Iterable[Topic]) -> Mapping[str, Method]:
        found.update(build_table(topics))
        return found

    async def start() -> None:
        async with running(folder):
            pass

    with patch.object(assembly, "build_table", build):
        asyncio.run(start())
    return found


def reference(table: Mapping[str, Method]) -> str:
    """The whole page."""
    named: dict[str, type] = {}
    parts = [HEAD, _contents(table), *(_method(row, named) for row in table.values())]
    shapes: dict[str, str] = {}
    while missing := named.keys() - shapes.keys():
        shapes |= {name: _shape(named[name], named) for name in missing}
    parts += ["# Events", _events(), "# Result types", *(shapes[name] for name in sorted(shapes))]
    return "\n\n".join(parts) + "\n"


def _contents(table: Mapping[str, Method]) -> str:
    head = "| method | scope | role | listed |\n|---|---|---|---|"
    rows = [
        f"| [`{row.name}`](#{_anchor(row.name)}) | {_needs(row)} | {row.role} | {_listed(row)} |"
        for row in table.values()
    ]
    return "\n".join((head, *rows))


def _anchor(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum() or char in "-_")


def _needs(row: Method) -> str:
    return str(row.scope).removeprefix("operator.") if row.role == "operator" else "–"


def _listed(row: Method) -> str:
    if not row.listed:
        return "no"
    return "yes" if row.protocol <= 3 else f"since protocol {row.protocol}"


def _method(row: Method, named: dict[str, type]) -> str:
    said = (inspect.getdoc(row.handler) or "").splitlines()
    result = _type(row.result, named) if row.result is not None else "not described"
    return "\n\n".join((f"### {row.name}", said[0] if said else "", _params(row.params), f"Result: {result}"))


def _params(model: type[Params]) -> str:
    schema = model.model_json_schema(by_alias=True)
    loose = " Other keys are ignored." if model.model_config.get("extra") == "ignore" else ""
    fields = schema.get("properties", {})
    if not fields:
        return f"No parameters.{loose}"
    required = set(schema.get("required", ()))
    rows = [_row(name, field, schema.get("$defs", {}), name in required) for name, field in fields.items()]
    return "\n".join(
        (f"{_said(model)}{loose}", "", "| parameter | type | bounds | default |", "|---|---|---|---|", *rows)
    )


def _said(thing: object) -> str:
    """Its docstring on one line, with names as they stand on the wire."""
    text = " ".join((inspect.getdoc(thing) or "").split())
    return re.sub(r"`([a-z]+(?:_[a-z]+)+)`", lambda found: f"`{to_camel(found[1])}`", text)


def _row(name: str, field: Mapping[str, object], defs: Mapping[str, object], required: bool) -> str:
    default = field.get("default")
    shown = "required" if required else f"`{_json(default)}`" if default is not None else ""
    kind, bounds = _json_type(field, defs), _bounds(field)
    return f"| `{name}{'' if required else '?'}` | {kind} | {bounds} | {shown} |"


def _json(value: object) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _choices(field: Mapping[str, object]) -> list[Mapping[str, object]]:
    choices = field.get("anyOf")
    return [choice for choice in choices if choice != {"type": "null"}] if isinstance(choices, list) else [field]


def _json_type(field: Mapping[str, object], defs: Mapping[str, object]) -> str:
    return " or ".join(_plain_type(choice, defs) for choice in _choices(field))


def _plain_type(field: Mapping[str, object], defs: Mapping[str, object]) -> str:
    if "$ref" in field:
        inner = defs[str(field["$ref"]).rsplit("/", 1)[-1]]
        if "properties" not in inner:  # type: ignore[operator]
            return "any"
        keys = inner["properties"]  # type: ignore[index]
        required = inner.get("required", ())  # type: ignore[attr-defined]
        return "{" + ", ".join(key if key in required else f"{key}?" for key in keys) + "}"
    if "enum" in field or "const" in field:
        return " or ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))  # type: ignore[attr-defined]
    kind = str(field.get("type", "any"))
    if kind == "array":
        return f"array of {_plain_type(field.get('items', {}), defs)}"  # type: ignore[arg-type]
    return kind


def _bounds(field: Mapping[str, object]) -> str:
    found = {name: choice[name] for choice in _choices(field) for name in BOUNDS if name in choice}
    return ", ".join(
        BOUNDS[name].format(f"{value:,}" if isinstance(value, int) else value) for name, value in found.items()
    )


def _type(shape: object, named: dict[str, type]) -> str:
    if shape is None or shape is type(None):
        return "null"
    if shape == Open:
        return "object"
    if is_typeddict(shape):
        _name(shape, named)  # type: ignore[arg-type]
        return f"[{shape.__name__}](#{shape.__name__.lower()})"  # type: ignore[attr-defined]
    origin, inner = get_origin(shape), get_args(shape)
    if origin in (Union, types.UnionType):
        return " or ".join(_type(each, named) for each in inner)
    if origin is Literal:
        return " or ".join(f"`{each}`" for each in inner)
    if origin is list:
        return f"array of {_type(inner[0], named)}"
    if origin is dict:
        return f"object of {_type(inner[1], named)}"
    if shape is JsonValue:
        return "any"
    return {str: "string", int: "integer", float: "number", bool: "boolean", object: "any"}[shape]  # type: ignore[index]


def _name(shape: type, named: dict[str, type]) -> None:
    known = named.setdefault(shape.__name__, shape)
    if known is not shape:
        raise ValueError(f"two result types are called {shape.__name__}: {known.__module__} and {shape.__module__}")


def _shape(shape: type, named: dict[str, type]) -> str:
    rows = []
    for key, hint in get_type_hints(shape, include_extras=True).items():
        optional = get_origin(hint) is NotRequired
        inner = get_args(hint)[0] if optional else hint
        rows.append(f"| `{key}{'?' if optional else ''}` | {_type(inner, named)} |")
    return "\n".join((f"### {shape.__name__}", "", _said(shape), "", "| key | type |", "|---|---|", *rows))


def _events() -> str:
    older = events_of(3)
    rows = [f"- `{name}`{'' if name in older else ' (protocol 4)'}" for name in events_of(4)]
    return "\n".join(rows)


def page() -> str:
    """The page of the gateway as it is now."""
    with tempfile.TemporaryDirectory() as folder:
        return reference(running_table(Path(folder) / "state"))


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(page(), encoding="utf-8")
