"""Requests of a known client: who may, in which words they are refused, side by side."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from gateway_rig import Device, connect_params, rig

from clawd_desktop.gateway.admission import AccessPolicy
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.rates import Rate

REQ = '{"type":"req","id":"%s","method":"%s"}'


@pytest.mark.parametrize(
    ("method", "params", "error"),
    [
        ("nope", None, {"code": "INVALID_REQUEST", "message": "unknown method: nope"}),
        ("test.echo", None, {"code": "INVALID_REQUEST",
                             "message": "invalid test.echo params: must have required property 'text'"}),
        ("test.echo", {"text": "a", "approved": True},
         {"code": "INVALID_REQUEST", "message": "invalid test.echo params: at root: unexpected property 'approved'"}),
        ("health", [], {"code": "INVALID_REQUEST", "message": "invalid health params: must be object"}),
        ("health", 0, {"code": "INVALID_REQUEST", "message": "invalid health params: must be object"}),
        ("node.event", {}, {"code": "INVALID_REQUEST", "message": "unauthorized role: operator"}),
        ("test.late_failure", {}, {"code": "UNAVAILABLE", "message": "It is closed. Open it."}),
        ("test.broken", {}, {"code": "UNAVAILABLE", "message": "Error: a bug"}),
        ("test.late_bug", {}, {"code": "UNAVAILABLE", "message": "Error: a late bug"}),
    ],
)  # fmt: skip
async def test_refusals(tmp_path: Path, method: str, params: Any, error: dict[str, str]) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.client()
        assert (await socket.request(method, params))["error"] == error
        assert (await socket.request("health"))["ok"]


@pytest.mark.parametrize(
    ("scopes", "method", "error"),
    [
        (["operator.read"], "health", None),
        (["operator.read"], "config.get", "missing scope: operator.admin"),
        (["operator.read"], "chat.send", "missing scope: operator.write"),
        (["operator.read"], "nope", "missing scope: operator.admin"),
        (["operator.write"], "status", None),
        (["operator.pairing"], "device.pair.list", None),
        (["operator.pairing"], "exec.approval.request", "missing scope: operator.approvals"),
    ],
)
async def test_scopes_are_those_that_were_granted(
    tmp_path: Path, scopes: list[str], method: str, error: str | None
) -> None:
    async with rig(tmp_path) as gateway:
        answer = await (await gateway.client(scopes=scopes)).request(method)
        assert answer.get("error", {}).get("message") == error


async def test_a_node_may_do_only_what_nodes_do(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.client(role="node", scopes=["operator.admin"])
        assert (await socket.request("health"))["error"]["message"] == "unauthorized role: node"
        assert (await socket.request("node.event"))["ok"]


async def test_an_agent_answers_twice_and_holds_nobody_up(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.client()
        accepted = await socket.request("agent")
        assert accepted["payload"] == {"status": "accepted"}
        assert (await socket.request("health"))["ok"]
        gateway.spy.release.set()
        assert (await socket.response(accepted["id"]))["payload"] == {"status": "ok"}


async def test_a_refusal_may_carry_a_payload(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        answer = await (await gateway.client()).request("test.with_payload")
        assert answer["error"] == {"code": "UNAVAILABLE", "message": "no"}
        assert answer["payload"] == {"status": "error"}


async def test_a_connection_has_at_most_so_many_requests_under_way(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(in_flight=2)) as gateway:
        socket = await gateway.client()
        for name in ("a", "b", "c"):
            socket.send(REQ % (name, "agent"))
        answers = [await socket.receive() for _ in range(3)]
        assert [answer["ok"] for answer in answers if answer["id"] != "c"] == [True, True]
        refused = next(answer for answer in answers if answer["id"] == "c")
        assert (refused["error"]["code"], refused["error"]["retryable"]) == ("UNAVAILABLE", True)
        assert (await socket.request("health"))["ok"]
        gateway.spy.release.set()
        await socket.response("a")


async def test_requests_beyond_the_rate_are_told_when_to_come_back(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(rate=Rate(300, 2))) as gateway:
        socket = await gateway.client()
        assert [(await socket.request("health"))["ok"] for _ in range(3)] == [True, True, False]
        refused = (await socket.request("health"))["error"]
        assert (refused["code"], refused["retryable"]) == ("UNAVAILABLE", True)
        assert 0 < refused["retryAfterMs"] <= 200
        await asyncio.sleep(refused["retryAfterMs"] / 1000)
        assert (await socket.request("health"))["ok"]


async def test_a_request_that_takes_too_long_is_given_up_and_one_that_waits_by_its_nature_is_not(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path, limits=Limits(request=0.05)) as gateway:
        client = await gateway.client()
        slow = await client.request("test.slow")
        assert slow["error"] == {
            "code": "UNAVAILABLE", "message": "the request took longer than 0.05 s and was given up",
            "retryable": True, "retryAfterMs": 1000,
        }  # fmt: skip
        assert gateway.spy.called == ["test.slow given up"]
        assert (await client.request("agent"))["payload"] == {"status": "accepted"}
        await asyncio.sleep(0.1)
        gateway.spy.release.set()
        assert (await client.response("r3"))["payload"] == {"status": "ok"}


async def test_a_request_may_take_any_time_where_no_limit_is_set(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(request=0)) as gateway:
        client = await gateway.client()
        client.send('{"type":"req","id":"slow","method":"test.slow"}')
        await asyncio.sleep(0.05)
        gateway.spy.release.set()
        assert (await client.response("slow"))["ok"]


async def test_requests_that_are_refused_are_counted_too(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(rate=Rate(1, 2))) as gateway:
        client = await gateway.client(scopes=["operator.read"])
        assert "missing scope" in (await client.request("config.get"))["error"]["message"]
        assert "missing scope" in (await client.request("config.get"))["error"]["message"]
        assert (await client.request("config.get"))["error"]["message"] == "too many requests"


async def test_two_devices_of_one_far_address_share_what_the_address_may_ask(tmp_path: Path) -> None:
    policy = AccessPolicy(0, trusted_proxies=("127.0.0.1",))
    async with rig(tmp_path, limits=Limits(rate=Rate(1, 4)), policy=policy) as gateway:
        clients = []
        for _ in range(2):
            device = Device()
            _, asked = await device.connect(gateway)
            token = asked["payload"]["auth"]["deviceToken"]
            far = await gateway.socket(("X-Forwarded-For: 10.0.0.9",))
            params = connect_params(auth={"token": token})
            params["device"] = device.claim(params, far.nonce, gateway.clock.wall_ms())
            answer = await far.request("connect", params)
            assert answer["ok"], answer
            clients.append(far)
        got = [(await client.request("health"))["ok"] for _ in range(3) for client in clients]
        assert got == [True, True, True, True, False, False]
        here = await gateway.client()
        assert (await here.request("health"))["ok"], "this computer is counted apart"
