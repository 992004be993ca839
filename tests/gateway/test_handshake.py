"""`connect` from challenge to hello: every field, the words of refusals, devices and their pairing."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from gateway_rig import SECRET, Closed, Device, Frame, connect_params, rig

from clawd_desktop.core.errors import StorageFault
from clawd_desktop.gateway.admission import AccessPolicy, AuthMode, Credentials, Unauthorized
from clawd_desktop.gateway.handshake import unauthorized_text

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def client(**changes: Any) -> Frame:
    return {"id": "test", "version": "1", "platform": "linux", "mode": "test"} | changes


async def test_the_challenge_comes_first_and_differs(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        nonces = {(await gateway.socket()).nonce for _ in range(3)}
        assert len(nonces) == 3
        assert all(UUID.fullmatch(nonce) for nonce in nonces)


async def test_the_hello_has_every_field(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        gateway.clock.advance(2)
        answer = await (await gateway.socket()).connect()
        hello = answer["payload"]
        assert list(answer) == ["type", "id", "ok", "payload"]
        presence = hello["snapshot"].pop("presence")
        assert [row["mode"] for row in presence] == ["gateway", "test"]
        assert UUID.fullmatch(hello["server"].pop("connId"))
        methods = hello["features"].pop("methods")
        assert "health" in methods
        assert "test.echo" not in methods, "not listed"
        assert len(hello["features"].pop("events")) == 18
        assert hello == {
            "type": "hello-ok",
            "protocol": 3,
            "server": {"version": "1.2.3", "host": presence[0]["host"]},
            "features": {},
            "snapshot": {
                "health": {},
                "stateVersion": {"presence": 1, "health": 1},
                "uptimeMs": 2000,
                "configPath": "/c.json",
                "stateDir": "/s",
                "sessionDefaults": {
                    "defaultAgentId": "main", "mainKey": "main", "mainSessionKey": "agent:main:main",
                    "scope": "per-sender",
                },
            },
            "canvasHostUrl": "http://x",
            "policy": {"maxPayload": 524288, "maxBufferedBytes": 1572864, "tickIntervalMs": 30000},
        }  # fmt: skip


async def test_a_device_gets_a_token_and_may_come_back_with_it(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        device = Device()
        _, answer = await device.connect(gateway)
        auth = answer["payload"]["auth"]
        assert (auth["role"], auth["scopes"], auth["issuedAtMs"]) == (
            "operator", ["operator.admin"], gateway.clock.wall_ms(),
        )  # fmt: skip
        _, again = await device.connect(gateway, auth={"token": auth["deviceToken"]})
        assert again["payload"]["auth"]["deviceToken"] == auth["deviceToken"]
        _, first = await device.connect(gateway)
        assert (await device.connect(gateway, auth={"token": auth["deviceToken"]}))[1]["ok"], "both tokens are good"
        assert first["payload"]["auth"]["deviceToken"] != auth["deviceToken"]
        _, other = await Device().connect(gateway, auth={"token": auth["deviceToken"]})
        assert "mismatch" in other["error"]["message"]


@pytest.mark.parametrize(
    "name",
    ["cli", "gateway-client", "webchat-ui", "node-host", "clawdbot-macos", "moltbot-ios", "openclaw-android",
     "moltbot-probe"],
)  # fmt: skip
async def test_all_brands_are_let_in(tmp_path: Path, name: str) -> None:
    async with rig(tmp_path) as gateway:
        assert (await (await gateway.socket()).connect(client=client(id=name)))["ok"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"client": client(id="stranger")},
         "invalid connect params: at /client/id: must be equal to constant; "
         "at /client/id: must match a schema in anyOf"),
        ({"foo": 1}, "invalid connect params: at root: unexpected property 'foo'"),
        ({"minProtocol": None}, "invalid connect params: must have required property 'minProtocol'"),
        ({"client": client(version="")},
         "invalid connect params: at /client/version: must NOT have fewer than 1 characters"),
        ({"requester": "owner", "senderIsOwner": True},
         "invalid connect params: at root: unexpected property 'requester'; "
         "at root: unexpected property 'senderIsOwner'"),
        ({"role": "weird"}, "invalid role"),
        ({"role": "operator|admin"}, "invalid role"),
        *(
            ({"scopes": ["operator.read", scope]},
             f"invalid connect params: at /scopes/1: unknown scope '{scope}', known are operator.read, operator.write, "
             "operator.admin, operator.pairing, operator.approvals")
            for scope in ("made.up", "operator.read,operator.admin", "operator.read|1|x", "operator.Admin", " ")
        ),
        ({"client": client(id="clawdbot-control-ui")}, "control ui requires HTTPS or localhost (secure context)"),
        ({"client": client(id="moltbot-control-ui")}, "control ui requires HTTPS or localhost (secure context)"),
    ],
)  # fmt: skip
async def test_refusals(tmp_path: Path, changes: Frame, text: str) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.socket()
        answer = await socket.connect(**changes)
        assert answer["error"] == {"code": "INVALID_REQUEST", "message": text}
        closed = await socket.closed()
        assert (closed.code, text.startswith(closed.reason)) == (1008, True)
        assert len(closed.reason) <= 123


async def test_a_browser_needs_a_device_even_on_our_own_page(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        own = (f"Origin: http://localhost:{gateway.port}",)
        socket = await gateway.socket(own)
        assert (await socket.connect())["error"]["message"] == "device identity required"
        page = client(id="clawdbot-control-ui", mode="webchat")
        assert (await Device().connect(gateway, headers=own, client=page))[1]["ok"]


@pytest.mark.parametrize(
    ("mode", "client_id", "kind", "problem", "text"),
    [
        ("cli", "cli", AuthMode.TOKEN, "mismatch",
         "unauthorized: gateway token mismatch (set gateway.remote.token to match gateway.auth.token)"),
        ("cli", "cli", AuthMode.PASSWORD, "missing",
         "unauthorized: gateway password missing (set gateway.remote.password to match gateway.auth.password)"),
        ("ui", "clawdbot-control-ui", AuthMode.TOKEN, "missing",
         "unauthorized: gateway token missing (open a tokenized dashboard URL or paste token in Control UI settings)"),
        ("webchat", "webchat", AuthMode.PASSWORD, "mismatch",
         "unauthorized: gateway password mismatch (enter the password in Control UI settings)"),
        ("backend", "gateway-client", AuthMode.PASSWORD, "missing",
         "unauthorized: gateway password missing (provide gateway auth password)"),
        ("cli", "cli", AuthMode.TOKEN, "unset",
         "unauthorized: gateway token not configured on gateway (set gateway.auth.token)"),
    ],
)  # fmt: skip
def test_the_words_of_a_refusal(mode: str, client_id: str, kind: AuthMode, problem: str, text: str) -> None:
    assert unauthorized_text(Unauthorized(problem, kind), mode, client_id) == text


async def test_a_password_may_come_in_either_field(tmp_path: Path) -> None:
    async with rig(tmp_path, credentials=Credentials.of(AuthMode.PASSWORD, password=SECRET)) as gateway:
        assert (await (await gateway.socket()).connect(auth={"password": SECRET}))["ok"]
        assert (await (await gateway.socket()).connect(auth={"token": SECRET}))["ok"]


PROXIED = {"policy": AccessPolicy(0, trusted_proxies=("127.0.0.1",))}
FORWARDED = ("X-Forwarded-For: 10.0.0.9",)


async def test_a_device_from_elsewhere_waits_for_the_owner(tmp_path: Path) -> None:
    async with rig(tmp_path, **PROXIED) as gateway:
        owner = await gateway.client()
        device = Device()
        socket, answer = await device.connect(gateway, headers=FORWARDED, scopes=["operator.read"])
        error = answer["error"]
        assert (error["code"], error["message"]) == ("NOT_PAIRED", "pairing required")
        assert await socket.closed() == Closed(1008, "pairing required")
        event = await owner.event("device.pair.requested")
        assert event["payload"]["requestId"] == error["details"]["requestId"]
        assert event["payload"]["remoteIp"] == "10.0.0.9"
        again = (await device.connect(gateway, headers=FORWARDED, scopes=["operator.read"]))[1]
        assert again["error"]["details"]["requestId"] == error["details"]["requestId"], "asked once"
        await gateway.devices.approve(error["details"]["requestId"])
        assert (await device.connect(gateway, headers=FORWARDED, scopes=["operator.read"]))[1]["ok"]
        wider = (await device.connect(gateway, headers=FORWARDED, scopes=["operator.write"]))[1]
        assert wider["error"]["details"]["reason"] == "scope-upgrade"
        node = (await device.connect(gateway, headers=FORWARDED, role="node"))[1]
        assert node["error"]["details"]["reason"] == "role-upgrade"


async def test_from_elsewhere_nobody_comes_without_a_device(tmp_path: Path) -> None:
    async with rig(tmp_path, **PROXIED) as gateway:
        socket = await gateway.socket(FORWARDED)
        assert (await socket.connect())["error"]["message"] == "device identity required"


async def test_a_full_disk_does_not_lock_the_owner_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with rig(tmp_path) as gateway:

        async def full(applicant: object) -> str:
            raise StorageFault("The disk is full.")

        monkeypatch.setattr(gateway.devices, "enrol", full)
        _, answer = await Device().connect(gateway)
        assert answer["ok"]
        assert "auth" not in answer["payload"]


async def test_a_client_that_goes_while_it_is_judged_is_not_counted_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path) as gateway:
        asked, decided = asyncio.Event(), asyncio.Event()

        async def slow(applicant: object) -> str:
            asked.set()
            await decided.wait()
            return "token"

        monkeypatch.setattr(gateway.devices, "enrol", slow)
        device, socket = Device(), await gateway.socket()
        params = connect_params()
        params["device"] = device.claim(params, socket.nonce, gateway.clock.wall_ms())
        socket.send(json.dumps({"type": "req", "id": "1", "method": "connect", "params": params}))
        await asked.wait()
        (connection,) = gateway.server._connections
        socket.leave()
        await connection.ended
        decided.set()
        for _ in range(10):
            await asyncio.sleep(0)
        assert gateway.server.count == 0


async def test_what_goes_wrong_unforeseen_is_said_and_ends_the_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path) as gateway:

        async def broken(applicant: object) -> str:
            raise ZeroDivisionError("a bug")

        monkeypatch.setattr(gateway.devices, "enrol", broken)
        socket, answer = await Device().connect(gateway)
        assert answer["error"] == {"code": "UNAVAILABLE", "message": "Error: a bug"}
        assert (await socket.closed()).code == 1008


async def test_empty_scopes_are_signed_as_they_were_sent(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        for scopes in ([], ["operator.write", "operator.read"]):
            assert (await Device().connect(gateway, scopes=scopes))[1]["ok"]


async def test_a_node_connects_with_its_abilities_and_is_listed(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        device = Device()
        node = client(id="node-host", mode="node")
        _, answer = await device.connect(
            gateway, role="node", client=node, caps=["system"], commands=["system.run"], permissions={"camera": False}
        )
        assert answer["payload"]["auth"]["scopes"] == []
        assert list(gateway.devices.nodes()) == [device.id]
        (connection,) = gateway.server._connections
        assert connection.client is not None
        known = connection.client
        assert (known.caps, known.commands, known.permissions) == (("system",), ("system.run",), {"camera": False})
        gateway.server._close_device(device.id, "node")


def test_the_rigs_own_parameters_are_good() -> None:
    assert set(connect_params()) == {"minProtocol", "maxProtocol", "client", "auth"}
