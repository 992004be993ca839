"""Backups are tried out over a real socket, in the application that runs, and a conversation of it is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from backup_desk_stage import damage
from running_gateway import Client, Refusal, running


async def said(client: Client, text: str) -> None:
    await client.call("chat.send", sessionKey="main", message=text, idempotencyKey=text)
    await client.until("chat", state="final")


async def acts(client: Client) -> list[str]:
    return [row["act"] for row in (await client.call("audit.list"))["entries"]]  # type: ignore[attr-defined]


async def test_what_the_application_backed_up_comes_back_and_what_was_spoilt_is_named(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app, app.client() as client:
        with pytest.raises(Refusal, match="There is no backup to try out"):
            await client.call("backup.drill")
        await said(client, "remember the lamp")
        made = await client.call("backup.create")
        assert "lastDrill" not in await client.call("backup.list")
        found = await client.call("backup.drill")
        (drill,) = found["drills"]  # type: ignore[misc, attr-defined]
        assert (found["ok"], drill["ok"], drill["backup"]) == (True, True, made["id"]), drill
        assert "2 messages of 1 conversations" in drill["steps"][-1]["text"]
        await client.until("backup.drilled", ok=True)
        listed = await client.call("backup.list")
        assert listed["lastDrill"] == drill
        damage(Path(str(made["path"])))
        found = await client.call("backup.drill", id=made["id"])
        (drill,) = found["drills"]  # type: ignore[misc, attr-defined]
        assert (found["ok"], drill["tried"]) == (False, True)
        assert "archive damaged at" in drill["fault"]
        notices = (await client.call("status"))["desktop"]["notices"]  # type: ignore[index, call-overload]
        assert "backup.drill" in {notice["id"] for notice in notices}
        assert "backup.drilled" in await acts(client)
        await client.call("desktop.action", id="backup.now")
        await client.until("backup.ended", ok=True)
    async with running(tmp_path / "state") as app, app.client(scopes=["operator.read"]) as client:
        with pytest.raises(Refusal):
            await client.call("backup.drill")
