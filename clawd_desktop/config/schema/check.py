"""Checks a configuration section by section: what is wrong is named, and the rest still counts."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from pydantic import ValidationError

from clawd_desktop.config.schema.base import Section
from clawd_desktop.config.schema.root import OTHER_KEYS, SECTIONS, Config
from clawd_desktop.core.values import JsonObject, JsonValue

_ROUNDS = 20
_STARTS = (
    (re.compile(r"^Input should be "), "must be "),
    (re.compile(r"^Value error, "), ""),
    (re.compile(r"^Field required"), "is missing"),
    (re.compile(r"^(String|Tuple|List|Dictionary|Data) should "), "must "),
)
_KINDS = (
    ("a valid dictionary or instance of", "an object { }"),
    ("a valid dictionary", "an object { }"),
    ("a valid tuple", "a list [ ]"),
    ("a valid string", "a text"),
    ("a valid integer, unable to parse string as an integer", "a whole number"),
    ("a valid integer, got a number with a fractional part", "a whole number"),
    ("a valid integer", "a whole number"),
    ("a valid number, unable to parse string as a number", "a number"),
    ("a valid number", "a number"),
    ("a valid boolean, unable to interpret input", "true or false"),
    ("a valid boolean", "true or false"),
)


class Issue(NamedTuple):
    """Something about one key: its dotted path ("" for the whole file) and a sentence."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A configuration that can be used, and what had to be left out of it (`issues`) or is not known (`warnings`)."""

    config: Config
    issues: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()


@dataclass(slots=True)
class _Findings:
    issues: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)


def checked(raw: JsonObject) -> Checked:
    """The configuration that `raw` says. Keys that are wrong are reported and left out, down to the single key."""
    found = _Findings()
    good: JsonObject = {}
    for key, value in raw.items():
        if key in SECTIONS:
            section = _section(key, value, found)
            if section is not None:
                good[key] = section
        else:
            good[key] = value
            _other(key, value, found)
    return Checked(Config(good), tuple(dict.fromkeys(found.issues)), tuple(found.warnings))


def _section(key: str, value: JsonValue, found: _Findings) -> JsonValue:
    """The section's JSON without what is wrong in it, None when nothing is left."""
    model = SECTIONS[key].model()
    for _ in range(_ROUNDS):
        try:
            section = model.model_validate({} if value is None else value, by_alias=True, by_name=False)
        except ValidationError as error:
            places = _report(key, value, error, found)
            if not all(places):
                return None
            value = copy.deepcopy(value)
            # From the end, so that what stands before keeps its number.
            for place in sorted(set(places), reverse=True):
                _drop(value, place)
        else:
            found.warnings.extend(_unknown(section, key))
            return value
    return None


def _other(key: str, value: JsonValue, found: _Findings) -> None:
    if key == "bindings":
        from pydantic import TypeAdapter

        from clawd_desktop.config.schema.setup import Binding

        try:
            TypeAdapter(tuple[Binding, ...]).validate_python(value, by_alias=True, by_name=False)
        except ValidationError as error:
            _report(key, value, error, found)
    elif key not in OTHER_KEYS:
        found.warnings.append(Issue(key, "This key is not known; it is kept."))


def _report(key: str, value: JsonValue, error: ValidationError, found: _Findings) -> list[tuple[int | str, ...]]:
    """Note what is wrong, one issue for each key; returns where, as paths in `value`."""
    places: list[tuple[int | str, ...]] = []
    sentences: dict[str, list[str]] = {}
    for one in error.errors(include_url=False, include_context=False):
        place = _place(value, one["loc"])
        shown = (*place, one["loc"][-1]) if one["type"] == "missing" else place
        sentences.setdefault(".".join([key, *map(str, shown)]), []).append(_sentence(one["msg"]))
        places.append(place)
    known = {issue.path for issue in found.issues}
    for path, parts in sentences.items():
        # What was left out because it is wrong is not missing.
        if path not in known:
            found.issues.append(Issue(path, " or ".join(dict.fromkeys(parts)).replace(" or must be ", " or ") + "."))
    return places


def _place(value: JsonValue, location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The part of pydantic's location that is a path in the JSON; tags of unions are not."""
    place: list[int | str] = []
    here = value
    for step in location:
        if isinstance(here, dict) and step in here:
            here = here[str(step)]
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            break
        place.append(step)
    return tuple(place)


def _drop(value: JsonValue, place: tuple[int | str, ...]) -> None:
    here = value
    for step in place[:-1]:
        here = here[str(step)] if isinstance(here, dict) else cast("list[JsonValue]", here)[int(step)]
    if isinstance(here, dict):
        here.pop(str(place[-1]), None)
    elif isinstance(here, list):
        here.pop(int(place[-1]))


def _sentence(message: str) -> str:
    for start, words in _STARTS:
        message = start.sub(words, message)
    for kind, words in _KINDS:
        if kind in message:
            message = message[: message.index(kind)] + words
    return message.rstrip(".")


def _unknown(section: Section, path: str) -> list[Issue]:
    found: list[Issue] = []
    if not type(section).open_keys:
        for key in section.model_extra or {}:
            found.append(Issue(f"{path}.{key}", "This key is not known; it is kept."))
    inner = [(info.alias or name, getattr(section, name)) for name, info in type(section).model_fields.items()]
    for key, value in [*inner, *(section.model_extra or {}).items()]:
        found.extend(_unknown_in(value, f"{path}.{key}"))
    return found


def _unknown_in(value: object, path: str) -> list[Issue]:
    if isinstance(value, Section):
        return _unknown(value, path)
    if isinstance(value, dict):
        return [issue for key, item in value.items() for issue in _unknown_in(item, f"{path}.{key}")]
    if isinstance(value, tuple):
        return [issue for index, item in enumerate(value) for issue in _unknown_in(item, f"{path}.{index}")]
    return []
