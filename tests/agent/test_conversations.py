"""The chat window's view: a list, pages of history, and what a person does with conversations."""

from __future__ import annotations

from pathlib import Path

import pytest
from agent.stage import Held, stage

from clawd_desktop.core.errors import BadInput


async def test_a_conversation_from_its_first_word_to_the_trash(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        key = await on.chat.create()
        sent = await on.chat.send(key, "What is a\n lobster? " + "x" * 100)
        await on.ended(sent.run_id)
        row, main = await on.chat.sessions()
        assert (main.key, main.updated_ms) == ("agent:main:main", 0)
        assert (row.key, row.title[:19], row.running) == (key, "What is a lobster? ", False)
        assert len(row.title) == 60
        await on.chat.rename(key, "Lobsters")
        assert (await on.chat.sessions())[0].title == "Lobsters"
        await on.chat.rename(key, "")
        assert (await on.chat.sessions())[0].title.startswith("What is")
        await on.chat.delete(key)
        assert [row.key for row in await on.chat.sessions()] == ["agent:main:main"]
        assert list((tmp_path / "state").rglob("*.deleted.*")), "the transcript is in the trash"


async def test_the_main_one_cannot_be_deleted(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        with pytest.raises(BadInput, match="Cannot delete the main session"):
            await on.chat.delete("main")


async def test_history_comes_in_pages_from_the_end(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        for number in range(5):
            sent = await on.chat.send("main", f"q{number}")
            await on.ended(sent.run_id)
        newest = await on.chat.history("main", limit=3)
        older = await on.chat.history("main", limit=100, before=newest.before)
        texts = [message.text for _, message in (*older.messages, *newest.messages)]
        assert texts == [text for number in range(5) for text in (f"q{number}", f"You said: q{number}")]
        assert older.before is None


async def test_a_running_conversation_is_marked_and_can_be_stopped(tmp_path: Path) -> None:
    held = Held()
    async with stage(tmp_path, held) as on:
        await on.chat.send("main", "hello")
        await held.began.wait()
        assert [row.running for row in await on.chat.sessions()] == [True]
        assert await on.chat.stop("main") == 1
        assert await on.chat.stop("main") == 0
