"""Clawdbot's bridge for editors (Agent Client Protocol over stdio), unmodified, against our gateway."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from running_gateway import PASSWORD, running

if TYPE_CHECKING:
    from interop.clients import ForeignClients

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]
Json = dict[str, Any]


def said_in(update: Json) -> str:
    """What the assistant says with an update of the session; most are about something else."""
    return update["content"]["text"] if update["sessionUpdate"] == "agent_message_chunk" else ""


class Editor:
    """What an editor does with the bridge."""

    def __init__(self, bridge: asyncio.subprocess.Process) -> None:
        self._bridge = bridge
        self._asked = 0
        self.heard = ""

    async def ask(self, method: str, **params: object) -> Json:
        self._asked += 1
        request = {"jsonrpc": "2.0", "id": self._asked, "method": method, "params": params}
        assert self._bridge.stdin is not None
        self._bridge.stdin.write(json.dumps(request).encode() + b"\n")
        while (frame := await self._next()).get("id") != self._asked:
            update = frame["params"]["update"]
            self.heard += said_in(update)
        result: Json = frame["result"]
        return result

    async def _next(self) -> Json:
        assert self._bridge.stdout is not None
        frame: Json = json.loads(await self._bridge.stdout.readline())
        return frame


async def test_a_prompt_is_answered_to_its_last_word(foreign: ForeignClients, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        url = f"ws://127.0.0.1:{app.port}"
        async with foreign.pipe(app.port, "acp", "--url", url, "--password", PASSWORD) as bridge:
            editor = Editor(bridge)
            await editor.ask("initialize", protocolVersion=1, clientCapabilities={})
            session = await editor.ask("session/new", cwd=str(tmp_path), mcpServers=[])
            prompt = [{"type": "text", "text": "hi from the editor"}]
            ended = await editor.ask("session/prompt", sessionId=session["sessionId"], prompt=prompt)
    assert ended == {"stopReason": "end_turn"}
    assert editor.heard.startswith("You said: ")
    assert editor.heard.endswith("hi from the editor")
