"""Conversations as clients list and preview them, over a real socket; and which lists are kept."""

from __future__ import annotations

from pathlib import Path

from agent.stage import Stage, stage
from running_gateway import Client, running

from clawd_desktop.core.messages import user_message
from clawd_desktop.gateway.methods.session_lists import CACHED_LISTS, ListParams, SessionListMethods
from clawd_desktop.models.pricing import ModelRow


async def talk(client: Client, key: str, text: str, run_id: str) -> None:
    await client.call("chat.send", sessionKey=key, message=text, idempotencyKey=run_id)
    await client.until("chat", runId=run_id, state="final")


async def test_a_list_of_all_newest_first_and_by_what_is_searched(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        empty = await client.call("sessions.list")
        assert (empty["count"], empty["sessions"]) == (0, [])
        assert empty["defaults"] == {"modelProvider": "test", "model": "echo", "contextTokens": 32000}
        await talk(client, "main", "about lobsters", "k1")
        await talk(client, "work", "about money", "k2")
        listed = await client.call("sessions.list", includeDerivedTitles=True, includeLastMessage=True)
        rows = listed["sessions"]
        assert [row["key"] for row in rows] == ["agent:main:work", "agent:main:main"]  # type: ignore[union-attr,index]
        assert rows[0]["derivedTitle"] == "about money"  # type: ignore[index]
        assert rows[0]["lastMessagePreview"] == "You said: about money"  # type: ignore[index]
        found = await client.call("sessions.list", search="LOBSTER")
        assert [row["key"] for row in found["sessions"]] == ["agent:main:main"]  # type: ignore[union-attr,index]
        assert (await client.call("sessions.list", limit=1))["count"] == 1
        assert (await client.call("sessions.list", activeMinutes=1))["count"] == 2
        assert (await client.call("sessions.list", agentId="other"))["count"] == 0
        assert (await client.call("sessions.list", kinds=["group"]))["count"] == 0
        assert (await client.call("sessions.list", kinds=["direct", "main"], limit=5))["count"] == 2


async def test_a_preview_of_what_was_said_last(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        await talk(client, "main", "x" * 500, "k1")
        previews = (await client.call("sessions.preview", keys=["main", "nope"], maxChars=40))["previews"]
        assert [preview["status"] for preview in previews] == ["ok", "missing"]  # type: ignore[union-attr,index]
        item = previews[0]["items"][0]  # type: ignore[index]
        assert (item["role"], len(item["text"]), item["text"][-1]) == ("user", 40, "…")


class Sums:
    """The little that lists need of the summaries."""

    def default_model(self) -> ModelRow:
        return ModelRow("test", "echo", "Echo")

    def agent_ids(self) -> tuple[str, ...]:
        return ("main",)

    def default_agent(self) -> str:
        return "main"


def lists(on: Stage) -> SessionListMethods:
    return SessionListMethods(on.store, on.assistant, Sums(), on.clock)  # type: ignore[arg-type]


async def test_what_people_search_for_does_not_drive_out_what_all_ask_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        methods = lists(on)
        await on.store.append("main", user_message("hi", now_ms=1))
        kept = methods._listed(ListParams())
        for number in range(CACHED_LISTS + 1):
            methods._listed(ListParams(search=f"word {number}"))
            methods._listed(ListParams(active_minutes=number + 1))
            methods._listed(ListParams(kinds=["direct"]))
        assert methods._listed(ListParams()) is kept
        assert len(methods._lists) == 1
        await on.store.append("main", user_message("more", now_ms=2))
        assert methods._listed(ListParams()) is not kept, "something changed"


async def test_the_lists_that_are_kept_are_bounded(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        methods = lists(on)
        for number in range(CACHED_LISTS + 5):
            methods._listed(ListParams(limit=number + 1))
        assert len(methods._lists) == CACHED_LISTS
