"""What a check of the configuration is: one row with what it looks at, what it says, and the change that mends it."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from clawd_desktop.config.paths import Paths
from clawd_desktop.config.schema.check import Issue
from clawd_desktop.config.schema.root import Config
from clawd_desktop.core.findings import Level
from clawd_desktop.core.values import JsonObject, JsonValue

MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """What the configuration alone does not say. Without these, what needs them is not found.

    `parsed` is the main file as it stands, `secrets` are shared secrets by their dotted path, `modes` rights of the
    configuration's files (the main one first), `state_mode` those of the state folder, `key_mode` those of the TLS key.
    `missing` are files that the configuration names and that are not there. Rights are absent where there are others.
    """

    parsed: JsonObject = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()
    legacy: tuple[Issue, ...] = ()
    not_in_force: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    modes: tuple[tuple[Path, int], ...] = ()
    state_mode: int | None = None
    key_mode: tuple[Path, int] | None = None
    missing: tuple[Path, ...] = ()
    paths: Paths | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A configuration that is looked at, with what is known beside it."""

    config: Config
    facts: AuditFacts = field(default_factory=AuditFacts)

    @property
    def beyond(self) -> bool:
        """Whether other computers are meant to reach the gateway."""
        gateway = self.config.gateway
        return gateway.bind in ("lan", "tailnet", "custom") or gateway.tailscale.mode != "off"

    def path(self, text: str) -> Path:
        """A folder that a person wrote, without "." and ".." in it."""
        known = self.facts.paths
        return Path(os.path.normpath(known.user(text) if known is not None else Path(text).expanduser()))


Test: TypeAlias = Callable[[Subject], str]
Patch: TypeAlias = Callable[[Subject], JsonObject]


@dataclass(frozen=True, slots=True)
class Check:
    """One row. `test` says what is wrong and where, "" when nothing is.

    `repair` says what `patch`, a change as RFC 7396 has it, would do; both are absent where a person must decide.
    """

    id: str
    level: Level
    title: str
    test: Test
    recommendation: str
    repair: str = ""
    patch: Patch | None = None


def put(path: str, value: JsonValue) -> Patch:
    """The patch that sets the key at the dotted path; None takes it out, so that the default holds."""
    return lambda subject: nested(path, value)


def nested(path: str, value: JsonValue) -> JsonObject:
    """The value inside of objects along the dotted path."""
    keys = path.split(".")
    made: JsonObject = {keys[-1]: value}
    for key in reversed(keys[:-1]):
        made = {key: made}
    return made


def together(patches: Iterable[JsonObject]) -> JsonObject:
    """All patches as one; a later one wins where two set the same key."""
    from clawd_desktop.config.merge import overlay

    whole: JsonValue = {}
    for patch in patches:
        whole = overlay(whole, patch)
    return whole if isinstance(whole, dict) else {}


def named(places: Iterable[str], before: str = "", after: str = ".") -> str:
    """The places as a list for a person, the first few of many; "" when there are none."""
    found = list(dict.fromkeys(places))
    if not found:
        return ""
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"{before}{', '.join(found[:MOST_NAMED])}{more}{after}"


def when(holds: bool, text: str) -> str:
    """The text if it holds, else ""."""
    return text if holds else ""


def address(text: str) -> SplitResult | None:
    """The parts of an address, None for what is none."""
    try:
        parts = urlsplit(text)
        return parts if parts.hostname else None
    except ValueError:
        return None


def is_plain(text: str | None) -> bool:
    """Whether what goes to this address can be read on the way: neither encrypted nor within this computer."""
    parts = address(text or "")
    if parts is None or parts.scheme not in ("http", "ws", "udp", "tcp"):
        return False
    return not is_own(parts.hostname or "")


def is_own(host: str) -> bool:
    """Whether the host is this computer itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_shared_place(path: Path) -> bool:
    """Whether other users or a restart of the computer may change what lies there."""
    return any(path == Path(top) or Path(top) in path.parents for top in ("/tmp", "/var/tmp", "/dev/shm"))  # noqa: S108
