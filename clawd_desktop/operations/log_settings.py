"""Turns the `logging` section into what is to be written where, and says what of it cannot be done; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from clawd_desktop.config.secret_refs import is_reference
from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.operations.log_console import STYLES
from clawd_desktop.operations.log_files import Keeping, Place
from clawd_desktop.operations.log_http import checked_url
from clawd_desktop.operations.log_line import LEVELS
from clawd_desktop.operations.redact_patterns import compiled
from clawd_desktop.operations.syslog import FACILITIES, Address, address_of
from clawd_desktop.operations.units import Unit, parsed

if TYPE_CHECKING:  # the section is loaded when it is first needed
    from clawd_desktop.config.schema.logs import Logging, Transport

_MOST_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class ToFile:
    """A file."""

    place: Place
    form: Literal["json", "text"] = "json"
    level: str | None = None
    keeping: Keeping = field(default_factory=Keeping)


@dataclass(frozen=True, slots=True)
class ToConsole:
    """Standard error; `style` is pretty, compact or json."""

    style: str = "pretty"
    level: str | None = None


@dataclass(frozen=True, slots=True)
class ToSyslog:
    """A syslog server; `form` None: what is usual at that address."""

    address: Address
    facility: int = 1
    form: Literal["rfc5424", "local"] | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class ToServer:
    """An HTTP server: at most `batch` lines in one request, which is made after at most `flush_s` seconds."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    batch: int = 100
    flush_s: float = 2.0
    level: str | None = None

    def __repr__(self) -> str:
        return "<ToServer>"  # address and headers may hold a secret


Target: TypeAlias = ToFile | ToConsole | ToSyslog | ToServer


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is to be done. The first target is the log itself; `troubles` are sentences for a person.

    `patterns` are what is hidden beside all that is always hidden.
    """

    targets: tuple[Target, ...]
    level: str = "info"
    subsystems: Mapping[str, str] = field(default_factory=dict)
    patterns: tuple[re.Pattern[str], ...] = ()
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the plan needs beside the section: the log folder, how paths are meant, whether there is a terminal."""

    folder: Path
    user_path: Callable[[str], Path]
    console: bool


def secret_texts(logging: Logging) -> Iterator[str]:
    """What in the section may stand for a secret: addresses and headers of HTTP servers."""
    for transport in logging.transports:
        if transport.type == "http" and transport.config:
            yield _text(transport.config, "url", "")
            yield from _headers(transport.config).values()


def plan(logging: Logging, around: Surroundings, secrets: Mapping[str, str]) -> Plan:
    """What is to be done. `secrets` are the values of references by their text."""
    file = around.user_path(logging.file) if logging.file else None
    keeping = Keeping(logging.retention.days, int(parsed(logging.retention.max_size, Unit.BYTES)))
    targets: list[Target] = [ToFile(Place(around.folder, file), logging.format, None, keeping)]
    patterns, refused = compiled(logging.redact_patterns)
    troubles = list(refused)
    for number, transport in enumerate(logging.transports):
        try:
            targets.append(_target(transport, logging, around, secrets))
        except (BadInput, NotFound) as error:
            troubles.append(f"logging.transports[{number}] is not used: {error.sentence()}")
    if around.console and not any(isinstance(target, ToConsole) for target in targets):
        targets.append(ToConsole(logging.console_style, logging.console_level))
    subsystems = {name.replace("/", "."): level for name, level in logging.subsystems.items()}
    return Plan(tuple(dict.fromkeys(targets)), logging.level, subsystems, patterns, tuple(troubles))


def _target(transport: Transport, logging: Logging, around: Surroundings, secrets: Mapping[str, str]) -> Target:
    """Raises BadInput or NotFound when it cannot be used."""
    config = transport.config or {}
    level = _choice(config, "level", LEVELS, None)
    if transport.type == "console":
        styles = {"text": "pretty", **{style: style for style in STYLES}}
        style = _choice(config, "format", styles, logging.console_style)
        return ToConsole(styles[style or "pretty"], level or logging.console_level)
    if transport.type == "syslog":
        facility = _choice(config, "facility", FACILITIES, "user")
        form = _choice(config, "format", ("rfc5424", "local"), None)
        return ToSyslog(
            address_of(_text(config, "address", "unix:///dev/log")),
            FACILITIES[facility or "user"],
            None if form is None else "local" if form == "local" else "rfc5424",
            level,
        )
    if transport.type == "http":
        return _server(config, level, secrets)
    return _file(config, level, logging, around)


def _file(config: dict[str, object], level: str | None, logging: Logging, around: Surroundings) -> ToFile:
    path = _text(config, "path", "")
    if not path:
        raise BadInput("It needs a path.", hint='Write "config": {"path": "~/clawd.log"}.')
    form = _choice(config, "format", ("json", "text"), logging.format)
    keeping = Keeping(logging.retention.days, int(parsed(logging.retention.max_size, Unit.BYTES)))
    place = Place(around.folder, around.user_path(path))
    return ToFile(place, "text" if form == "text" else "json", level, keeping)


def _server(config: dict[str, object], level: str | None, secrets: Mapping[str, str]) -> ToServer:
    url = checked_url(_resolved(_text(config, "url", ""), secrets))
    headers = tuple((name, _header(_resolved(value, secrets))) for name, value in _headers(config).items())
    batch = _number(config, "batch", 100, 1, _MOST_BATCH)
    return ToServer(url, headers, int(batch), _number(config, "flushMs", 2_000, 10, 600_000) / 1000, level)


def _headers(config: dict[str, object]) -> dict[str, str]:
    found = config.get("headers")
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _header(value: str) -> str:
    if not value.isprintable() or not value.isascii():
        raise BadInput("A header holds letters that no header may have.")
    return value


def _resolved(text: str, found: Mapping[str, str]) -> str:
    if text in found:
        return found[text]
    if is_reference(text):
        raise NotFound("A secret that it refers to cannot be had.", hint="Enter it again, or unlock the keyring.")
    return text


def _text(config: dict[str, object], key: str, default: str) -> str:
    value = config.get(key, default)
    if not isinstance(value, str):
        raise BadInput(f"{key} is no text.")
    return value


def _choice(config: dict[str, object], key: str, known: Collection[str], default: str | None) -> str | None:
    value = config.get(key, default)
    if value is None or value == default:
        return default
    if value not in known:
        raise BadInput(f"{key} is {value!r}.", hint=f"Choose one of {', '.join(known)}.")
    return str(value)


def _number(config: dict[str, object], key: str, default: float, least: float, most: float) -> float:
    value = config.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise BadInput(f"{key} is {value!r}.", hint=f"Write a number from {least:g} to {most:g}.")
    return float(value)
