"""The tool shows what was said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tools.tool_stage import MAIN, tool_stage

from clawd_desktop.core.errors import BadInput, NotFound, Refused
from clawd_desktop.tools.sessions_history import SessionsHistory


async def test_messages_with_and_without_tools(tmp_path: Path) -> None:
    async with tool_stage(tmp_path, "main", "agent:work:main") as stage:
        tool = SessionsHistory(stage.store, stage, stage.config)

        async def roles(**args: Any) -> list[str]:
            result: Any = await tool.run(args, MAIN)
            assert result["details"]["sessionKey"] == "agent:main:main"
            return [message["role"] for message in result["details"]["messages"]]

        assert await roles(sessionKey="main") == ["user", "assistant"]
        assert await roles(sessionKey="main", includeTools=True) == ["user", "toolResult", "assistant"]
        assert await roles(sessionKey="main", limit=1) == ["assistant"]
        with pytest.raises(BadInput, match="sessionKey required"):
            await tool.run({}, MAIN)
        with pytest.raises(NotFound):
            await tool.run({"sessionKey": "none"}, MAIN)
        with pytest.raises(Refused, match="history is disabled"):
            await tool.run({"sessionKey": "agent:work:main"}, MAIN)
