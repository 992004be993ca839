"""The tool lists what the asking agent may see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tools.tool_stage import MAIN, ToolStage, tool_stage

from clawd_desktop.tools.sessions_list import SessionsList


async def listed(stage: ToolStage, **args: Any) -> list[Any]:
    result: Any = await SessionsList(stage.store, stage.config, stage.clock).run(args, MAIN)
    assert result["details"]["count"] == len(result["details"]["sessions"])
    return result["details"]["sessions"]  # type: ignore[no-any-return]


async def test_filters(tmp_path: Path) -> None:
    async with tool_stage(tmp_path, "main", "hook:one", "agent:work:main", "telegram:group:5", "global") as stage:

        async def keys(**args: Any) -> list[str]:
            return [row["key"] for row in await listed(stage, **args)]

        every = ["agent:main:telegram:group:5", "agent:main:hook:one", "agent:main:main"]
        assert await keys() == every
        assert await keys(limit=2) == every[:2]
        assert await keys(kinds=["main", "GROUP"]) == [every[0], every[2]]
        assert await keys(kinds=["nonsense"]) == every
        assert await keys(activeMinutes=3) == every[:1]
        assert await keys(limit=0) == every[:1]
        stage.raw = {"tools": {"agentToAgent": {"enabled": True}}}
        assert await keys(kinds=["main"]) == ["agent:work:main", "agent:main:main"]


async def test_rows(tmp_path: Path) -> None:
    async with tool_stage(tmp_path, "main") as stage:
        await stage.store.update("main", {"label": "Home", "deliveryContext": {"channel": "telegram", "to": "5"}})
        row = (await listed(stage, messageLimit=3))[0]
        assert (row["label"], row["kind"]) == ("Home", "main")
        assert row["deliveryContext"] == {"channel": "telegram", "to": "5"}
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
        assert Path(row["transcriptPath"]).is_file()
        assert None not in row.values()
        assert "messages" not in (await listed(stage))[0]
