"""A program's report reaches the assistant: at once, or with the next turn."""

from __future__ import annotations

from pathlib import Path

from agent.stage import Held, stage

from clawd_desktop.agent.runs import Submission
from clawd_desktop.core.events import MessageStored, RunFinished, RunQueued


async def test_now_starts_a_turn_of_the_main_conversation_with_the_report(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        assert await on.wakes.wake("the door bell rang", "now")
        assert on.wakes.waiting() == ()
        (run,) = on.of(RunQueued)
        await on.ended(run.run_id)
        (asked,) = on.models.requests
        assert "the door bell rang" in asked.messages[-1].text
        assert asked.messages[-1].text.startswith("[System events.")
        assert [role for role, _ in await on.texts()] == ["user", "assistant"]
        entry = on.store.entry("main")
        assert entry is not None
        assert (entry.raw.get("lastChannel"), entry.title) == (None, ""), "no person wrote on any channel"
        assert len(on.of(RunFinished)) == 1


async def test_next_heartbeat_leaves_it_to_the_next_turn(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        assert await on.wakes.wake("backup done", "next-heartbeat")
        await on.wakes.note("Node: phone")
        assert on.assistant.running() == ()
        assert on.wakes.waiting("agent:main:main") == ("backup done", "Node: phone")
        await on.assistant.submit(Submission("other", "hello", "r0"))
        await on.ended("r0")
        assert len(on.models.requests[0].messages) == 1, "it belongs to the main conversation"
        await on.assistant.submit(Submission("main", "hello", "r1"))
        await on.ended("r1")
        report, own = on.models.requests[1].messages
        assert "backup done" in report.text
        assert "Node: phone" in report.text
        assert own.text == "hello"
        await on.assistant.submit(Submission("main", "and now?", "r2"))
        await on.ended("r2")
        told = [part.text for part in on.models.requests[2].messages if "backup done" in part.text]
        assert len(told) == 1, "told once, and remembered"


async def test_a_turn_that_waits_takes_along_what_came_meanwhile(tmp_path: Path) -> None:
    held = Held()
    async with stage(tmp_path, held) as on:
        await on.assistant.submit(Submission("main", "first", "r1"))
        await held.began.wait()
        await on.assistant.submit(Submission("main", "second", "r2"))
        await on.wakes.wake("news", "next-heartbeat")
        held.go_on.set()
        await on.ended("r2")
        assert ["news" in part.text for part in on.models.requests[1].messages][-2:] == [True, False]


async def test_a_conversation_that_takes_no_messages_keeps_the_report(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.store.ensure("main")
        await on.store.update("main", {"sendPolicy": "deny"})
        assert await on.wakes.wake("news", "now")
        assert (on.assistant.running(), on.wakes.waiting()) == ((), ("news",))
        assert on.of(MessageStored) == []


async def test_blank_is_no_report(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        assert not await on.wakes.wake(" \n", "now")
        assert on.wakes.waiting() == ()
