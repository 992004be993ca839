"""Conversations as clients change them, over a real socket."""

from __future__ import annotations

from pathlib import Path

import pytest
from running_gateway import Client, Refusal, running


async def talk(client: Client, key: str, text: str, run_id: str) -> None:
    await client.call("chat.send", sessionKey=key, message=text, idempotencyKey=run_id)
    await client.until("chat", runId=run_id, state="final")


async def test_resolve_finds_exactly_one(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match="No session found: main"):
            await client.call("sessions.resolve", key="main")
        await talk(client, "main", "hi", "k1")
        assert await client.call("sessions.resolve", key="main") == {"ok": True, "key": "agent:main:main"}
        await client.call("sessions.patch", key="main", label="Foo")
        assert (await client.call("sessions.resolve", label="Foo"))["key"] == "agent:main:main"
        with pytest.raises(Refusal, match="not multiple"):
            await client.call("sessions.resolve", key="main", label="Foo")


async def test_patch_changes_clears_and_refuses(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        patched = await client.call("sessions.patch", key="work", label="Foo", thinkingLevel="high", model="test/echo")
        entry = patched["entry"]
        assert (entry["label"], entry["thinkingLevel"]) == ("Foo", "high")  # type: ignore[index]
        assert (entry["providerOverride"], entry["modelOverride"]) == ("test", "echo")  # type: ignore[index]
        with pytest.raises(Refusal, match="label already in use: Foo"):
            await client.call("sessions.patch", key="main", label="Foo")
        with pytest.raises(Refusal, match=r"invalid thinkingLevel \(use off\|minimal\|low\|medium\|high\)"):
            await client.call("sessions.patch", key="main", thinkingLevel="hard")
        with pytest.raises(Refusal, match="spawnedBy is only supported"):
            await client.call("sessions.patch", key="main", spawnedBy="x")
        cleared = await client.call("sessions.patch", key="work", label=None, model=None)
        assert not {"label", "modelOverride"} & set(cleared["entry"])  # type: ignore[arg-type]


async def test_reset_and_delete_keep_a_copy(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        await talk(client, "work", "hi", "k1")
        before = (await client.call("sessions.list"))["sessions"][0]["sessionId"]  # type: ignore[index]
        reset = await client.call("sessions.reset", key="work")
        assert reset["entry"]["sessionId"] != before  # type: ignore[index]
        assert (await client.call("chat.history", sessionKey="work"))["messages"] == []
        with pytest.raises(Refusal, match=r"Cannot delete the main session \(agent:main:main\)"):
            await client.call("sessions.delete", key="main")
        assert (await client.call("sessions.delete", key="nope"))["deleted"] is False
        await talk(client, "work", "again", "k2")
        app.provider.gate.clear()
        await client.call("chat.send", sessionKey="work", message="running", idempotencyKey="k3")
        deleted = await client.call("sessions.delete", key="work")
        assert deleted["deleted"] is True
        assert len(deleted["archived"]) == 1  # type: ignore[arg-type]
        assert (await client.call("sessions.list"))["count"] == 0


async def test_compact_keeps_the_newest_lines(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        assert (await client.call("sessions.compact", key="main"))["compacted"] is False
        for number in range(5):
            await talk(client, "main", f"q{number}", f"k{number}")
        done = await client.call("sessions.compact", key="main", maxLines=4)
        assert (done["compacted"], done["kept"]) == (True, 4)
        texts = str((await client.call("chat.history", sessionKey="main"))["messages"])
        assert "q4" in texts
        assert "q0" not in texts


async def test_what_was_said_before_a_reset_stays_in_the_conversation_that_ended(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        app.provider.gate.clear()
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        await client.until("chat", runId="k1", state="delta")
        before = (await client.call("chat.history", sessionKey="main"))["sessionId"]
        await client.call("sessions.reset", key="main")
        history = await client.call("chat.history", sessionKey="main")
        assert history["messages"] == []
        old = tmp_path / "agents" / "main" / "sessions" / f"{before}.jsonl"
        assert "You said: " in old.read_text(encoding="utf-8")
