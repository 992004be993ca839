"""Decides, without doing anything, what a request to one of the owner's own hooks sets off.

Source of matching, templates, presets and words: Clawdbot 2026.1.24, hook mappings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import orjson

from clawd_desktop.automation.hooks import (
    USUAL_NAME,
    Action,
    AgentTurn,
    Wake,
    check_channel,
    mode_of,
    thinking_of,
)
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.fence import one_line
from clawd_desktop.core.values import JsonObject, JsonValue, as_text

if TYPE_CHECKING:  # the section is loaded when hooks are on
    from clawd_desktop.config.schema.automation import HookMapping, HookMatch, Hooks

NO_TRANSFORMS = (
    "the hook mapping {id} has a transform, which is a JavaScript module: this gateway cannot run it. "
    "Use templates instead, or let a small program of your own post to /hooks/agent."
)
_FIELD = re.compile(r"\{\{\s*([^}]+?)\s*\}\}")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
# What proves who sends a request is none of the assistant's business.
SECRET_HEADERS = re.compile(r"(^|-)(authorization|cookie|token|secret|password|api-?key)$", re.I)


@dataclass(frozen=True, slots=True)
class HookRequest:
    """One request: its body, its headers (names in lower case), its query, and its path behind that of the hooks."""

    payload: JsonObject
    headers: Mapping[str, str]
    query: Mapping[str, str]
    path: str
    now_ms: int = 0


@cache
def presets() -> Mapping[str, HookMapping]:
    """The ready-made mappings, by the name of their preset. Made when first needed, because that costs time."""
    from clawd_desktop.config.schema.automation import HookMapping, HookMatch

    gmail = HookMapping(
        id="gmail",
        match=HookMatch(path="gmail"),
        action="agent",
        wake_mode="now",
        name="Gmail",
        session_key="hook:gmail:{{messages[0].id}}",
        message_template=(
            "New email from {{messages[0].from}}\nSubject: {{messages[0].subject}}\n{{messages[0].snippet}}\n"
            "{{messages[0].body}}"
        ),
    )
    return {"gmail": gmail}


def mappings_of(hooks: Hooks) -> tuple[HookMapping, ...]:
    """The owner's mappings and then those of the presets; the first that matches counts."""
    known = presets() if hooks.presets else {}
    return (*hooks.mappings, *(known[name] for preset in hooks.presets if (name := preset.strip()) in known))


def cannot_run(hooks: Hooks) -> tuple[str, ...]:
    """The mappings and presets of the configuration that this gateway cannot carry out, each with the reason."""
    transforms = [_no_transform(mapping, index) for index, mapping in enumerate(hooks.mappings) if mapping.transform]
    unknown = [name for name in hooks.presets if name.strip() not in presets()]
    return (*transforms, *(f"there is no preset {one_line(name)}" for name in unknown))


def action_for(mappings: Iterable[HookMapping], request: HookRequest) -> Action | None:
    """What the first mapping that matches asks for; None when none matches.

    Raises BadInput when it asks for something that cannot be, as one whose template comes out empty.
    """
    for index, mapping in enumerate(mappings):
        if _matches(mapping.match, request):
            if mapping.transform:
                raise BadInput(_no_transform(mapping, index))
            return _wake(mapping, request) if mapping.action == "wake" else _agent(mapping, request)
    return None


def render(template: str | None, request: HookRequest) -> str:
    """The template with its {{fields}} put in. Fields lead into the body, or begin with headers., query. or payload."""
    return _FIELD.sub(lambda found: _shown(_value(found.group(1).strip(), request)), template or "")


def _matches(match: HookMatch, request: HookRequest) -> bool:
    path, source = _bare(match.path), (match.source or "").strip()
    if path and path != _bare(request.path):
        return False
    return not source or as_text(request.payload.get("source")) == source


def _wake(mapping: HookMapping, request: HookRequest) -> Wake:
    text = render(mapping.text_template, request).strip()
    if not text:
        raise BadInput("hook mapping requires text")
    return Wake(text, mode_of(mapping.wake_mode))


def _agent(mapping: HookMapping, request: HookRequest) -> AgentTurn:
    message = render(mapping.message_template, request)
    if not message.strip():
        raise BadInput("hook mapping requires message")
    check_channel(mapping.channel)
    return AgentTurn(
        message,
        one_line(render(mapping.name, request)) or USUAL_NAME,
        mode_of(mapping.wake_mode),
        render(mapping.session_key, request).strip(),
        render(mapping.model, request).strip() or None,
        thinking_of(render(mapping.thinking, request)),
        float(mapping.timeout_seconds) if mapping.timeout_seconds else None,
        trusted=mapping.allow_unsafe_external_content,
    )


def _value(field: str, request: HookRequest) -> JsonValue:
    if field == "path":
        return request.path
    if field == "now":
        return datetime.fromtimestamp(request.now_ms / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
    where, _, rest = field.partition(".")
    if where == "headers":
        return "" if SECRET_HEADERS.search(rest) else _inside(dict(request.headers), rest)
    if where == "query":
        return "" if SECRET_HEADERS.search(rest) else _inside(dict(request.query), rest)
    return _inside(request.payload, rest if where == "payload" and rest else field)


def _inside(value: JsonValue, path: str) -> JsonValue:
    """What a path like a.b[0] leads to, None when it leads nowhere."""
    for name, index in _STEP.findall(path):
        if index:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


def _shown(value: JsonValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _bare(path: str | None) -> str:
    return (path or "").strip().strip("/")


def _no_transform(mapping: HookMapping, index: int) -> str:
    return NO_TRANSFORMS.format(id=one_line((mapping.id or "").strip() or f"mapping-{index + 1}"))
