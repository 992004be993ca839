"""Lets scripts call one tool over HTTP: POST /tools/invoke, under the owner's tool policy.

Source of shapes and words: Clawdbot 2026.1.24, tools-invoke as observed. Only tools that harm nothing are there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp.web import Response

from clawd_desktop.config.schema import Config
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, Refused
from clawd_desktop.core.ports import AssistantFacts
from clawd_desktop.core.values import JsonObject, as_object, as_text
from clawd_desktop.gateway.admission import Denial
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.bodies import object_of
from clawd_desktop.gateway.http.facts import branded
from clawd_desktop.gateway.http.routes import POST, Ask, Route, refused
from clawd_desktop.storage.session_keys import agent_of
from clawd_desktop.tools.policy import Layer, allowed, layers_of
from clawd_desktop.tools.tool import Asker, Tool

if TYPE_CHECKING:
    from clawd_desktop.config.schema.tool_policy import Policy

LARGEST = 2 * 1024 * 1024
_CALLERS_FAULT = (BadInput, NotFound, Refused)


class ToolPaths:
    """The one path of tools."""

    def __init__(self, tools: tuple[Tool, ...], facts: AssistantFacts, config: Callable[[], Config]) -> None:
        self._tools = {tool.spec.name: tool for tool in tools}
        self._facts = facts
        self._config = config

    def rows(self) -> tuple[Route, ...]:
        """Always there, as with Clawdbot."""
        return (Route("/tools/invoke", self._invoke, methods=POST, body=LARGEST, refuse=_refuse),)

    async def _invoke(self, ask: Ask) -> Response:
        try:
            body = object_of(ask.body)
            name = as_text(body.get("tool")).strip()
            if not name:
                raise BadInput("tools.invoke requires body.tool")
            key = self._facts.canonical(as_text(body.get("sessionKey")) or "main")
        except BadInput as fault:
            return _invalid(400, fault.sentence())
        asker = Asker(key, agent_of(key, self._config().agents.default_id), dry_run=body.get("dryRun") is True)
        tool = self._tools.get(name)
        if tool is None or not allowed(
            name, policy_for(self._config(), asker, branded(ask.request, "message-channel"))
        ):
            return _failed(404, "not_found", f"Tool not available: {name}")
        return await _run(tool, _arguments(tool, body), asker)


def policy_for(config: Config, asker: Asker, channel: str = "") -> tuple[Layer, ...]:
    """The layers of the tool policy for a session; `channel` names the channel where its key does not."""
    agent = next((each for each in config.agents.list if each.id.lower() == asker.agent_id), None)
    rest = asker.session_key.split(":")[2:]
    return layers_of(
        config.tools,
        agent.tools if agent is not None else None,
        _group_policy(config, rest[1:] if rest[:1] == ["subagent"] else rest, channel),
        config.tools.subagents.tools if rest[:1] == ["subagent"] else None,
    )


def _group_policy(config: Config, rest: list[str], channel: str) -> Policy | None:
    """What the group of a key like `telegram:group:123` may use, by its own rules or those of all its groups."""
    if len(rest) < 3 or rest[1] not in ("group", "channel"):
        return None
    # Not at the top: the schema costs time at the start, and few ask for the tools of groups.
    from clawd_desktop.config.schema.tool_policy import Policy

    of_channel = as_object(as_object(config.raw.get("channels")).get((channel or rest[0]).lower()))
    groups = as_object(of_channel.get("groups"))
    own = as_object(groups.get(":".join(rest[2:]).partition(":topic:")[0])) or as_object(groups.get("*"))
    tools = own.get("tools")
    return Policy.model_validate(tools) if isinstance(tools, dict) else None


async def _run(tool: Tool, args: JsonObject, asker: Asker) -> Response:
    try:
        return answers.as_json(200, {"ok": True, "result": await tool.run(args, asker)})
    except _CALLERS_FAULT as fault:
        return _failed(400, "tool_error", fault.sentence())
    except ClawdError as fault:
        return _failed(503, "tool_error", fault.sentence())


def _arguments(tool: Tool, body: JsonObject) -> JsonObject:
    """The tool's arguments; `action` counts as one of them where the tool knows it."""
    args, action = as_object(body.get("args")), as_text(body.get("action")).strip()
    knows = "action" in as_object(tool.spec.parameters.get("properties"))
    return {"action": action, **args} if action and knows else args


def _refuse(denial: Denial) -> Response:
    if denial.status == 413:
        return _invalid(413, "payload too large")
    return refused(denial) if denial.status in (401, 429, 503) else _invalid(denial.status, denial.text)


def _invalid(status: int, message: str) -> Response:
    error: JsonObject = {"message": message, "type": "invalid_request_error"}
    return answers.as_json(status, {"error": error}, close=status != 400)


def _failed(status: int, kind: str, message: str) -> Response:
    return answers.as_json(status, {"ok": False, "error": {"type": kind, "message": message}})
