"""Restores over a real socket, in the application that runs: shown, done, taken back, and its state put back whole."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from pathlib import Path

import aiohttp
from running_gateway import Client, Refusal, Running, running


async def ended(app: Running) -> dict[str, object]:
    """What became of a restore, asked until the gateway answers again and nothing is under way."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(aiohttp.ClientError, TypeError, Refusal):  # it is away for a moment
                async with app.client() as client:
                    known = await client.call("backup.restores")
                    if not known["working"]:
                        return known
            await asyncio.sleep(0.1)


async def said(client: Client, text: str) -> None:
    await client.call("chat.send", sessionKey="main", message=text, idempotencyKey=text)
    await client.until("chat", state="final")


async def texts(client: Client) -> list[str]:
    history = await client.call("chat.history", sessionKey="main")
    return [str(part["text"]) for one in history["messages"] for part in one["content"] if part["type"] == "text"]  # type: ignore[attr-defined, index]


async def test_the_state_folder_is_deleted_while_it_runs_and_comes_back(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running(state) as app:
        async with app.client() as client:
            await said(client, "remember the lamp")
            made = await client.call("backup.create")
        shutil.rmtree(state.rename(tmp_path / "deleted"))  # at once: the ledger is written meanwhile
        async with app.client() as client:
            await client.call("backup.restore", id=made["path"])
        known = await ended(app)
        assert known["last"]["ok"] is True, known  # type: ignore[index]
        async with app.client() as client:
            assert [text for text in await texts(client) if "lamp" in text][:1] == ["remember the lamp"]
            await said(client, "and go on")
            assert "You said: and go on" in (await texts(client))[-1]


async def test_shown_brought_back_and_taken_back(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running(state) as app:
        notes = state / "workspace" / "notes.md"
        notes.parent.mkdir(exist_ok=True)
        notes.write_text("first")
        async with app.client() as client:
            made = await client.call("backup.create")
            notes.write_text("second, longer")
            shown = await client.call("backup.preview", id=made["id"])
            (workspace,) = [one for one in shown["areas"] if one["name"] == "workspace-main"]
            assert [(one["path"], one["state"]) for one in workspace["files"]] == [("notes.md", "changed")]
            await client.call("backup.restore", id=made["id"])
        known = await ended(app)
        assert notes.read_text() == "first"
        assert Path(str(known["last"]["safety"])).is_file()  # type: ignore[index]
        async with app.client() as client:
            await client.call("backup.undo", id=known["last"]["undo"])  # type: ignore[index]
        known = await ended(app)
        assert known["last"]["title"] == "The restore was taken back"  # type: ignore[index]
        assert notes.read_text() == "second, longer"
