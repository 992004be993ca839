"""One client from challenge to goodbye: bad JSON, silent sockets, broken lines; A14, L01."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from gateway_rig import Closed, rig, until, within

from clawd_desktop.core.tasks import spawn
from clawd_desktop.gateway.hello import Limits

REQ = '{"type":"req","id":"%s","method":"%s"}'


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"type":"req","id":"1","method":"health","params":' + "[" * 500 + "]" * 500 + "}",
        '{"type":"req","id":"1","method":"health","method":"health"}',
        '{"type":"req","id":"1","method":"health","params":{"probe":true,"probe":true}}',
        '{"type":"req","id":"1","method":"health","params":NaN}',
        '{"type":"req","id":"1","method":"health","params":1e999}',
        '{"type":"req","id":"1","method":"health","params":' + "9" * 500_000 + "}",
        '{"type":"req","id":"\\ud800","method":"health"}',
        '{"type":"req","id":"1","method":"health","__proto__":{"admin":true}}',
        '\ufeff{"type":"req","id":"1","method":"health"}',
        "null",
        "",
    ],
)
async def test_a14_json_that_is_no_request_is_answered_and_the_socket_lives(tmp_path: Path, text: str) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.client()
        socket.send(text)
        answer = await socket.receive()
        assert answer["error"]["code"] == "INVALID_REQUEST"
        assert answer["error"]["message"].startswith("invalid request frame: ")
        assert (await socket.request("health"))["ok"]


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("hello", Closed(1000, "")),
        ("[]", Closed(1008, "invalid handshake: first request must be connect")),
        ('{"type":"event","event":"x"}', Closed(1008, "invalid handshake: first request must be connect")),
    ],
)
async def test_a14_before_the_handshake_it_ends_the_socket(tmp_path: Path, text: str, closed: Closed) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.socket()
        socket.send(text)
        assert await socket.closed() == closed


async def test_what_comes_with_the_connect_is_answered_after_it(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.socket()
        waiting = spawn(socket.connect(), name="connect")
        await asyncio.sleep(0)
        socket.send(REQ % ("next", "health"))
        assert (await waiting)["ok"]
        assert (await socket.response("next"))["ok"]


async def test_l01_silent_sockets_are_few_and_the_owner_is_served(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(handshake=0.5)) as gateway:
        owner = await gateway.client()
        silent = [await asyncio.open_connection("127.0.0.1", gateway.port) for _ in range(300)]
        await within(1, owner.request("health"))
        assert len(gateway.server._room) <= 64
        newcomer = await within(1, gateway.client())
        assert (await newcomer.request("health"))["ok"]
        for reader, writer in silent:
            assert await within(5, reader.read()) == b""
            writer.close()
        assert len(gateway.server._room) == 0
        assert (await owner.request("health"))["ok"]


async def test_a_broken_line_is_forgotten(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.client()
        await socket.request("agent")
        socket.leave()
        await until(lambda: gateway.server.count == 0)
        gateway.spy.release.set()
