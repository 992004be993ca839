"""Which agents may look at each other."""

from __future__ import annotations

import pytest

from clawd_desktop.config.schema.tools import AgentToAgent
from clawd_desktop.core.errors import Refused
from clawd_desktop.tools.agent_access import check_reach, may_reach


@pytest.mark.parametrize(
    ("enabled", "allow", "target", "may"),
    [
        (False, (), "main", True),
        (False, ("*",), "work", False),
        (True, (), "work", True),
        (True, ("*",), "work", True),
        (True, ("main", "work"), "work", True),
        (True, ("work",), "work", False),
        (True, ("ma*", "w*k"), "work", True),
        (True, ("main", "w?rk"), "work", False),
        (True, ("main", " "), "work", False),
    ],
)
def test_reach(enabled: bool, allow: tuple[str, ...], target: str, may: bool) -> None:
    assert may_reach(AgentToAgent(enabled=enabled, allow=allow), "main", target) is may


def test_refusals_have_their_words() -> None:
    with pytest.raises(Refused, match="Agent-to-agent history is disabled. Set tools.agentToAgent.enabled=true"):
        check_reach(AgentToAgent(), "a", "b", "history")
    with pytest.raises(Refused, match="denied by tools.agentToAgent.allow"):
        check_reach(AgentToAgent(enabled=True, allow=("a",)), "a", "b", "status")
    check_reach(AgentToAgent(), "a", "a", "status")
