"""Commands wait for the owner over real sockets: asked, told, decided once, and never allowed by silence."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from gateway_rig import Device
from node_rig import answer, conforms, node, operator
from running_gateway import Client, Refusal, Running, running

from clawd_desktop.gateway.results import approvals as results

ECHO = {"command": "echo hi", "host": "node", "agentId": "main"}
SCOPES = ["operator.approvals"]


async def notices(app_client: Client) -> list[dict[str, Any]]:
    """What waits for the owner."""
    status = await app_client.call("status")
    shown = status["desktop"]["notices"]  # type: ignore[index, call-overload]
    return [notice for notice in shown if notice["id"].startswith("approval.")]


async def asked(app: Running, client: Client, watcher: Client, **params: object) -> tuple[str, dict[str, Any]]:
    """The request's frame id and the event by which others hear of it."""
    request = await client.send("exec.approval.request", **(ECHO | params))
    event = await watcher.until("exec.approval.requested")
    watcher.events.clear()
    return request, event


@pytest.mark.parametrize("decision", ["allow-once", "allow-always", "deny"])
async def test_a_question_is_told_to_those_who_may_know_and_answered_once(tmp_path: Path, decision: str) -> None:
    async with (
        running(tmp_path) as app,
        operator(app, scopes=SCOPES) as client,
        operator(app, scopes=SCOPES) as watcher,
        operator(app, scopes=["operator.write"]) as outsider,
        app.client() as owner,
    ):
        request, event = await asked(app, client, watcher, id="a1", cwd="/tmp")
        waits = event.pop("expiresAtMs") - event["createdAtMs"]
        assert (waits, event.pop("createdAtMs") > 0) == (120_000, True)
        assert event == {
            "id": "a1",
            "request": {"command": "echo hi", "cwd": "/tmp", "host": "node", "security": None, "ask": None,
                        "agentId": "main", "resolvedPath": None, "sessionKey": None},
        }  # fmt: skip
        assert [notice["id"] for notice in await notices(owner)] == ["approval.a1"]
        with pytest.raises(Refusal, match=r"^approval id already pending$"):
            await watcher.call("exec.approval.request", **ECHO, id="a1")
        with pytest.raises(Refusal, match=r"^invalid decision$"):
            await watcher.call("exec.approval.resolve", id="a1", decision="yes")
        assert await watcher.call("exec.approval.resolve", id="a1", decision=decision) == {"ok": True}
        with pytest.raises(Refusal, match=r"^unknown approval id$"):
            await owner.call("exec.approval.resolve", id="a1", decision="deny")
        resolved = await client.until("exec.approval.resolved")
        assert resolved.pop("ts")
        assert resolved == {"id": "a1", "decision": decision, "resolvedBy": "Desk"}
        decided = await client.response(request)
        conforms(results.ApprovalDecided, decided)
        assert (decided["id"], decided["decision"]) == ("a1", decision)
        assert await notices(owner) == []
        with pytest.raises(Refusal, match=r"^missing scope: operator.approvals$"):
            await outsider.call("exec.approval.resolve", id="a1", decision="allow-once")
        assert not [frame for frame in outsider.events if str(frame.get("event")).startswith("exec.")]


async def test_silence_is_no_permission(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        decided = await client.call("exec.approval.request", **ECHO, timeoutMs=1)
        assert decided["decision"] is None
        assert await notices(client) == []


async def test_a_question_goes_with_who_asked_it(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as owner:
        async with operator(app, scopes=SCOPES) as client:
            await asked(app, client, owner, id="a1")
        while await notices(owner):
            await asyncio.sleep(0)
        with pytest.raises(Refusal, match=r"^unknown approval id$"):
            await owner.call("exec.approval.resolve", id="a1", decision="allow-once")


async def test_a_restart_forgets_every_question(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as owner, app.client() as client:
        await asked(app, client, owner, id="a1")
    async with running(tmp_path) as app, app.client() as owner:
        with pytest.raises(Refusal, match=r"^unknown approval id$"):
            await owner.call("exec.approval.resolve", id="a1", decision="allow-once")


async def test_questions_are_bounded(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client, app.client() as owner:
        for number in range(16):
            await asked(app, client, owner, id=f"a{number}")
        with pytest.raises(Refusal, match="Too many commands wait"):
            await client.call("exec.approval.request", **ECHO)
        with pytest.raises(Refusal, match="must NOT have more than 100000 characters"):
            await client.call("exec.approval.request", command="x" * 100_001)


@pytest.mark.parametrize("name", ["approved", "requester", "owner", "senderIsOwner", "decision", "resolvedBy"])
async def test_nothing_can_be_slipped_in(tmp_path: Path, name: str) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match=f"unexpected property '{name}'"):
            await client.call("exec.approval.request", **ECHO, **{name: "x"})
        if name != "decision":
            with pytest.raises(Refusal, match=f"unexpected property '{name}'"):
                await client.call("exec.approval.resolve", id="a", decision="deny", **{name: "x"})


@pytest.mark.parametrize(("button", "decision"), [("once", "allow-once"), ("always", "allow-always"), ("deny", "deny")])
async def test_the_owner_decides_by_a_button(tmp_path: Path, button: str, decision: str) -> None:
    async with running(tmp_path) as app, app.client() as owner, app.client() as client:
        request, event = await asked(app, client, owner)
        (notice,) = await notices(owner)
        action = f"approval.{button}:{event['id']}"
        assert action in [one["id"] for one in notice["actions"]]
        await owner.call("desktop.action", id=action)
        assert (await client.response(request))["decision"] == decision
        assert (await owner.until("exec.approval.resolved"))["resolvedBy"] == "owner"
        with pytest.raises(Refusal, match="unknown approval id"):
            await owner.call("desktop.action", id=action)


async def test_always_is_written_down_for_this_computer(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as owner, app.client() as client:
        await asked(app, client, owner, host="gateway", command="uname -a")
        (notice,) = await notices(owner)
        await owner.call("desktop.action", id=f"approval.always:{notice['id'].removeprefix('approval.')}")
        agents: dict[str, Any] = {}
        while not agents:
            agents = (await owner.call("exec.approvals.get"))["file"]["agents"]  # type: ignore[index, call-overload]
        (entry,) = agents["main"]["allowlist"]
        assert Path(entry["pattern"]).name == "uname"


async def test_the_list_is_shown_without_its_token_and_changed_from_what_was_read(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        first = await client.call("exec.approvals.get")
        conforms(results.ApprovalSnapshot, first)
        assert (first["path"], first["exists"]) == (str(tmp_path / "exec-approvals.json"), True)
        token = json.loads((tmp_path / "exec-approvals.json").read_text())["socket"]["token"]
        assert token not in json.dumps(first)
        file = {"version": 1, "agents": {"main": {"ask": "always", "allowlist": [{"pattern": "/usr/bin/rg"}]}}}
        with pytest.raises(Refusal, match="base hash required; re-run exec.approvals.get and retry"):
            await client.call("exec.approvals.set", file=file)
        with pytest.raises(Refusal, match="changed since last load; re-run exec.approvals.get and retry"):
            await client.call("exec.approvals.set", file=file, baseHash="0" * 64)
        second = await client.call("exec.approvals.set", file=file, baseHash=first["hash"])
        conforms(results.ApprovalSnapshot, second)
        # What was answered can be sent back as it is.
        third = await client.call("exec.approvals.set", file=second["file"], baseHash=second["hash"])
        assert third["file"] == second["file"]
        assert json.loads((tmp_path / "exec-approvals.json").read_text())["socket"]["token"] == token
        for wrong in ({"version": 2}, {}, file | {"owner": True}, {"version": 1, "agents": {"main": {"x": 1}}}):
            with pytest.raises(Refusal, match=r"^invalid exec.approvals.set params: "):
                await client.call("exec.approvals.set", file=wrong, baseHash=third["hash"])
        async with operator(app, scopes=["operator.approvals", "operator.write"]) as writer:
            with pytest.raises(Refusal, match=r"^missing scope: operator.admin$"):
                await writer.call("exec.approvals.set", file=file, baseHash=third["hash"])


async def test_the_list_of_a_node_is_asked_of_the_node(tmp_path: Path) -> None:
    device, bare = Device(), Device()
    commands = ("system.execApprovals.get", "system.execApprovals.set")
    theirs = {"path": "/n/exec-approvals.json", "exists": True, "hash": "h", "file": {"version": 1}}
    async with (
        running(tmp_path) as app,
        app.client() as client,
        node(app, device, *commands) as host,
        node(app, bare, "system.run"),
    ):
        request = await client.send("exec.approvals.node.get", nodeId=device.id)
        call = await answer(host, device, ok=True, payloadJSON=json.dumps(theirs))
        assert (call["command"], call["paramsJSON"], "idempotencyKey" in call) == (commands[0], "{}", False)
        assert await client.response(request) == theirs
        request = await client.send("exec.approvals.node.set", nodeId=device.id, file={"version": 1}, baseHash="h")
        call = await answer(host, device, ok=True, payloadJSON=json.dumps(theirs))
        assert call["command"] == commands[1]
        assert json.loads(str(call["paramsJSON"])) == {"file": {"version": 1}, "baseHash": "h"}
        assert await client.response(request) == theirs
        request = await client.send("exec.approvals.node.set", nodeId=device.id, file={"version": 1})
        error = {"code": "INVALID_REQUEST", "message": "Error: stale"}
        await answer(host, device, ok=False, error=error)
        with pytest.raises(Refusal) as caught:
            await client.response(request)
        assert caught.value.error == {"code": "UNAVAILABLE", "message": "Error: stale", "details": {"nodeError": error}}
        with pytest.raises(Refusal) as caught:
            await client.call("exec.approvals.node.get", nodeId="nobody")
        assert caught.value.error["details"] == {
            "nodeError": {"code": "NOT_CONNECTED", "message": "node not connected"}
        }
        with pytest.raises(Refusal, match=r"^node command not allowed$"):
            await client.call("exec.approvals.node.get", nodeId=bare.id)
        with pytest.raises(Refusal, match=r"^nodeId required$"):
            await client.call("exec.approvals.node.get", nodeId=" ")


async def test_a_node_runs_what_was_approved_once_and_nothing_else(tmp_path: Path) -> None:
    device, desk = Device(), Device()
    call = {"nodeId": device.id, "command": "system.run", "idempotencyKey": "k"}
    claimed = {"command": ["echo", "hi"], "agentId": "main", "approved": True, "approvalDecision": "allow-once"}
    async with (
        running(tmp_path) as app,
        app.client() as owner,
        operator(app, desk) as client,
        node(app, device, "system.run") as host,
    ):
        with pytest.raises(Refusal) as caught:
            await client.call("node.invoke", **call, params=claimed)
        assert caught.value.error["details"] == {
            "reason": "no approval of this command was given", "command": "system.run",
        }  # fmt: skip
        request, event = await asked(app, client, owner)
        await owner.call("exec.approval.resolve", id=event["id"], decision="allow-once")
        await client.response(request)
        with pytest.raises(Refusal, match=r"^node command not allowed$"):
            await owner.call("node.invoke", **call, params=claimed)
        with pytest.raises(Refusal, match=r"^node command not allowed$"):
            await client.call("node.invoke", **call, params=claimed | {"command": ["echo", "hi;", "rm", "x"]})
        request = await client.send("node.invoke", **call, params=claimed)
        run = await answer(host, device, ok=True, payload={"stdout": "hi"})
        assert json.loads(str(run["paramsJSON"])) == claimed
        assert (await client.response(request))["payload"] == {"stdout": "hi"}
        with pytest.raises(Refusal, match=r"^node command not allowed$"):
            await client.call("node.invoke", **call, params=claimed)
        request = await client.send("node.invoke", **call, params={"command": ["ls"], "approved": False})
        run = await answer(host, device, ok=True)
        assert json.loads(str(run["paramsJSON"])) == {"command": ["ls"]}
        await client.response(request)
