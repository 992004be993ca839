"""A conversation that was restored while the application ran: Clawdbot reads it and goes on with it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from gateway.methods.test_restores import ended
from running_gateway import running

if TYPE_CHECKING:
    from interop.clients import ForeignClients

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]


async def test_the_same_conversation_goes_on(foreign: ForeignClients, tmp_path: Path) -> None:
    state = tmp_path / "state"
    about_main = ("--json", "--params", json.dumps({"sessionKey": "main"}))
    async with running(state) as app:
        said = await foreign.clawdbot(app.port, "agent", "--agent", "main", "--message", "the lamp is blue", "--json")
        assert said.json()["result"]["payloads"][0]["text"] == "You said: the lamp is blue"  # type: ignore[index]
        before = (await foreign.clawdbot(app.port, "gateway", "call", "chat.history", *about_main)).json()
        async with app.client() as client:
            made = await client.call("backup.create")
            shutil.rmtree(state.rename(tmp_path / "deleted"))
            await client.call("backup.restore", id=made["path"])
        assert (await ended(app))["last"]["ok"] is True  # type: ignore[index]
        after = (await foreign.clawdbot(app.port, "gateway", "call", "chat.history", *about_main)).json()
        assert after == before
        said = await foreign.clawdbot(app.port, "agent", "--agent", "main", "--message", "go on", "--json")
        assert said.json()["result"]["payloads"][0]["text"] == "You said: go on"  # type: ignore[index]
        sent = json.dumps(app.provider.requests[-1])
        assert "the lamp is blue" in sent, "the model gets what was said before"
