"""Nodes are listed, described, named and called; what they tell is taken or refused with a reason."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from gateway_rig import Device
from node_rig import NODE, answer, conforms, node, operator
from running_gateway import Client, Refusal, Running, running

from clawd_desktop.gateway.results import nodes as results

RUN = "system.run"


async def gone(app: Running, device: Device, client: Client) -> None:
    """Wait until the gateway knows that the node has gone."""
    while (await client.call("node.describe", nodeId=device.id))["connected"]:
        await asyncio.sleep(0)


async def test_there_are_no_nodes_at_first(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as asked:
        assert (await asked.call("node.list"))["nodes"] == []
        with pytest.raises(Refusal, match=r"^unknown nodeId$"):
            await asked.call("node.describe", nodeId="nobody")


async def test_a_node_is_listed_with_all_it_says_and_stays_listed_when_it_goes(tmp_path: Path) -> None:
    here, device, away = Device(), Device(), Device()
    async with running(tmp_path) as app, app.client() as asked:
        async with node(app, away, client=NODE | {"displayName": "A"}):
            pass
        await gone(app, away, asked)
        full = NODE | {"deviceFamily": "Linux", "modelIdentifier": "x64"}
        async with (
            node(app, here, client=NODE | {"displayName": "Z"}),
            node(
                app, device, RUN, "camera.snap", "system.which", RUN, client=full, caps=["system", "browser", "system"],
                permissions={"camera": False}, pathEnv="/bin",
            ),
        ):  # fmt: skip
            listed = await asked.call("node.list")
            row = await asked.call("node.describe", nodeId=device.id)
        conforms(results.NodeList, listed)
        conforms(results.NodeDescription, row)
        assert [one["displayName"] for one in listed["nodes"]] == ["Workshop", "Z", "A"]  # type: ignore[index, attr-defined]
        assert row.pop("connectedAtMs") <= row.pop("ts")  # type: ignore[operator]
        assert row == {
            "nodeId": device.id, "displayName": "Workshop", "platform": "linux", "version": "1.0",
            "deviceFamily": "Linux", "modelIdentifier": "x64", "remoteIp": "127.0.0.1", "caps": ["browser", "system"],
            "commands": [RUN, "system.which"], "pathEnv": "/bin", "permissions": {"camera": False},
            "paired": True, "connected": True,
        }  # fmt: skip
        last = listed["nodes"][-1]  # type: ignore[index]
        assert last == {"nodeId": away.id, "displayName": "A", "platform": "linux", "caps": [], "commands": [],
                        "paired": True, "connected": False}  # fmt: skip


async def test_a_name_given_by_the_owner_stays(tmp_path: Path) -> None:
    device = Device()
    async with running(tmp_path) as app, app.client() as asked:
        async with node(app, device):
            renamed = await asked.call("node.rename", nodeId=device.id, displayName="  Attic ")
        assert renamed == {"nodeId": device.id, "displayName": "Attic"}
        with pytest.raises(Refusal, match=r"^displayName required$"):
            await asked.call("node.rename", nodeId=device.id, displayName="  ")
        with pytest.raises(Refusal, match=r"^unknown nodeId$"):
            await asked.call("node.rename", nodeId="nobody", displayName="x")
    async with running(tmp_path) as app, app.client() as asked, node(app, device):
        assert (await asked.call("node.describe", nodeId=device.id))["displayName"] == "Attic"
        async with operator(app, scopes=["operator.read", "operator.write"]) as reader:
            with pytest.raises(Refusal, match=r"^missing scope: operator.pairing$"):
                await reader.call("node.rename", nodeId=device.id, displayName="x")


@pytest.mark.parametrize(
    ("result", "payload", "payload_json"),
    [
        ({"payloadJSON": '{"a": 1}'}, {"a": 1}, '{"a": 1}'),
        ({"payloadJSON": "{torn"}, {"payloadJSON": "{torn"}, "{torn"),
        ({"payload": [1], "payloadJSON": None}, [1], None),
        ({"payloadJSON": {"a": 1}}, {"a": 1}, None),
        ({"payload": 1, "payloadJSON": {"a": 1}}, 1, None),
        ({"payload": None, "error": None}, None, None),
        ({}, "absent", None),
    ],
)
async def test_a_call_goes_to_that_node_and_its_answer_comes_back(
    tmp_path: Path, result: dict[str, object], payload: object, payload_json: str | None
) -> None:
    device, other = Device(), Device()
    bins = {"bins": ["rg"]}
    async with (
        running(tmp_path) as app,
        app.client() as client,
        node(app, other, "system.which") as beside,
        node(app, device, "system.which") as asked,
    ):
        request = await client.send(
            "node.invoke", nodeId=device.id, command="system.which", params=bins, timeoutMs=5000, idempotencyKey="k"
        )
        call = await answer(asked, device, ok=True, **result)
        invoked = await client.response(request)
        assert (await beside.call("skills.bins")) == {"bins": []}
        assert [event["event"] for event in beside.events] in ([], ["health"]), "nobody else hears of it"
    assert json.loads(str(call.pop("paramsJSON"))) == bins
    assert len(str(call.pop("id"))) == 36
    assert call == {"nodeId": device.id, "command": "system.which", "timeoutMs": 5000, "idempotencyKey": "k"}
    conforms(results.NodeInvoked, invoked)
    assert invoked.pop("payload", "absent") == payload
    assert invoked == {"ok": True, "nodeId": device.id, "command": "system.which", "payloadJSON": payload_json}


async def test_the_call_carries_no_number_and_null_for_no_parameters(tmp_path: Path) -> None:
    device = Device()
    async with running(tmp_path) as app, app.client() as client, node(app, device, "system.which") as asked:
        request = await client.send("node.invoke", nodeId=device.id, command="system.which", idempotencyKey="k")
        while (frame := await asked._next()).get("event") != "node.invoke.request":
            pass
        assert set(frame) == {"type", "event", "payload"}
        call = frame["payload"]
        assert isinstance(call, dict)
        assert (call["paramsJSON"], "timeoutMs" in call) == (None, False)
        await asked.call("node.invoke.result", id=call["id"], nodeId=device.id, ok=True)
        await client.response(request)


async def refused(client: Client, **params: object) -> dict[str, Any]:
    """The error object of a call that is refused."""
    with pytest.raises(Refusal) as caught:
        await client.call("node.invoke", **params)
    return caught.value.error


async def test_refusals_are_those_of_clawdbot(tmp_path: Path) -> None:
    device, silent, away = Device(), Device(), Device()
    async with running(tmp_path) as app, app.client() as client, node(app, device, RUN) as asked, node(app, silent):
        async with node(app, away, RUN):
            pass
        await gone(app, away, client)
        for node_id in (away.id, "nobody"):
            assert await refused(client, nodeId=node_id, command=RUN, idempotencyKey="k") == {
                "code": "UNAVAILABLE", "message": "node not connected", "details": {"code": "NOT_CONNECTED"},
            }  # fmt: skip
        for target, command, reason in (
            (device, "camera.snap", "command not allowlisted"),
            (device, "system.which", "command not declared by node"),
            (silent, RUN, "node did not declare commands"),
        ):
            assert await refused(client, nodeId=target.id, command=command, idempotencyKey="k") == {
                "code": "INVALID_REQUEST", "message": "node command not allowed",
                "details": {"reason": reason, "command": command},
            }  # fmt: skip
        assert await refused(client, nodeId=device.id, command=RUN, timeoutMs=0, idempotencyKey="k") == {
            "code": "UNAVAILABLE", "message": "node invoke timed out",
            "details": {"nodeError": {"code": "TIMEOUT", "message": "node invoke timed out"}},
        }  # fmt: skip
        late = await asked.until("node.invoke.request")
        told = await asked.call("node.invoke.result", id=late["id"], nodeId=device.id, ok=True)
        assert told == {"ok": True, "ignored": True}
        asked.events.clear()
        for error, text, shown in (
            ({"code": "X", "message": "it broke"}, "it broke", {"code": "X", "message": "it broke"}),
            ({"code": "X"}, "node invoke failed", {"code": "X"}),
            (None, "node invoke failed", None),
        ):
            request = await client.send("node.invoke", nodeId=device.id, command=RUN, idempotencyKey="k")
            await answer(asked, device, ok=False, error=error)
            with pytest.raises(Refusal) as caught:
                await client.response(request)
            assert caught.value.error == {"code": "UNAVAILABLE", "message": text, "details": {"nodeError": shown}}
        with pytest.raises(Refusal, match="must have required property 'idempotencyKey'"):
            await client.call("node.invoke", nodeId=device.id, command=RUN)
        for blank in ({"nodeId": " ", "command": RUN}, {"nodeId": device.id, "command": " "}):
            assert (await refused(client, **blank, idempotencyKey="k"))["message"] == "nodeId and command required"


async def test_a_call_ends_when_its_node_goes(tmp_path: Path) -> None:
    device = Device()
    async with running(tmp_path) as app, app.client() as client:
        async with node(app, device, RUN) as asked:
            request = await client.send("node.invoke", nodeId=device.id, command=RUN, idempotencyKey="k")
            await asked.until("node.invoke.request")
        async with asyncio.timeout(5):
            with pytest.raises(Refusal, match=r"^Error: node disconnected \(system.run\)$"):
                await client.response(request)


async def test_repeats_share_one_call(tmp_path: Path) -> None:
    device = Device()
    call = {"nodeId": device.id, "command": "system.which", "params": {"bins": []}, "idempotencyKey": "k"}
    async with (
        running(tmp_path) as app,
        app.client() as one,
        app.client() as two,
        app.client() as three,
        node(app, device, "system.which") as asked,
    ):
        requests = [(client, await client.send("node.invoke", **call)) for client in (three, one, two, two)]
        first = await asked.until("node.invoke.request")
        with pytest.raises(Refusal, match="idempotencyKey is in use for another call"):
            await one.call("node.invoke", **(call | {"params": {"bins": ["x"]}}))
        await three._socket.close()
        asked.events.clear()
        await asked.call("node.invoke.result", id=first["id"], nodeId=device.id, ok=True, payload="shared")
        assert [(await client.response(request))["payload"] for client, request in requests[1:]] == ["shared"] * 3
        assert not [event for event in asked.events if event["event"] == "node.invoke.request"]
        request = await one.send("node.invoke", **call)
        await answer(asked, device, ok=True, payload="again")
        assert (await one.response(request))["payload"] == "again"


async def test_calls_in_flight_are_bounded(tmp_path: Path) -> None:
    device = Device()
    async with running(tmp_path) as app, app.client() as client, node(app, device, RUN):
        for number in range(32):
            await client.send("node.invoke", nodeId=device.id, command=RUN, idempotencyKey=f"k{number}")
        error = await refused(client, nodeId=device.id, command=RUN, idempotencyKey="one more")
        assert (error["message"], error["retryable"]) == ("too many calls wait for this node", True)


async def test_only_the_node_itself_answers(tmp_path: Path) -> None:
    device, thief = Device(), Device()
    async with running(tmp_path) as app, app.client() as client, node(app, device, RUN) as asked:
        request = await client.send("node.invoke", nodeId=device.id, command=RUN, idempotencyKey="k")
        call = await asked.until("node.invoke.request")
        async with node(app, thief, RUN) as other:
            with pytest.raises(Refusal, match=r"^nodeId mismatch$"):
                await other.call("node.invoke.result", id=call["id"], nodeId=device.id, ok=True, payload="stolen")
            own = await other.call("node.invoke.result", id=call["id"], nodeId=thief.id, ok=True, payload="stolen")
            assert own == {"ok": True, "ignored": True}
        for method in ("node.invoke.result", "node.event", "skills.bins"):
            with pytest.raises(Refusal, match=r"^unauthorized role: operator$"):
                await client.call(method)
        for method in ("node.list", "node.invoke", "node.pair.list", "exec.approvals.get"):
            with pytest.raises(Refusal, match=r"^unauthorized role: node$"):
                await asked.call(method)
        await asked.call("node.invoke.result", id=call["id"], nodeId=device.id, ok=True, payload="mine")
        assert (await client.response(request))["payload"] == "mine"


@pytest.mark.parametrize("name", ["approved", "requester", "owner", "senderIsOwner", "role", "scopes"])
async def test_nothing_can_be_slipped_in(tmp_path: Path, name: str) -> None:
    device = Device()
    async with running(tmp_path) as app, app.client() as client, node(app, device, RUN) as asked:
        good = {"nodeId": device.id, "command": RUN, "idempotencyKey": "k"}
        error = await refused(client, **good, **{name: True})
        assert error["message"] == f"invalid node.invoke params: at root: unexpected property '{name}'"
        answered = {"id": "x", "nodeId": device.id, "ok": True, name: True}
        with pytest.raises(Refusal, match=f"unexpected property '{name}'"):
            await asked.call("node.invoke.result", **answered)
        link = {"message": "hi", name: True}
        with pytest.raises(Refusal, match=f"unexpected property '{name}'"):
            await asked.call("node.event", event="agent.request", payload=link)
        if name != "approved":
            error = await refused(client, **good, params={"command": ["ls"], name: True})
            assert f"unexpected property '{name}'" in error["message"]


async def test_commands_follow_the_configuration_at_once(tmp_path: Path) -> None:
    device = Device()
    async with running(tmp_path) as app, app.client() as client, node(app, device, RUN, "my.thing", "system.which"):
        described = await client.call("node.describe", nodeId=device.id)
        assert described["commands"] == [RUN, "system.which"]
        before = await client.call("config.get")
        change = {"gateway": {"nodes": {"allowCommands": ["my.thing"], "denyCommands": [RUN]}}}
        await client.call("config.patch", raw=json.dumps(change), baseHash=before["hash"])
        described = await client.call("node.describe", nodeId=device.id)
        assert described["commands"] == ["my.thing", "system.which"]
        error = await refused(client, nodeId=device.id, command=RUN, idempotencyKey="k")
        assert error["details"]["reason"] == "command not allowlisted"


async def test_what_is_told_is_taken_or_refused_with_a_reason(tmp_path: Path) -> None:
    device = Device()
    async with running(tmp_path) as app, app.client() as client, node(app, device) as asked:
        said = json.dumps({"text": "  hello by voice ", "eventId": "x"})
        assert await asked.call("node.event", event="voice.transcript", payloadJSON=said) == {"ok": True}
        await client.until("chat", sessionKey="agent:main:main", state="final")
        link = {"message": "from a link", "thinking": "low", "deliver": False, "key": "x", "timeoutSeconds": 30}
        await asked.call("node.event", event="agent.request", payload=link)
        own = f"agent:main:node-{device.id}"
        await client.until("chat", sessionKey=own, state="final")
        history = await client.call("chat.history", sessionKey=own)
        texts = [message["content"][0]["text"] for message in history["messages"]]  # type: ignore[index, attr-defined]
        assert texts == ["from a link", "You said: from a link"]
        done = {"runId": "r", "command": "ls", "exitCode": 0, "output": "hi"}
        assert await asked.call("node.event", event="exec.finished", payload=done) == {"ok": True}
        queued = (await client.call("status"))["queuedSystemEvents"]
        assert queued == [f"Exec finished (node={device.id}, id=r, code 0): ls\nhi"]
        for event, payload, text in (
            ("voice.transcript", {"text": ""}, "invalid voice.transcript params: at /text"),
            ("voice.transcript", {"text": "  "}, "the text is empty"),
            ("voice.transcript", {"text": "x" * 20_001}, "must NOT have more than 20000 characters"),
            ("voice.transcript", None, "must have required property 'text'"),
            ("agent.request", link | {"deliver": True, "channel": "telegram"}, "cannot be delivered to channels yet"),
            ("chat.subscribe", {}, "must have required property 'sessionKey'"),
            ("exec.finished", {"sessionKey": ""}, "must NOT have fewer than 1 characters"),
            ("made.up", {}, "unknown node event: made.up"),
        ):
            with pytest.raises(Refusal) as caught:
                await asked.call("node.event", event=event, payload=payload)
            assert text in str(caught.value)
        with pytest.raises(Refusal, match="payloadJSON is not JSON"):
            await asked.call("node.event", event="voice.transcript", payloadJSON="{torn")


async def test_a_subscribed_node_hears_the_conversation_in_its_own_words(tmp_path: Path) -> None:
    device, deaf = Device(), Device()

    def direct(client: Client) -> list[tuple[object, object]]:
        return [
            (frame["event"], frame["payload"].get("sessionKey"))  # type: ignore[attr-defined]
            for frame in client.events
            if frame.get("event") in ("agent", "chat", "health") and "seq" not in frame
        ]

    async with running(tmp_path) as app, app.client() as client:
        async with node(app, device) as asked, node(app, deaf) as other:
            await asked.call("node.event", event="chat.subscribe", payloadJSON='{"sessionKey": "main"}')
            for number in (1, 2):
                if number == 2:
                    await asked.call("node.event", event="chat.unsubscribe", payload={"sessionKey": "agent:main:main"})
                await client.call("chat.send", sessionKey="agent:main:main", message="hi", idempotencyKey=f"{number}")
                await client.until("chat", runId=f"{number}", state="final")
                await asked.call("skills.bins")
                if number == 1:
                    heard = direct(asked)
                    asked.events.clear()
            await other.call("skills.bins")
        assert {name for name, _ in heard} >= {"agent", "chat"}
        assert {key for name, key in heard if name != "health"} == {"main"}
        assert not [name for name, _ in direct(asked) if name != "health"]
        assert direct(other) == []


async def test_the_list_of_what_may_run_on_a_node_is_changed_by_administrators_only(tmp_path: Path) -> None:
    device = Device()
    commands = ("system.execApprovals.get", "system.execApprovals.set")
    async with running(tmp_path) as app, node(app, device, *commands) as asked:
        async with operator(app, scopes=["operator.write", "operator.approvals"]) as writer:
            for command in commands:
                error = await refused(writer, nodeId=device.id, command=command, idempotencyKey="k")
                assert error["message"] == "missing scope: operator.admin"
        async with app.client() as client:
            request = await client.send("node.invoke", nodeId=device.id, command=commands[0], idempotencyKey="k")
            await answer(asked, device, ok=True)
            await client.response(request)


async def test_a_node_that_comes_again_is_called_on_its_latest_connection(tmp_path: Path) -> None:
    device = Device()
    async with running(tmp_path) as app, app.client() as client, node(app, device, RUN) as old:
        waits = await client.send("node.invoke", nodeId=device.id, command=RUN, idempotencyKey="old")
        await old.until("node.invoke.request")
        async with node(app, device, RUN) as new:
            request = await client.send("node.invoke", nodeId=device.id, command=RUN, idempotencyKey="new")
            await answer(new, device, ok=True, payload="new")
            assert (await client.response(request))["payload"] == "new"
            await old._socket.close()
            with pytest.raises(Refusal, match="node disconnected"):
                await client.response(waits)
            assert (await client.call("node.describe", nodeId=device.id))["connected"] is True
