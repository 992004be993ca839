"""The configuration as JSON schema with hints for forms: what each key is called, means and may hold."""

from __future__ import annotations

from typing import cast

from clawd_desktop.config.schema.base import Section
from clawd_desktop.config.schema.root import SECTIONS
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text


def schema() -> tuple[JsonObject, JsonObject]:
    """JSON schema (draft 7, without references) and uiHints by dotted path, "*" standing for any name or number.

    Loads every section (about 0.2 s and 3 MB): call it in a thread and keep no copy.
    """
    properties: JsonObject = {}
    hints: JsonObject = {}
    for order, (key, section) in enumerate(SECTIONS.items()):
        model = section.model()
        inner = _described(model)
        if model.entry is not None:
            inner["additionalProperties"] = _described(model.entry)
        properties[key] = inner
        told = as_text(inner.get("description"))
        hints[key] = {"label": section.title, "help": told, "group": section.title, "order": order * 10}
        _hint(inner, key, section.title, hints)
        _hint_items(inner, key, section.title, hints)
    whole_schema: JsonObject = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "ClawdbotConfig",
        "type": "object",
        "properties": properties,
        "additionalProperties": True,
    }
    return whole_schema, hints


def _described(model: type[Section]) -> JsonObject:
    whole = cast(JsonObject, model.model_json_schema(by_alias=True))
    return as_object(_inlined(whole, as_object(whole.pop("$defs", {}))))


def _inlined(value: JsonValue, definitions: JsonObject) -> JsonValue:
    """The schema without $ref, and with optional values as what they are when they are there."""
    if isinstance(value, list):
        return [_inlined(item, definitions) for item in value]
    if not isinstance(value, dict):
        return value
    merged = dict(value)
    if isinstance(merged.get("$ref"), str):
        merged = {**as_object(definitions.get(as_text(merged.pop("$ref")).rsplit("/", 1)[-1])), **merged}
    choices = [choice for choice in as_list(merged.get("anyOf")) if choice != {"type": "null"}]
    if len(choices) == 1 and "anyOf" in merged:
        del merged["anyOf"]
        if merged.get("default", 0) is None:
            del merged["default"]
        return _inlined({**as_object(choices[0]), **merged}, definitions)
    return {key: _inlined(item, definitions) for key, item in merged.items()}


def _hint(node: JsonObject, path: str, group: str, hints: JsonObject) -> None:
    for order, (key, value) in enumerate(as_object(node.get("properties")).items()):
        inner = as_object(value)
        where = f"{path}.{key}"
        hint: JsonObject = {"label": as_text(inner.get("title"), key), "group": group, "order": order}
        if inner.get("description"):
            hint["help"] = inner["description"]
        hint.update({name: inner[name] for name in ("sensitive", "advanced", "unit", "placeholder") if name in inner})
        hints[where] = hint
        _hint(inner, where, group, hints)
        _hint_items(inner, where, group, hints)


def _hint_items(node: JsonObject, path: str, group: str, hints: JsonObject) -> None:
    for holder in ("items", "additionalProperties"):
        inner = as_object(node.get(holder))
        if inner.get("properties"):
            _hint(inner, f"{path}.*", group, hints)
        elif inner:
            _hint_items(inner, f"{path}.*", group, hints)
        if node.get("sensitive") and holder == "additionalProperties" and inner:
            hints[f"{path}.*"] = {"label": as_text(node.get("title")), "group": group, "sensitive": True}
