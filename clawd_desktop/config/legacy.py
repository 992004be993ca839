"""Understands names that older versions used: a table of moves, done in memory, the file stays as it is.

Source: Clawdbot 2026.1.24, config/legacy.migrations; the sandbox lists, `gateway.ssl` and `performance` stand in its
course material.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clawd_desktop.config.merge import overlay
from clawd_desktop.config.schema.check import Issue
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text

Path = tuple[str, ...]
_CHANNELS = ("whatsapp", "telegram", "discord", "slack", "signal", "imessage", "msteams", "googlechat")
# Old place to new place. What stands at the new place already wins.
_MOVES: tuple[tuple[str, str], ...] = (
    *((channel, f"channels.{channel}") for channel in _CHANNELS),
    ("agent.model", "agents.defaults.model.primary"),
    ("agent.modelFallbacks", "agents.defaults.model.fallbacks"),
    ("agent.imageModel", "agents.defaults.imageModel.primary"),
    ("agent.imageModelFallbacks", "agents.defaults.imageModel.fallbacks"),
    ("agent.tools", "tools"),
    ("agent.bash", "tools.exec"),
    ("agent.elevated", "tools.elevated"),
    ("agent.sandbox.tools", "tools.sandbox.tools"),
    ("agent.sandbox.allowlist", "tools.sandbox.tools.allow"),
    ("agent.sandbox.denylist", "tools.sandbox.tools.deny"),
    ("agent.subagents.tools", "tools.subagents.tools"),
    ("agent", "agents.defaults"),
    ("agents.defaults.sandbox.tools", "tools.sandbox.tools"),
    ("agents.defaults.sandbox.allowlist", "tools.sandbox.tools.allow"),
    ("agents.defaults.sandbox.denylist", "tools.sandbox.tools.deny"),
    ("agents.maxConcurrentRuns", "agents.defaults.maxConcurrent"),
    ("tools.bash", "tools.exec"),
    ("performance.gateway", "gateway"),
    ("performance.agents.maxConcurrentRuns", "agents.defaults.maxConcurrent"),
    ("gateway.performance", "gateway"),
    ("gateway.ssl", "gateway.tls"),
    ("gateway.token", "gateway.auth.token"),
    ("gateway.password", "gateway.auth.password"),
    ("routing.allowFrom", "channels.whatsapp.allowFrom"),
    ("routing.groupChat.requireMention", "channels.whatsapp.groups.*.requireMention"),
    ("routing.groupChat.mentionPatterns", "messages.groupChat.mentionPatterns"),
    ("routing.groupChat.historyLimit", "messages.groupChat.historyLimit"),
    ("routing.queue", "messages.queue"),
    ("routing.bindings", "bindings"),
    ("routing.agentToAgent", "tools.agentToAgent"),
    ("routing.transcribeAudio", "audio.transcription"),
    ("channels.telegram.requireMention", "channels.telegram.groups.*.requireMention"),
)


@dataclass(frozen=True, slots=True)
class _Special:
    """A change that is more than a move: what it is called in reports, what it says, and what it does."""

    path: str
    message: str
    apply: Callable[[JsonObject], JsonObject | None]


def migrated(raw: JsonObject) -> tuple[JsonObject, tuple[Issue, ...]]:
    """The configuration with today's names, and a legacy issue for each old name that was found."""
    issues: list[Issue] = []
    for old, new in _MOVES:
        moved = _move(raw, tuple(old.split(".")), tuple(new.split(".")))
        if moved is not None:
            raw = moved
            issues.append(Issue(old, f"{old} is the old name of {new}. It is understood; the file stays as it is."))
    for special in _SPECIALS:
        changed = special.apply(raw)
        if changed is not None:
            raw = changed
            issues.append(Issue(special.path, special.message))
    return raw, tuple(issues)


def _move(raw: JsonObject, old: Path, new: Path) -> JsonObject | None:
    value = _get(raw, old)
    if value is None or (old == ("agents", "defaults", "sandbox", "tools") and not isinstance(value, dict)):
        return None
    without = _without(raw, old)
    if old[-1] == "model" and isinstance(value, dict):
        new = new[:-1]
    if new[-1] in ("allow", "deny", "fallbacks", "allowFrom") and isinstance(value, str):
        value = [value]
    added = _nested(new, value)
    return as_object(overlay(added, without))


def _get(raw: JsonValue, path: Path) -> JsonValue:
    for key in path:
        raw = as_object(raw).get(key)
    return raw


def _without(raw: JsonObject, path: Path) -> JsonObject:
    """A copy without the path, and without objects that are empty because of that."""
    key, *rest = path
    result = dict(raw)
    if rest:
        inner = _without(as_object(raw[key]), tuple(rest))
        result[key] = inner
        if inner:
            return result
    del result[key]
    return result


def _nested(path: Path, value: JsonValue) -> JsonObject:
    for key in reversed(path):
        value = {key: value}
    return as_object(value)


def _open_gateway(raw: JsonObject) -> JsonObject | None:
    found = _get(raw, ("gateway", "auth", "mode")) == "none"
    return _without(raw, ("gateway", "auth", "mode")) if found else None


def _identity(raw: JsonObject) -> JsonObject | None:
    identity = raw.get("identity")
    if not isinstance(identity, dict):
        return None
    agents = as_object(raw.get("agents"))
    rows = [as_object(row) for row in as_list(agents.get("list"))] or [{"id": "main", "default": True}]
    chosen = next((index for index, row in enumerate(rows) if row.get("default") is True), 0)
    rows[chosen] = as_object(overlay({"identity": identity}, rows[chosen]))
    rest = {key: value for key, value in raw.items() if key != "identity"}
    return {**rest, "agents": {**agents, "list": [*rows]}}


def _routing_agents(raw: JsonObject) -> JsonObject | None:
    routing = as_object(raw.get("routing"))
    old = as_object(routing.get("agents"))
    default = as_text(routing.get("defaultAgentId"))
    if not old and not default:
        return None
    agents = as_object(raw.get("agents"))
    rows = {as_text(as_object(row).get("id")): as_object(row) for row in as_list(agents.get("list"))}
    for name, settings in old.items():
        rows[name] = as_object(overlay({"id": name, **as_object(settings)}, rows.get(name, {})))
    if default:
        rows[default] = {"id": default, **rows.get(default, {}), "default": True}
    kept = {key: value for key, value in routing.items() if key not in ("agents", "defaultAgentId")}
    rest: JsonObject = {key: value for key, value in raw.items() if key != "routing"}
    if kept:
        rest["routing"] = kept
    return {**rest, "agents": {**agents, "list": [*rows.values()]}}


def _agent_sandboxes(raw: JsonObject) -> JsonObject | None:
    """Lists inside of `agents.list[].sandbox` go to the tools of the same agent."""
    agents = as_object(raw.get("agents"))
    found = False
    rows: list[JsonValue] = []
    for row in as_list(agents.get("list")):
        new = row
        for old, target in (("allowlist", "allow"), ("denylist", "deny")):
            moved = _move(as_object(new), ("sandbox", old), ("tools", "sandbox", "tools", target))
            if moved is not None:
                new, found = moved, True
        rows.append(new)
    return {**raw, "agents": {**agents, "list": rows}} if found else None


_SPECIALS = (
    _Special(
        "gateway.auth.mode",
        'gateway.auth.mode "none" is not served any more: a gateway without a password is refused.',
        _open_gateway,
    ),
    _Special("routing.agents", "routing.agents and routing.defaultAgentId are now agents.list.", _routing_agents),
    _Special("identity", "identity is the old name of agents.list[].identity.", _identity),
    _Special(
        "agents.list", "sandbox.allowlist and denylist of an agent are now its tools.sandbox.tools.", _agent_sandboxes
    ),
)
