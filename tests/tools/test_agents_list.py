"""The tool lists whom an agent may start."""

from __future__ import annotations

from typing import Any

import pytest

from clawd_desktop.config.schema import Config
from clawd_desktop.tools.agents_list import AgentsList
from clawd_desktop.tools.tool import Asker


@pytest.mark.parametrize(
    ("allow", "ids", "any_one"),
    [([], ["main"], False), (["work"], ["main", "work"], False), (["*"], ["main", "home", "work"], True)],
)
async def test_agents(allow: list[str], ids: list[str], any_one: bool) -> None:
    rows: Any = [{"id": "main", "subagents": {"allowAgents": allow}}, {"id": "Work", "name": "W"}, {"id": "home"}]
    config = Config.model_validate({"agents": {"list": rows}})
    result: Any = await AgentsList(lambda: config).run({}, Asker("agent:main:main", "main"))
    details = result["details"]
    assert (details["requester"], details["allowAny"]) == ("main", any_one)
    assert [row["id"] for row in details["agents"]] == ids
    assert all(row["configured"] for row in details["agents"])
    assert [row["name"] for row in details["agents"] if "name" in row] == (["W"] if "work" in ids else [])
