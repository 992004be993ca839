"""The tool that shows what was said in a conversation."""

from __future__ import annotations

from collections.abc import Callable

from clawd_desktop.config.schema import Config
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.messages import ToolSpec
from clawd_desktop.core.ports import AssistantFacts
from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.tools.agent_access import check_reach
from clawd_desktop.tools.session_view import find, without_tools
from clawd_desktop.tools.tool import Asker, json_result, number_of, text_of

USUAL = 200
MOST = 1000


class SessionsHistory:
    """The newest messages of one conversation, oldest first."""

    spec = ToolSpec(
        "sessions_history",
        "Fetch message history for a session.",
        {
            "type": "object",
            "properties": {
                "sessionKey": {"type": "string"},
                "limit": {"type": "number", "minimum": 1},
                "includeTools": {"type": "boolean"},
            },
            "required": ["sessionKey"],
        },
    )

    def __init__(self, store: SessionStore, facts: AssistantFacts, config: Callable[[], Config]) -> None:
        self._store = store
        self._facts = facts
        self._config = config

    async def run(self, args: JsonObject, asker: Asker) -> JsonObject:
        """The messages, as {sessionKey, messages}. Raises BadInput, NotFound and Refused."""
        named = text_of(args, "sessionKey")
        if not named:
            raise BadInput("sessionKey required")
        entry = find(self._store, self._facts, named)
        check_reach(self._config().tools.agent_to_agent, asker.agent_id, entry.agent_id, "history")
        stretch = await self._store.read(entry.key, number_of(args, "limit", least=1, most=MOST) or USUAL)
        with_tools = args.get("includeTools") is True
        messages = [raw for _, raw in stretch.messages] if with_tools else without_tools(stretch.messages)
        return json_result({"sessionKey": entry.key, "messages": [*messages]})
