"""Decides which agents may look into each other's conversations (tools.agentToAgent)."""

from __future__ import annotations

from fnmatch import translate
from re import IGNORECASE, compile
from typing import TYPE_CHECKING

from clawd_desktop.core.errors import Refused

if TYPE_CHECKING:  # the section is loaded when a tool first asks for it
    from clawd_desktop.config.schema.tools import AgentToAgent


def may_reach(policy: AgentToAgent, asker: str, target: str) -> bool:
    """Whether one agent may look at another; at itself it always may. Both must be allowed, by id or "*" wildcards."""
    if asker == target:
        return True
    return policy.enabled and _allowed(policy, asker) and _allowed(policy, target)


def check_reach(policy: AgentToAgent, asker: str, target: str, what: str) -> None:
    """Raises Refused, in the words that Clawdbot uses, when the agent may not look at the other's `what`."""
    if may_reach(policy, asker, target):
        return
    if not policy.enabled:
        raise Refused(
            f"Agent-to-agent {what} is disabled. Set tools.agentToAgent.enabled=true to allow cross-agent access."
        )
    raise Refused(f"Agent-to-agent {what} denied by tools.agentToAgent.allow.")


def _allowed(policy: AgentToAgent, agent: str) -> bool:
    patterns = [pattern.strip() for pattern in policy.allow if pattern.strip()]
    return not policy.allow or any(_matches(pattern, agent) for pattern in patterns)


def _matches(pattern: str, agent: str) -> bool:
    # Only "*" is special here; what else a file name pattern knows is not.
    plain = pattern.replace("[", "[[]").replace("?", "[?]")
    return compile(translate(plain), IGNORECASE).match(agent) is not None
