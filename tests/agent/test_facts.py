"""Tools learn what the assistant does now."""

from __future__ import annotations

from pathlib import Path

from agent.stage import Held, Names, stage

from clawd_desktop.agent.facts import OwnFacts
from clawd_desktop.agent.runs import Submission


async def test_facts(tmp_path: Path) -> None:
    held = Held()
    async with stage(tmp_path, held) as play:
        facts = OwnFacts(play.assistant, Names())
        assert facts.canonical("main") == "agent:main:main"
        assert (facts.default_model(), facts.check_model("other")) == ("test/echo", "test/other")
        await play.assistant.submit(Submission("main", "x", "r"))
        await held.began.wait()
        assert (facts.answering("agent:main:main"), facts.answering("agent:main:x")) == (1, 0)
        held.go_on.set()
        await play.ended("r")
