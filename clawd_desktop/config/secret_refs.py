"""Secrets in a configuration: references instead of plain text, and what still stands there in plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clawd_desktop.config.password_hash import is_hash
from clawd_desktop.config.substitution import has_reference
from clawd_desktop.core.errors import NotFound
from clawd_desktop.core.ports import Secrets
from clawd_desktop.core.values import JsonObject, JsonValue

PREFIX = "keyring:"
GATEWAY_PASSWORD = "gateway.auth.password"
_REFERENCE = re.compile(r"keyring:([A-Za-z0-9_.@+:/-]{1,200})")
_UNSAFE = re.compile(r"[^A-Za-z0-9_.@+:/-]")
# Keys that hold a secret wherever they stand: those that the schema marks as sensitive, and their like in plugins.
_SECRET_KEY = re.compile(r"(token|password|passphrase|secret|api_?key|private_?key|access_?key|credential)$", re.I)
_VARIABLE = re.compile(r"(^|_)(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS?)$", re.I)
_HEADER = re.compile(r"^(authorization|proxy-authorization|cookie|.*(key|token|secret|auth))$", re.I)
# With which one of these ends, where large and small count as the same: it spares most names of a large file the rest.
_LAST_LETTERS = frozenset("nNdDeEtTyYlLsS\u017fhH\n")
# Addresses that let in whoever knows them.
_SECRET_ADDRESSES = re.compile(r"monitoring\.(sinks\.[^.]+|deadMan)\.url")
_VARIABLE_HOLDERS = frozenset({"env", "vars"})


@dataclass(frozen=True, slots=True)
class PlainSecret:
    """A secret in plain text. `path` leads to it (numbers as text), `name` is what it will be called in the keyring."""

    path: tuple[str, ...]
    name: str
    value: str

    def __repr__(self) -> str:
        return f"<PlainSecret {self.name}>"


@dataclass(frozen=True, slots=True)
class Move:
    """What moving plain secrets takes: store `secrets` by name first, then merge `patch` into the configuration."""

    patch: JsonObject
    secrets: dict[str, str]

    def __repr__(self) -> str:
        return f"<Move of {', '.join(self.secrets)}>"


def is_reference(value: str) -> bool:
    """True when the text stands for a secret that lies elsewhere: a keyring name, or an environment variable."""
    return _REFERENCE.fullmatch(value) is not None or has_reference(value)


def reference_name(value: str) -> str | None:
    """The keyring name in `keyring:<name>`, None for anything else."""
    found = _REFERENCE.fullmatch(value)
    return found.group(1) if found else None


def reference(name: str) -> str:
    """What the configuration holds in place of the secret with that name."""
    return PREFIX + name


def name_of(path: tuple[str, ...]) -> str:
    """What a secret at that place of the configuration is called in the keyring."""
    return _UNSAFE.sub("_", ".".join(path))[:190]


def secret_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """The values of variables whose names say that they hold a secret."""
    return (value for name, value in environ.items() if _VARIABLE.search(name))


async def resolve(value: str, secrets: Secrets) -> str:
    """The secret itself. Environment variables were put in when the configuration was loaded.

    Raises NotFound when the keyring has none of that name, SecretsFault when it cannot be asked; never answers "" for
    a reference.
    """
    if not value.startswith(PREFIX):
        return value
    name = reference_name(value)
    found = await secrets.get(name) if name else None
    if not found:
        raise NotFound(
            f"The secret {name or value[len(PREFIX) :]} is not in the keyring.",
            hint="Enter it again in Settings, or put it into the configuration.",
            code="secret_missing",
        )
    return found


def plain_secrets(raw: JsonObject) -> tuple[PlainSecret, ...]:
    """Every secret that stands in plain text in a configuration as it lies in the file."""
    found: list[PlainSecret] = []
    taken: set[str] = set()
    for path, value in _texts(raw, ()):
        if is_plain_secret(path, value):
            name = name_of(path)
            while name in taken:
                name += "-2"
            taken.add(name)
            found.append(PlainSecret(path, name, value))
    return tuple(found)


def is_plain_secret(path: tuple[str, ...], value: str) -> bool:
    """Whether a text at that place of a configuration is a secret that can be read there."""
    if not _is_secret(path):  # first: most are none, and large files are asked about text by text
        return False
    return bool(value.strip()) and not is_reference(value) and not value.startswith(PREFIX) and not is_hash(value)


def references(raw: JsonObject) -> tuple[str, ...]:
    """The keyring names that a configuration refers to, each once."""
    names = (reference_name(value) for _, value in _texts(raw, ()))
    return tuple(dict.fromkeys(name for name in names if name))


def plan_move(raw: JsonObject, found: tuple[PlainSecret, ...]) -> Move:
    """How to move these secrets of `raw` into the keyring; arrays that hold one are written anew as a whole."""
    patch: JsonObject = {}
    for secret in found:
        _put(patch, raw, secret.path, reference(secret.name))
    return Move(patch, {secret.name: secret.value for secret in found})


def _texts(value: JsonValue, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, str(index)))
    elif isinstance(value, str):
        yield path, value


def _is_secret(path: tuple[str, ...]) -> bool:
    key = path[-1]
    holder = path[-2] if len(path) > 1 else ""
    return names_secret(holder, key) or _SECRET_ADDRESSES.fullmatch(".".join(path)) is not None


def names_secret(holder: str, key: str) -> bool:
    """Whether what stands under that key, in an object of that name ("" for none), is a secret by these names alone.

    Of other places only some that end with "url" are secret.
    """
    if key[-1:] not in _LAST_LETTERS:
        return False
    if holder == "headers":
        return _HEADER.match(key) is not None
    if holder in _VARIABLE_HOLDERS and key not in _VARIABLE_HOLDERS:
        return _VARIABLE.search(key) is not None
    return _SECRET_KEY.search(key) is not None


def _put(patch: JsonObject, raw: JsonValue, path: tuple[str, ...], value: str) -> None:
    """Set the value in the patch; where the path enters an array, the whole array is copied into the patch first."""
    here: JsonValue = patch
    for depth, key in enumerate(path):
        last = depth + 1 == len(path)
        if isinstance(here, list):
            here = _enter_item(here, int(key), value if last else None)
            continue
        if not isinstance(here, dict):
            return
        raw = raw.get(key) if isinstance(raw, dict) else None
        if last:
            here[key] = value
        elif key not in here:
            here[key] = _copied(raw) if isinstance(raw, list) else {}
        here = here[key]


def _enter_item(rows: list[JsonValue], index: int, value: str | None) -> JsonValue:
    if value is not None:
        rows[index] = value
    return rows[index]


def _copied(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value
