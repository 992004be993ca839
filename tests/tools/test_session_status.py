"""The tool tells how a conversation stands, and chooses its model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tools.tool_stage import MAIN, tool_stage

from clawd_desktop.core.errors import BadInput, Refused
from clawd_desktop.tools.session_status import SessionStatus


async def test_the_card_and_the_choice(tmp_path: Path) -> None:
    async with tool_stage(tmp_path, "main", "agent:work:main") as stage:
        tool = SessionStatus(stage.store, stage, stage.config, stage.clock)

        async def details(asker: Any = MAIN, **args: Any) -> Any:
            result: Any = await tool.run(args, asker)
            assert result["content"] == [{"type": "text", "text": result["details"]["statusText"]}]
            return result["details"]

        card = await details()
        assert (card["ok"], card["sessionKey"], card["changedModel"]) == (True, "agent:main:main", False)
        assert "Model: test/echo\n" in card["statusText"]
        assert "Answers being written: 2" in card["statusText"]
        assert (await details(replace(MAIN, dry_run=True), model="other"))["changedModel"] is False
        changed = await details(model="other")
        assert (changed["changedModel"], "Model: test/other\n" in changed["statusText"]) == (True, True)
        assert (await details(model="other"))["changedModel"] is False
        assert "Model: test/echo\n" in (await details(model="Default"))["statusText"]
        with pytest.raises(BadInput, match="no model x"):
            await details(model="x")
        with pytest.raises(Refused, match="status is disabled"):
            await details(sessionKey="agent:work:main")
