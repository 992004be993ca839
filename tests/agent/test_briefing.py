"""The system prompt is made from the owner's own files, and none of them can break it."""

from __future__ import annotations

import os
from pathlib import Path

from clawd_desktop.agent.briefing import Briefing
from clawd_desktop.agent.prompt import system_prompt
from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import ManualClock


def briefing(workspace: Path, **config: object) -> Briefing:
    made = Config.model_validate(config)
    return Briefing("I am {name}. {today}", lambda: made, lambda: workspace, ManualClock())


async def test_name_date_files_and_extra(tmp_path: Path) -> None:
    (tmp_path / "SOUL.md").write_text("Be kind.", encoding="utf-8")
    made = system_prompt(await briefing(tmp_path, ui={"assistant": {"name": "Molty"}}).sections(100_000, "Be quick."))
    assert made.startswith("I am Molty. ")
    assert "2025" in made
    assert "## SOUL.md\n\nBe kind." in made
    assert made.endswith("Be quick.")


async def test_files_that_cannot_be_read_are_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "SOUL.md")
    (tmp_path / "USER.md").mkdir()
    (tmp_path / "TOOLS.md").write_bytes(b"caf\xff")
    made = system_prompt(await briefing(tmp_path).sections(100_000, ""))
    assert "SOUL.md" not in made
    assert "caf\ufffd" in made


async def test_a_small_window_reads_no_files(tmp_path: Path) -> None:
    (tmp_path / "SOUL.md").write_text("Be kind.", encoding="utf-8")
    assert "kind" not in system_prompt(await briefing(tmp_path).sections(2048, ""))
