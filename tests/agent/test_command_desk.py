"""Commands that change a conversation change it on the disk."""

from __future__ import annotations

from pathlib import Path

from agent.stage import stage

from clawd_desktop.agent.runs import Submission

MAIN = "agent:main:main"


async def test_compact_keeps_the_newest_lines_and_a_copy(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        for number in range(6):
            await on.assistant.submit(Submission("main", f"q{number}", f"r{number}"))
            await on.ended(f"r{number}")
        await on.assistant.submit(Submission("main", "/compact 4", "c"))
        await on.ended("c")
        texts = [text for _, text in await on.texts()]
        assert "q0" not in texts
        assert "q5" in texts
        assert list((tmp_path / "state").rglob("*.bak.*"))


async def test_model_default_forgets_the_choice(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        for number, text in enumerate(("/model other", "/model default", "/verbose on")):
            await on.assistant.submit(Submission("main", text, f"r{number}"))
            await on.ended(f"r{number}")
        entry = on.store.entry(MAIN)
        assert entry is not None
        assert (entry.model_override, entry.verbose_level) == (None, "on")
