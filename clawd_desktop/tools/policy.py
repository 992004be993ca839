"""Decides, without doing anything, which tools a session may use: every layer of the configuration must agree.

Source of groups, profiles, aliases and rules: Clawdbot 2026.1.24, tool policy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the section is loaded when a tool is first asked for
    from clawd_desktop.config.schema.tool_policy import Policy, ProfiledPolicy

ALIASES = {"bash": "exec", "apply-patch": "apply_patch"}
SESSIONS = ("sessions_list", "sessions_history", "sessions_send", "sessions_spawn", "session_status")
NATIVE = (
    "browser", "canvas", "nodes", "cron", "message", "gateway", "agents_list", *SESSIONS, "memory_search",
    "memory_get", "web_search", "web_fetch", "image",
)  # fmt: skip
GROUPS = {
    "group:memory": ("memory_search", "memory_get"),
    "group:web": ("web_search", "web_fetch"),
    "group:fs": ("read", "write", "edit", "apply_patch"),
    "group:runtime": ("exec", "process"),
    "group:sessions": SESSIONS,
    "group:ui": ("browser", "canvas"),
    "group:automation": ("cron", "gateway"),
    "group:messaging": ("message",),
    "group:nodes": ("nodes",),
    "group:clawdbot": NATIVE,
    "group:moltbot": NATIVE,
    "group:openclaw": NATIVE,
}
PROFILES = {
    "minimal": ("session_status",),
    "coding": ("group:fs", "group:runtime", "group:sessions", "group:memory", "image"),
    "messaging": ("group:messaging", "sessions_list", "sessions_history", "sessions_send", "session_status"),
    "full": (),
}
SUBAGENTS_DENY = (
    "sessions_list", "sessions_history", "sessions_send", "sessions_spawn", "gateway", "agents_list",
    "whatsapp_login", "session_status", "cron", "memory_search", "memory_get",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """One voice: `allow` names the only ones, nothing in it allows all; `deny` wins."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


def allowed(tool: str, layers: Iterable[Layer]) -> bool:
    """Whether every layer lets the tool through."""
    name = _name(tool)
    return all(_passes(name, layer) for layer in layers)


def layers_of(
    general: ProfiledPolicy, agent: ProfiledPolicy | None, group: Policy | None = None, subagents: Policy | None = None
) -> tuple[Layer, ...]:
    """The layers for a session, widest first; policies by model play no part where no model asks.

    `general` is the `tools` section, `agent` the agent's own, `group` that of the session's group. `subagents` is
    given for the session of a sub-agent only.
    """
    profile = (agent.profile if agent is not None else None) or general.profile
    more = agent.also_allow if agent is not None and agent.also_allow is not None else general.also_allow
    found = [Layer((*PROFILES[profile], *(more or ()))) if profile and PROFILES[profile] else Layer()]
    found += [_layer(policy) for policy in (general, agent, group) if policy is not None]
    if subagents is not None:
        found.append(Layer(subagents.allow or (), (*SUBAGENTS_DENY, *(subagents.deny or ()))))
    return tuple(found)


def _layer(policy: Policy) -> Layer:
    allow = policy.allow or ()
    return Layer((*allow, *(policy.also_allow or ())) if allow else (), policy.deny or ())


def _passes(name: str, layer: Layer) -> bool:
    if _listed(name, layer.deny):
        return False
    if not layer.allow:
        return True
    # Whoever may run commands may patch files.
    return _listed(name, layer.allow) or (name == "apply_patch" and _listed("exec", layer.allow))


def _listed(name: str, entries: tuple[str, ...]) -> bool:
    return any(_matches(name, pattern) for entry in entries for pattern in GROUPS.get(_name(entry), (_name(entry),)))


def _matches(name: str, pattern: str) -> bool:
    # Only "*" is special; "?" and "[" stand for themselves.
    return bool(pattern) and fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))


def _name(text: str) -> str:
    plain = text.strip().lower()
    return ALIASES.get(plain, plain)
