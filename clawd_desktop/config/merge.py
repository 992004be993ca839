"""Merges JSON objects: a change into a configuration, and included files into each other."""

from __future__ import annotations

import json

from clawd_desktop.core.values import JsonObject, JsonValue


def merge_patch(target: JsonValue, patch: JsonValue) -> JsonValue:
    """The target with the patch applied as RFC 7396 says: objects merge, null deletes, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged: JsonObject = dict(target) if isinstance(target, dict) else {}
    for key, change in patch.items():
        if change is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), change)
    return merged


def combine(base: JsonValue, over: JsonValue) -> JsonValue:
    """Both together: objects merge key by key, arrays are joined, of anything else `over` stands."""
    if isinstance(base, dict) and isinstance(over, dict):
        merged = dict(base)
        for key, value in over.items():
            merged[key] = combine(merged[key], value) if key in merged else value
        return merged
    if isinstance(base, list) and isinstance(over, list):
        return [*base, *over]
    return over


def overlay(base: JsonValue, over: JsonValue) -> JsonValue:
    """Both together: objects merge key by key, of anything else (arrays too) `over` stands."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{key: overlay(base[key], value) if key in base else value for key, value in over.items()}}
    return over


def same(one: JsonValue, other: JsonValue) -> bool:
    """True when both are the same JSON, key order aside; 1, 1.0 and true differ."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
