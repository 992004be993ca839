"""Which settings the form shows and what each may hold, from the schema of the configuration; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_list, as_object, as_text
from clawd_desktop.ui.i18n import mark

_NO_LIMIT = 1e12


@dataclass(frozen=True, slots=True)
class Group:
    """A card of the form: its title and the dotted paths of its settings."""

    title: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One setting. `kind` is text, secret, number, switch, choice or list; `choices` are what it may be."""

    path: str
    label: str
    help: str
    kind: str
    unit: str = ""
    placeholder: str = ""
    minimum: float = 0
    maximum: float = _NO_LIMIT
    decimals: int = 0
    choices: tuple[str, ...] = ()
    advanced: bool = False


# All other settings are changed as text, in Advanced.
FORMS: dict[str, tuple[Group, ...]] = {
    "general": (
        Group(mark("Assistant"), (
            "ui.assistant.name", "agents.defaults.workspace", "agents.defaults.userTimezone",
            "agents.defaults.timeFormat", "agents.defaults.thinkingDefault",
            "agents.defaults.timeoutSeconds", "agents.defaults.maxConcurrent",
        )),
        Group(mark("Conversations"), ("session.reset.mode", "session.reset.atHour", "session.idleMinutes")),
        Group(mark("Log"), ("logging.level", "logging.retention.days")),
    ),
    "gateway": (
        Group(mark("Address"), ("gateway.port", "gateway.bind", "gateway.customBindHost")),
        Group(mark("Sign-in"), ("gateway.auth.mode", "gateway.auth.password", "gateway.auth.token")),
        Group(mark("Web page"), (
            "gateway.controlUi.enabled", "gateway.controlUi.basePath", "gateway.controlUi.allowInsecureAuth",
        )),
        Group(mark("Proxies and Tailscale"), (
            "gateway.trustedProxies", "gateway.tailscale.mode", "gateway.auth.allowTailscale",
        )),
        Group(mark("Limits"), (
            "gateway.maxConnections", "gateway.connectionTimeout", "gateway.requestTimeout",
            "gateway.rateLimiting.enabled", "gateway.rateLimiting.requestsPerMinute", "gateway.maxPayloadBytes",
        )),
    ),
}  # fmt: skip
# What the values of choices are called; a value that is not here is shown as it is.
CHOICE_WORDS = {
    "loopback": mark("This computer only"),
    "lan": mark("The local network"),
    "tailnet": mark("The Tailscale network"),
    "auto": mark("Automatic"),
    "custom": mark("An address of your own"),
    "off": mark("Off"),
    "minimal": mark("Minimal"),
    "low": mark("Low"),
    "medium": mark("Medium"),
    "high": mark("High"),
    "xhigh": mark("Highest"),
    "12": mark("12 hours"),
    "24": mark("24 hours"),
    "daily": mark("Every day"),
    "idle": mark("After silence"),
    "token": mark("Token"),
    "password": mark("Password"),
    "serve": mark("In your Tailscale network"),
    "funnel": mark("Open to the internet"),
    "silent": mark("Nothing"),
    "fatal": mark("Only crashes"),
    "error": mark("Errors"),
    "warn": mark("Warnings"),
    "info": mark("Usual"),
    "debug": mark("Much"),
    "trace": mark("Everything"),
}


def fields(schema: JsonObject, hints: JsonObject, paths: Sequence[str]) -> list[Field]:
    """The settings at these paths; one that the schema does not have is left out."""
    found = (_field(schema, as_object(hints.get(path)), path) for path in paths)
    return [field for field in found if field is not None]


def value_at(config: JsonObject, path: str) -> JsonValue:
    """The value at a dotted path, None when there is none."""
    here: JsonValue = config
    for key in path.split("."):
        here = as_object(here).get(key)
    return here


def patch_at(path: str, value: JsonValue) -> JsonObject:
    """The merge patch that sets one value; None takes it out, so that the default holds."""
    patch: JsonValue = value
    for key in reversed(path.split(".")):
        patch = {key: patch}
    return as_object(patch)


def _field(schema: JsonObject, hint: JsonObject, path: str) -> Field | None:
    node = schema
    advanced = False
    for key in path.split("."):
        node = as_object(as_object(node.get("properties")).get(key))
        advanced = advanced or node.get("advanced") is True
    if not node:
        return None
    kind = _kind(node)
    return Field(
        path,
        as_text(hint.get("label"), path.rsplit(".", 1)[-1]),
        as_text(hint.get("help")),
        kind,
        unit=as_text(hint.get("unit")),
        placeholder=as_text(hint.get("placeholder")),
        minimum=as_float(node.get("minimum")),
        maximum=as_float(node.get("maximum"), _NO_LIMIT),
        decimals=2 if node.get("type") == "number" else 0,
        choices=tuple(as_text(choice) for choice in as_list(node.get("enum"))),
        advanced=advanced,
    )


def _kind(node: JsonObject) -> str:
    if node.get("enum"):
        return "choice"
    if node.get("sensitive") is True:
        return "secret"
    kinds = {"boolean": "switch", "integer": "number", "number": "number", "array": "list"}
    return kinds.get(as_text(node.get("type")), "text")
