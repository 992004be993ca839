"""Clawdbot's chat in the terminal, unmodified, against our gateway."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running_gateway import PASSWORD, running

if TYPE_CHECKING:
    from interop.clients import ForeignClients

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]
ESCAPE = "\x1b"


async def test_it_shows_the_history_and_the_answer_and_can_stop_one(foreign: ForeignClients, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        async with app.client() as earlier:
            await earlier.call("agent", message="from before", idempotencyKey="k0")
        url = f"ws://127.0.0.1:{app.port}"
        arguments = ("tui", "--url", url, "--password", PASSWORD, "--message", "hello from the terminal")
        async with foreign.terminal(app.port, *arguments) as screen:
            await screen.shows("You said: from before")
            await screen.shows("You said: hello from the terminal")
            await screen.shows("tokens 10/32k")
            app.provider.status = 401
            screen.type("too soon\r")
            await screen.shows("run error: ")
            await screen.shows("connected | error")
            app.provider.status = 200
            app.provider.gate.clear()
            screen.type("wait for it\r")
            await screen.shows("streaming")
            screen.type(ESCAPE)
            await screen.shows("run aborted")
            app.provider.gate.set()
            screen.type("\x04")
            async with asyncio.timeout(20):
                assert await screen.process.wait() == 0
