"""The client: handshake, requests with limits, events, and every way in which a connection can end."""

from __future__ import annotations

import asyncio

import pytest

from clawd_desktop.cli.client import CLOSED, GatewayClient, GatewayEvent
from clawd_desktop.cli.exits import GatewayError, NotRunning, TimedOut
from clawd_desktop.cli.target import Target
from clawd_desktop.core.errors import Refused
from clawd_desktop.core.values import JsonValue


async def test_the_handshake_introduces_us(gateways) -> None:
    async with gateways() as gateway, GatewayClient(gateway.target) as client:
        assert client.hello["server"]["version"] == "9.9"
        assert client.connected
        said = gateway.connects[0]
        assert (said["minProtocol"], said["maxProtocol"], said["role"]) == (3, 4, "operator")
        assert {"id": "cli", "mode": "cli"}.items() <= said["client"].items()
        assert "operator.admin" in said["scopes"]
        # Clawdbot asks for a device key from clients without a token, even in password mode.
        assert said["auth"] == {"token": "a long secret", "password": "a long secret"}


async def test_a_wrong_password_is_a_sentence_with_a_way_on(gateways) -> None:
    async with gateways() as gateway:
        with pytest.raises(Refused) as refused:
            await GatewayClient(Target(gateway.url, password="wrong")).connect()
    assert "unauthorized: gateway password mismatch" in refused.value.message
    assert "CLAWDBOT_GATEWAY_PASSWORD" in refused.value.hint
    assert "wrong" not in refused.value.sentence()


async def test_no_secret_sends_no_auth(gateways) -> None:
    async with gateways() as gateway:
        with pytest.raises(Refused):
            await GatewayClient(Target(gateway.url)).connect()
        assert "auth" not in gateway.connects[0]


async def test_a_silent_server_is_given_up(gateways) -> None:
    async with gateways() as gateway:
        gateway.greeting = False
        with pytest.raises(TimedOut, match="does not answer"):
            await GatewayClient(gateway.target, timeout_s=0.05).connect()


async def test_answers_find_their_requests_in_any_order(gateways) -> None:
    async def slow(gateway, params):
        return params

    async with gateways() as gateway, GatewayClient(gateway.target) as client:
        gateway.methods["echo"] = slow
        answers = await asyncio.gather(*(client.request("echo", {"n": n}) for n in range(50)))
        assert answers == [{"n": n} for n in range(50)]


async def test_null_is_a_result(gateways) -> None:
    async def nothing(gateway, params):
        return None

    async with gateways() as gateway, GatewayClient(gateway.target) as client:
        gateway.methods["last-heartbeat"] = nothing
        assert await client.request("last-heartbeat") is None


async def test_a_refusal_carries_code_message_and_details(gateways) -> None:
    async def refuse(gateway, params):
        raise gateway.Refuse("INVALID_REQUEST", "unknown method: nope")

    async with gateways() as gateway, GatewayClient(gateway.target) as client:
        gateway.methods["nope"] = refuse
        with pytest.raises(GatewayError) as error:
            await client.request("nope")
        assert (error.value.code, error.value.message) == ("INVALID_REQUEST", "unknown method: nope")
        assert client.connected


@pytest.mark.parametrize(
    ("details", "hint"),
    [
        (None, ""),
        ("text", ""),
        ({"issues": [{"path": "gateway.port", "message": "no port"}]}, "gateway.port: no port"),
        ({"issues": [{"path": "", "message": "one"}, {"path": "b", "message": "two"}]}, "one\nb: two"),
    ],
)
def test_a_refusal_says_what_the_gateway_found_wrong(details: JsonValue, hint: str) -> None:
    assert GatewayError("invalid config", code="INVALID_REQUEST", details=details).hint == hint


async def test_a_request_is_given_up_in_time_and_a_late_answer_does_no_harm(gateways) -> None:
    release = asyncio.Event()

    async def late(gateway, params):
        await release.wait()
        return "late"

    async def quick(gateway, params):
        return "quick"

    async with gateways() as gateway, GatewayClient(gateway.target) as client:
        gateway.methods |= {"late": late, "quick": quick}
        with pytest.raises(TimedOut, match=r"late was not answered within 0\.02 s"):
            await client.request("late", timeout_s=0.02)
        release.set()
        assert await client.request("quick") == "quick"


async def test_an_acknowledgement_is_passed_over_when_the_result_is_wanted(gateways) -> None:
    async def agent(gateway, params):
        await gateway.send({"type": "res", "id": "2", "ok": True, "payload": {"status": "accepted", "runId": "r"}})
        return {"status": "ok", "runId": "r"}

    async with gateways() as gateway, GatewayClient(gateway.target) as client:
        gateway.methods["agent"] = agent
        assert await client.request("agent", final=True) == {"status": "ok", "runId": "r"}


async def test_a_connection_that_ends_fails_what_waits_and_tells_listeners(gateways) -> None:
    heard: list[GatewayEvent] = []

    async def vanish(gateway, params):
        await gateway.drop(1012, b"service restart")

    async with gateways() as gateway, GatewayClient(gateway.target) as client:
        client.listen(heard.append)
        gateway.methods["vanish"] = vanish
        with pytest.raises(NotRunning, match="service restart"):
            await client.request("vanish")
        assert await client.wait_closed() == "service restart"
        assert not client.connected
        assert heard == [GatewayEvent(CLOSED, {"reason": "service restart"})]
        with pytest.raises(NotRunning):
            await client.request("health")


async def test_events_reach_listeners_and_gaps_are_seen(gateways) -> None:
    heard: asyncio.Queue[GatewayEvent] = asyncio.Queue()
    async with gateways() as gateway, GatewayClient(gateway.target) as client:
        client.listen(heard.put_nowait)
        await gateway.tell("tick", {"ts": 1})
        await gateway.tell("tick", {"ts": 2})
        await gateway.tell("tick", {"ts": 5}, skip=2)
        await gateway.send({"type": "event", "event": "direct"})
        events = [await heard.get() for _ in range(4)]
        assert [(event.name, event.missed) for event in events] == [
            ("tick", False), ("tick", False), ("tick", True), ("direct", False)
        ]  # fmt: skip


async def test_two_missing_ticks_end_the_connection(gateways) -> None:
    async with gateways() as gateway:
        gateway.policy = {"tickIntervalMs": 1}
        async with GatewayClient(gateway.target) as client:
            await gateway.tell("tick", {"ts": 1})
            assert await client.wait_closed() == "tick timeout"


async def test_foreign_frames_do_no_harm(gateways) -> None:
    async def quick(gateway, params):
        return "quick"

    async with gateways() as gateway, GatewayClient(gateway.target) as client:
        gateway.methods["quick"] = quick
        for frame in ({}, {"type": "res"}, {"type": "res", "id": 7, "ok": True}, {"type": "new"}, {"type": "event"}):
            await gateway.send(frame)
        assert await client.request("quick") == "quick"


async def test_closing_twice_is_fine(gateways) -> None:
    async with gateways() as gateway:
        client = GatewayClient(gateway.target)
        await client.connect()
        await client.close()
        await client.close()
        with pytest.raises(NotRunning, match="closed by this side"):
            await client.request("health")
