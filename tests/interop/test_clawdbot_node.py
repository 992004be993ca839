"""Clawdbot's node host, unmodified, lends its abilities through our gateway, and its command line asks for them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from running_gateway import Client, running

if TYPE_CHECKING:
    from interop.clients import ForeignClients

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]
NAME = "Workshop"
LIFE_S = 600.0
CALL_S = 200.0


async def connected(owner: Client) -> str:
    """The id of the node, once it is there."""
    async with asyncio.timeout(CALL_S):
        while True:
            listed = await owner.call("node.list")
            live = [row["nodeId"] for row in listed["nodes"] if row["connected"]]  # type: ignore[attr-defined]
            if live:
                return str(live[0])
            await asyncio.sleep(0.05)


async def decide(owner: Client, decision: str) -> dict[str, Any]:
    """Decide the next command that asks, and return what was asked."""
    async with asyncio.timeout(CALL_S):
        while True:
            frame = await owner._socket.receive_json()
            if frame.get("event") == "exec.approval.requested":
                break
    asked = frame["payload"]
    await owner.call("exec.approval.resolve", id=asked["id"], decision=decision)
    return dict(asked["request"])


async def test_a_node_host_is_described_asked_and_runs_what_was_approved(
    foreign: ForeignClients, tmp_path: Path
) -> None:
    async with running(tmp_path / "state") as app, app.client() as owner:
        host = ("node", "run", "--host", "127.0.0.1", "--port", str(app.port), "--display-name", NAME)
        async with foreign.pipe(app.port, *host, seconds=LIFE_S):
            node_id = await connected(owner)

            async def nodes(action: str, *words: str) -> Any:
                return await foreign.clawdbot(app.port, "nodes", action, "--json", *words)

            status, described = await asyncio.gather(nodes("status"), nodes("describe", "--node", NAME))
            which, approvals = await asyncio.gather(
                nodes("invoke", "--node", NAME, "--command", "system.which", "--params", '{"bins":["sh"]}'),
                foreign.clawdbot(app.port, "approvals", "get", "--node", NAME, "--json"),
            )
            ran, asked = await asyncio.gather(
                nodes("run", "--node", NAME, "--", "echo", "hi there"), decide(owner, "allow-once")
            )
            denied, piped = await asyncio.gather(
                nodes("run", "--node", NAME, "--raw", "echo no | wc"), decide(owner, "deny")
            )
            claimed = '{"command":["echo","hi"],"approved":true}'
            bypass = await nodes("invoke", "--node", NAME, "--command", "system.run", "--params", claimed)
    rows = status.json()["nodes"]
    assert [(row["nodeId"], row["connected"], row["paired"]) for row in rows] == [(node_id, True, True)]
    shown = {"displayName", "platform", "version", "remoteIp", "caps", "commands", "pathEnv", "connectedAtMs"}
    assert shown <= set(rows[0])
    assert {"system.run", "system.which", "system.execApprovals.get"} <= set(described.json()["commands"])
    assert which.json()["payload"]["bins"]["sh"].endswith("/sh")
    assert (asked["command"], asked["host"], asked["agentId"]) == ("echo hi there", "node", "main")
    assert ran.json()["payload"]["stdout"] == "hi there\n"
    assert piped["command"] == "echo no | wc"
    assert (denied.code, "exec denied: user denied" in denied.err) == (1, True)
    assert approvals.json()["file"]["version"] == 1
    assert (bypass.code, "node command not allowed" in bypass.err) == (1, True)


async def test_what_may_run_without_a_question_is_edited_from_the_terminal(
    foreign: ForeignClients, tmp_path: Path
) -> None:
    file = tmp_path / "state" / "exec-approvals.json"
    async with running(tmp_path / "state") as app:

        async def approvals(*words: str) -> dict[str, Any]:
            said = (await foreign.clawdbot(app.port, "approvals", *words, "--gateway", "--json")).json()
            assert isinstance(said, dict)
            return said

        first = await approvals("get")
        assert (first["path"], first["exists"], first["file"]["agents"]) == (str(file), True, {})
        added = await approvals("allowlist", "add", "~/Projects/**/bin/rg")
        (entry,) = added["file"]["agents"]["*"]["allowlist"]
        assert entry["pattern"] == "~/Projects/**/bin/rg"
        removed = await approvals("allowlist", "remove", "~/Projects/**/bin/rg")
        assert removed["file"]["agents"] == {}
    assert "token" not in json.dumps([first, added, removed])
    assert json.loads(file.read_text())["socket"]["token"]
