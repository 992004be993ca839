"""Environment variables that stand over or beside the configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from clawd_desktop.core.brands import brand_value
from clawd_desktop.core.values import JsonObject, JsonValue, as_object

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MAX_PORT = 65_535


class LiveVariables(Mapping[str, str]):
    """Always what `current` answers now, for those who keep a mapping while the configuration changes."""

    def __init__(self, current: Callable[[], Mapping[str, str]]) -> None:
        self._current = current

    def __getitem__(self, name: str) -> str:
        """The variable's value. Raises KeyError."""
        return self._current()[name]

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._current())

    def __len__(self) -> int:
        """How many there are."""
        return len(self._current())


def with_overrides(raw: JsonObject, environ: Mapping[str, str]) -> JsonObject:
    """The configuration with what the environment says.

    PORT and AGENT_MODEL win over the file. PASSWORD and TOKEN count only where the file names none (as Clawdbot's
    server does), so that a reference into the keyring is never shadowed.
    """
    port = brand_value(environ, "GATEWAY_PORT")
    if port.isascii() and port.isdigit() and 1 <= int(port) <= _MAX_PORT:
        raw = _with(raw, ("gateway", "port"), int(port))
    model = brand_value(environ, "AGENT_MODEL")
    if model:
        raw = _with(raw, ("agents", "defaults", "model"), _with_primary(raw, model))
    auth = as_object(as_object(raw.get("gateway")).get("auth"))
    for key, name in (("password", "GATEWAY_PASSWORD"), ("token", "GATEWAY_TOKEN")):
        value = brand_value(environ, name)
        if value and not auth.get(key):
            raw = _with(raw, ("gateway", "auth", key), value)
    return raw


def config_variables(raw: JsonObject) -> dict[str, str]:
    """Variables that the `env` section sets: texts in `env.vars` and beside it."""
    section = as_object(raw.get("env"))
    named = {**section, **as_object(section.get("vars"))}
    return {key: value for key, value in named.items() if isinstance(value, str) and value and _NAME.fullmatch(key)}


def with_variables(environ: Mapping[str, str], raw: JsonObject) -> dict[str, str]:
    """The environment, with the configuration's own variables where it has none of that name."""
    return {**config_variables(raw), **{key: value for key, value in environ.items() if value}}


def _with_primary(raw: JsonObject, model: str) -> JsonObject:
    old = as_object(as_object(raw.get("agents")).get("defaults")).get("model")
    return {**as_object(old), "primary": model}


def _with(raw: JsonObject, path: tuple[str, ...], value: JsonValue) -> JsonObject:
    """A copy with the value at the path. Something else than an object in the way stays, to be reported."""
    key, *rest = path
    if not rest:
        return {**raw, key: value}
    inner = raw.get(key, {})
    return {**raw, key: _with(inner, tuple(rest), value)} if isinstance(inner, dict) else raw
