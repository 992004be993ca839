"""The configuration of a gateway that a drill starts: of the restored one only what reaches nobody; pure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from clawd_desktop.core.values import JsonObject, JsonValue, as_object
from clawd_desktop.storage.session_keys import is_agent_id

if TYPE_CHECKING:
    from clawd_desktop.config.schema import Config

# Only what names conversations is taken over: a setting that is new, or that nobody thought of here, is not in it.
_SESSION = ("scope", "mainKey", "dmScope")
# What is on without being set, and works by itself or reaches out.
_OFF: JsonObject = {
    "cron": {"enabled": False},
    "update": {"checkOnStart": False},
    "backup": {"enabled": False, "drill": {"enabled": False}},
    "monitoring": {"prometheus": False},
    "diagnostics": {"tracing": {"enabled": False}},
}
_NO_MEMORY: JsonObject = {"enabled": False}
_NO_HEARTBEAT: JsonObject = {"every": "0m"}


def trial_config(config: Config, workspaces: Mapping[str, Path], spare: Path) -> JsonObject:
    """The configuration of the trial: agents by their names, each in its folder of `workspaces` or in `spare`.

    No channels, hooks, models, sinks, logs elsewhere, certificates, proxies; on loopback with a password.
    """
    raw_session = as_object(config.raw.get("session"))
    session: JsonObject = {name: raw_session[name] for name in _SESSION if name in raw_session}
    # An id stands in paths, and a stranger may have written it.
    named = [agent.id for agent in config.agents.list if is_agent_id(agent.id.lower())]
    default = config.agents.default_id
    if not is_agent_id(default):
        default = next(iter(named), "main").lower()
    ids = dict.fromkeys((default, *named))
    agents: list[JsonValue] = [
        {"id": agent, "default": agent == default, "workspace": str(workspaces.get(agent.lower(), spare))}
        for agent in ids
    ]
    defaults: JsonObject = {
        "workspace": str(workspaces.get(default, spare)), "skipBootstrap": True,
        "memorySearch": _NO_MEMORY, "heartbeat": _NO_HEARTBEAT,
    }  # fmt: skip
    gateway: JsonObject = {
        "mode": "local", "bind": "loopback", "auth": {"mode": "password"}, "reload": {"mode": "off"},
        "controlUi": {"enabled": False}, "tailscale": {"mode": "off"}, "tls": {"enabled": False},
    }  # fmt: skip
    return {"gateway": gateway, "session": session, "agents": {"defaults": defaults, "list": agents}, **_OFF}
