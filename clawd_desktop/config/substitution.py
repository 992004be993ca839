"""Puts environment variables into a configuration; a missing one is an error, never an empty text.

Source of the rules: Clawdbot 2026.1.24, config/env-substitution. `${NAME}` in capitals counts,
`$${NAME}` stays `${NAME}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from clawd_desktop.config.schema.check import Issue
from clawd_desktop.core.values import JsonObject, JsonValue

_REFERENCE = re.compile(r"\$(\$?)\{([A-Z_][A-Z0-9_]*)\}")


def has_reference(text: str) -> bool:
    """True when the text names an environment variable that would be put in."""
    return any(not found.group(1) for found in _REFERENCE.finditer(text))


def substitute(raw: JsonObject, environ: Mapping[str, str]) -> tuple[JsonObject, tuple[Issue, ...]]:
    """The configuration with variables put in, and an issue for each that is missing, empty, nested or in a key.

    What has an issue is left out, so that half a secret is never used.
    """
    issues: list[Issue] = []
    result = _object(raw, (), environ, issues)
    return result, tuple(issues)


def _object(raw: JsonObject, path: tuple[str, ...], environ: Mapping[str, str], issues: list[Issue]) -> JsonObject:
    result: JsonObject = {}
    for key, value in raw.items():
        here = (*path, key)
        if has_reference(key):
            issues.append(Issue(".".join(here), "A key cannot hold an environment variable; write the name itself."))
            continue
        before = len(issues)
        new = _value(value, here, environ, issues)
        if len(issues) == before or isinstance(value, dict | list):
            result[key] = new
    return result


def _value(value: JsonValue, path: tuple[str, ...], environ: Mapping[str, str], issues: list[Issue]) -> JsonValue:
    if isinstance(value, str):
        return _text(value, path, environ, issues) if "$" in value else value
    if isinstance(value, dict):
        return _object(value, path, environ, issues)
    if isinstance(value, list):
        kept: list[JsonValue] = []
        for index, item in enumerate(value):
            before = len(issues)
            new = _value(item, (*path, str(index)), environ, issues)
            if len(issues) == before or isinstance(item, dict | list):
                kept.append(new)
        return kept
    return value


def _text(text: str, path: tuple[str, ...], environ: Mapping[str, str], issues: list[Issue]) -> str:
    def put_in(found: re.Match[str]) -> str:
        name = found.group(2)
        if found.group(1):
            return found.group()[1:]
        value = environ.get(name, "")
        if not value:
            issues.append(Issue(".".join(path), f"The environment variable {name} is not set or empty."))
        elif has_reference(value):
            issues.append(Issue(".".join(path), f"The environment variable {name} names another variable itself."))
        return value

    return _REFERENCE.sub(put_in, text)
