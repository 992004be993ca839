"""Settings that are understood and kept, but that this version does not act on: it says so instead of pretending."""

from __future__ import annotations

from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object

# Dotted path, "*" for any key. A value that stands in `_OFF` asks for nothing.
_PATHS = (
    "gateway.auth.allowTailscale",
    "gateway.controlUi.allowInsecureAuth",
    "gateway.controlUi.dangerouslyDisableDeviceAuth",
    "gateway.nodes.browser",
    "gateway.remote.sshTarget",
    "gateway.tailscale.mode",
    "channels.*.enabled",
    "channels.*.botToken",
    "channels.*.token",
    "hooks.gmail",
    "hooks.internal.enabled",
    "hooks.transformsDir",
    "canvasHost.port",
    "canvasHost.liveReload",
    "cron.enabled",
    "agents.defaults.heartbeat.every",
    "agents.defaults.sandbox.mode",
    "session.reset",
    "session.idleMinutes",
    "skills.entries",
    "browser.enabled",
)
_OFF: tuple[JsonValue, ...] = (None, False, "", "off", "loopback", "0m", [], {})
# What the first configuration of a new installation holds: a choice for later, not a wish that is not met.
_FIRST = {"agents.defaults.sandbox.mode": "non-main"}


def without_effect(raw: JsonObject) -> tuple[str, ...]:
    """The dotted paths of settings in `raw` that ask for something this version does not do yet."""
    return tuple(found for path in _PATHS for found in _find(raw, path.split("."), ()) if _asks(raw, found))


def _find(value: JsonValue, keys: list[str], so_far: tuple[str, ...]) -> list[str]:
    if not keys:
        return [".".join(so_far)]
    here = as_object(value)
    names = list(here) if keys[0] == "*" else [keys[0]] if keys[0] in here else []
    return [path for name in names for path in _find(here[name], keys[1:], (*so_far, name))]


def _asks(raw: JsonObject, path: str) -> bool:
    value: JsonValue = raw
    for key in path.split("."):
        value = as_object(value).get(key)
    if isinstance(value, list):
        return bool(as_list(value))
    return value not in _OFF and _FIRST.get(path) != value
