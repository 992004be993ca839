"""The socket: what is no gateway is told, foreign frames do no harm, and an end has a reason."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from clawd_desktop.cli.exits import GatewayError, NotRunning
from clawd_desktop.cli.wire import Wire


async def test_nothing_there() -> None:
    wire = Wire("ws://127.0.0.1:9")
    with pytest.raises(NotRunning, match="No gateway answers at ws://127"):
        await wire.open()
    await wire.close("done")


async def test_a_web_server_is_no_gateway() -> None:
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    wire = Wire(f"ws://127.0.0.1:{runner.addresses[0][1]}")
    with pytest.raises(NotRunning, match=r"is no gateway \(HTTP 404\)"):
        await wire.open()
    await wire.close("done")
    await runner.cleanup()


async def test_something_that_does_not_speak_http_is_no_gateway() -> None:
    async def gibberish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    server = await asyncio.start_server(gibberish, "127.0.0.1", 0)
    wire = Wire(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    with pytest.raises(NotRunning):
        await wire.open()
    await wire.close("done")
    server.close()
    await server.wait_closed()


async def test_an_end_has_the_other_sides_words(gateways) -> None:
    async with gateways() as gateway:
        wire = Wire(gateway.url)
        await wire.open()
        assert (await wire.receive())["event"] == "connect.challenge"
        await gateway.drop(1012, b"service restart")
        assert await wire.receive() is None
        assert wire.closed_because == "service restart"
        with pytest.raises(NotRunning, match="service restart"):
            await wire.send({"type": "req"})
        await wire.close("done")


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '"x"', "NaN"])
async def test_what_is_no_json_object_is_an_empty_frame(gateways, text: str) -> None:
    async with gateways() as gateway:
        wire = Wire(gateway.url)
        await wire.open()
        await wire.receive()
        await gateway._sockets[0].send_str(text)
        assert await wire.receive() == {}
        await wire.close("done")


async def test_what_is_no_json_is_not_sent(gateways) -> None:
    async with gateways() as gateway:
        wire = Wire(gateway.url)
        await wire.open()
        with pytest.raises(GatewayError, match="cannot be written as JSON"):
            await wire.send({"big": 2**70})
        await wire.close("done")
