"""What can be asked for by name: one file per tool, and the tuple of them all."""

from __future__ import annotations

from collections.abc import Callable

from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.ports import AssistantFacts
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.tools.agents_list import AgentsList
from clawd_desktop.tools.session_status import SessionStatus
from clawd_desktop.tools.sessions_history import SessionsHistory
from clawd_desktop.tools.sessions_list import SessionsList
from clawd_desktop.tools.tool import Tool


def all_tools(
    store: SessionStore, facts: AssistantFacts, config: Callable[[], Config], clock: Clock
) -> tuple[Tool, ...]:
    """Every tool there is; which of them a session may use is for `policy` to say."""
    return (
        SessionsList(store, config, clock),
        SessionsHistory(store, facts, config),
        SessionStatus(store, facts, config, clock),
        AgentsList(config),
    )
