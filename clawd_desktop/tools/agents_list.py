"""The tool that lists the agents which the asking one may start."""

from __future__ import annotations

from collections.abc import Callable

from clawd_desktop.config.schema import Config
from clawd_desktop.core.messages import ToolSpec
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.tools.tool import Asker, json_result


class AgentsList:
    """The asking agent first, then those that subagents.allowAgents names."""

    spec = ToolSpec(
        "agents_list",
        "List agent ids you can target with sessions_spawn (based on allowlists).",
        {"type": "object", "properties": {}},
    )

    def __init__(self, config: Callable[[], Config]) -> None:
        self._config = config

    async def run(self, args: JsonObject, asker: Asker) -> JsonObject:
        """The agents, as {requester, allowAny, agents}."""
        names = {agent.id.lower(): agent.name for agent in self._config().agents.list}
        own = next((each for each in self._config().agents.list if each.id.lower() == asker.agent_id), None)
        wanted = own.subagents.allow_agents if own is not None and own.subagents is not None else ()
        allow = {name.strip().lower() for name in wanted if name.strip()}
        listed = set(names) if "*" in allow else allow
        rows: list[JsonValue] = []
        for agent in (asker.agent_id, *sorted(listed - {asker.agent_id, "*"})):
            row: JsonObject = {"id": agent, "configured": agent in names}
            rows.append(row | {"name": names[agent]} if names.get(agent) else row)
        return json_result({"requester": asker.agent_id, "allowAny": "*" in allow, "agents": rows})
