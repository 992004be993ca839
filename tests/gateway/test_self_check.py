"""The gateway is asked from outside: when its socket is gone it listens again within seconds, and says so."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from running_gateway import Client, Json, free_port, running
from tls_rig import tls_rig

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import AlreadyRunning, Unavailable
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.gateway import host as hosts
from clawd_desktop.gateway.host import GatewayHost, Server
from clawd_desktop.gateway.self_check import SelfCheck, alive
from clawd_desktop.operations.supervised import Silent, Waits
from clawd_desktop.system.processes import PortOwner

posix = pytest.mark.skipif(sys.platform == "win32", reason="looks into /proc")


def cut_off(port: int) -> int:
    """Make every socket of this process that listens on the port stop listening; returns how many there were."""
    found = 0
    for connection in psutil.Process().net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
            with socket.socket(fileno=os.dup(connection.fd)) as listener:
                listener.shutdown(socket.SHUT_RDWR)
            found += 1
    return found


async def service(client: Client, name: str = "gateway") -> Json:
    listed = await client.call("services.list")
    return next(row for row in listed["services"] if row["name"] == name)  # type: ignore[attr-defined]


async def until_it_stands(client: Client, state: str, name: str = "gateway") -> Json:
    async with asyncio.timeout(30):
        while (row := await service(client, name))["state"] != state:
            await asyncio.sleep(0.05)
    return row


@posix
async def test_a_gateway_whose_socket_was_closed_listens_again(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        async with app.client() as client:
            await until_it_stands(client, "well")
            assert cut_off(app.port) >= 1
            assert (await client.until("shutdown"))["reason"] == "gateway restarting"
        async with asyncio.timeout(20):
            while True:
                try:
                    async with app.client() as client:
                        row = await until_it_stands(client, "well")
                        break
                except OSError:
                    await asyncio.sleep(0.05)
        assert row["restarts"] == 1
        assert "Nothing listens at" in str(row["fault"])
        async with app.client() as client:
            await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k")
            assert (await client.call("agent.wait", runId="k"))["status"] == "ok"


@posix
async def test_a_watch_that_broke_is_set_up_again(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        await until_it_stands(client, "well", "config")
        watch = next(task for task in asyncio.all_tasks() if task.get_name() == "config watch")
        watch.cancel()
        async with asyncio.timeout(30):
            while not (await service(client, "config"))["restarts"]:
                await asyncio.sleep(0.05)
        await until_it_stands(client, "well", "config")


@asynccontextmanager
async def answering(
    behave: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """The port of a server that behaves in that way; it has hung up on everybody when the block has ended."""
    calls: list[asyncio.Event] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(over := asyncio.Event())
        await behave(reader, writer)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        over.set()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for over in calls:
            await over.wait()


async def slam(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 429 Too Many Requests\r\n\r\n")


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


@pytest.mark.parametrize("behave", [slam, busy])
async def test_whatever_answers_is_alive(behave: Callable[..., Awaitable[None]]) -> None:
    async with answering(behave) as port:
        await alive("127.0.0.1", port)


async def test_nobody_there() -> None:
    port = free_port()
    with pytest.raises(Silent, match=f"Nothing listens at 127.0.0.1:{port} any more"):
        await alive("127.0.0.1", port)


async def test_who_takes_the_call_and_says_nothing_is_for_the_caller_to_end() -> None:
    async with answering(silent) as port:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await alive("127.0.0.1", port)


async def test_behind_encryption_too(tmp_path: Path) -> None:
    async with tls_rig(tmp_path) as rig:
        await alive("127.0.0.1", rig.port, tls=True)


async def test_a_port_that_another_program_holds_is_no_reason_to_start_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "RETRY_S", 60.0)

    async def make() -> Server:
        raise AlreadyRunning("Port 1 is taken by another program.")

    async def owner(port: int) -> PortOwner | None:
        return None

    bus = EventBus()
    host = GatewayHost(make, owner, lambda: 1, bus, NoticeBoard(bus), ManualClock())
    check = SelfCheck(host)
    assert await check.is_well(), "nobody asked for it yet"
    await host.start()
    with pytest.raises(Waits, match="Port 1 is taken by another program"):
        await check.is_well()
    with pytest.raises(Unavailable, match="Port 1 is taken"):
        await check.restart()
    await host.give_up()
    assert await check.is_well(), "nobody wants it any more"
    await host.close()
