"""How the gateway says it is, over a real socket."""

from __future__ import annotations

import os
from pathlib import Path

from running_gateway import running


async def test_health_and_status_are_what_is_so(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        health = await client.call("health")
        assert (health["ok"], health["defaultAgentId"]) == (True, "main")
        assert health["sessions"]["count"] == 0  # type: ignore[index]
        await client.call("chat.send", sessionKey="main", message="hi", idempotencyKey="k")
        await client.until("chat", runId="k", state="final")
        probed = await client.call("health", probe=True)
        assert probed["sessions"]["recent"][0]["key"] == "agent:main:main"  # type: ignore[index]
        status = await client.call("status")
        assert status["sessions"]["defaults"] == {"model": "echo", "contextTokens": 32000}  # type: ignore[index]
        desktop = status["desktop"]
        assert (desktop["phase"], desktop["pid"], desktop["connections"]) == ("running", os.getpid(), 1)  # type: ignore[index]
        assert desktop["tokensToday"]["input"] == 10  # type: ignore[index]
        assert desktop["residentBytes"] > 10_000_000  # type: ignore[index,operator]


async def test_presence_begins_with_the_gateway_itself(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        first, *_ = await client.call("system-presence")
        assert (first["mode"], first["reason"]) == ("gateway", "self")  # type: ignore[index]


async def test_no_heartbeat_has_run(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        assert await client.call("last-heartbeat") is None


async def test_the_log_can_be_followed(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        first = await client.call("logs.tail", limit=5)
        assert "the gateway listens on" in "".join(first["lines"])  # type: ignore[arg-type]
        more = await client.call("logs.tail", cursor=first["cursor"])
        assert (more["lines"], more["reset"]) == ([], False)
