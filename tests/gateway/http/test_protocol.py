"""One TCP connection: its time, its place, and our own words for what goes wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from gateway_rig import http, rig, until, within

from clawd_desktop.gateway.hello import Limits


async def test_a_connection_that_says_nothing_is_cut(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(handshake=0.05)) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await within(5, reader.readexactly(1))
        writer.close()
        assert len(gateway.server._room) == 0


async def test_a_failing_handler_gives_nothing_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> tuple[str, ...]:
        raise ZeroDivisionError("a secret detail")

    async with rig(tmp_path, unready=broken) as gateway:
        status, text = await http(gateway.port, "GET /readyz HTTP/1.1\nHost: 127.0.0.1:{port}\n\n", finish=True)
    assert status == 500
    assert text.endswith("Internal Server Error")
    assert "nosniff" in text
    assert "secret detail" not in text
    assert "a secret detail" in caplog.text


async def test_a_known_client_no_longer_waits(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        await gateway.client()
        assert len(gateway.server._room) == 0
        socket = await gateway.socket()
        assert len(gateway.server._room) == 1
        socket.leave()
        await until(lambda: len(gateway.server._room) == 0)


def test_connections_beyond_the_places_are_cut_in_every_loop(tmp_path: Path) -> None:
    """The headless gateway runs in uvloop, whose transports are not asyncio's."""
    uvloop = pytest.importorskip("uvloop")

    async def flood() -> None:
        async with rig(tmp_path, limits=Limits(waiting=2)) as gateway:
            streams = [await asyncio.open_connection("127.0.0.1", gateway.port) for _ in range(5)]
            for reader, _ in streams[:3]:
                with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                    await within(2, reader.readexactly(1))
            for _, writer in streams:
                writer.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(flood())
