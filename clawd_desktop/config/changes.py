"""Which keys differ between two configurations, and which of them count only after a restart."""

from __future__ import annotations

from clawd_desktop.config.merge import same
from clawd_desktop.core.values import JsonObject, JsonValue

# Source: Clawdbot 2026.1.24, gateway/config-reload. The longest start that fits counts; what fits none needs a restart.
_RESTART = {
    "gateway.remote": False,
    "gateway.nodes": False,
    "gateway.reload": False,
    "gateway.http": False,
    "gateway.controlUi": False,
    "gateway.trustedProxies": False,
    "gateway.maxConnections": False,
    "gateway.connectionTimeout": False,
    "gateway.requestTimeout": False,
    "gateway.rateLimiting": False,
    "gateway.maxPayloadBytes": False,
    "gateway.historyLimit": False,
    "gateway": True,
    "plugins": True,
    "discovery": True,
    "canvasHost": False,
    "hooks": False,
    "cron": False,
    "browser": False,
    "channels": False,
    "logging": False,
    "models": False,
    "agents": False,
    "tools": False,
    "bindings": False,
    "messages": False,
    "session": False,
    "talk": False,
    "skills": False,
    "ui": False,
    "wizard": False,
    "meta": False,
    "env": False,
    "auth": False,
    "commands": False,
    "approvals": False,
    "broadcast": False,
    "audio": False,
    "media": False,
    "update": False,
    "diagnostics": False,
    "monitoring": False,
    "resources": False,
    "cache": False,
    "backup": False,
}


def differing(old: JsonValue, new: JsonValue) -> tuple[str, ...]:
    """Dotted paths of the keys whose values differ, as deep as objects go; arrays count as one value."""
    return tuple(".".join(path) for path in _differing(old, new, ()))


def needs_restart(path: str) -> bool:
    """True when a change of that key counts only after a restart."""
    keys = path.split(".")
    for length in range(len(keys), 0, -1):
        found = _RESTART.get(".".join(keys[:length]))
        if found is not None:
            return found
    return True


def _differing(old: JsonValue, new: JsonValue, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return [] if same(old, new) else [path]
    return [
        inner
        for key in dict.fromkeys([*old, *new])
        for inner in _differing(_or_empty(old, new, key), _or_empty(new, old, key), (*path, key))
    ]


def _or_empty(mine: JsonObject, other: JsonObject, key: str) -> JsonValue:
    # A section that came or went is named by the keys in it, so that the table above sees them.
    return mine.get(key, {} if isinstance(other.get(key), dict) and other[key] else None)
