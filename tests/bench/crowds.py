"""Measures what crowds and attackers cost: idle clients, silent sockets, guessed passwords, and a client's way in.

`figures.py` runs this with the rest; by itself: python tests/bench/crowds.py
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
from load import Client, Wire, connect, masked, open_wire

IDLE = 1000
SILENT = 1000
GUESSES_PER_S = 10_000 / 60
PROBE_EVERY_S = 0.01
Figures = dict[str, str]


async def crowds(port: int, password: str, process: psutil.Process, seconds: float) -> Figures:
    """All figures of this file for the gateway on `port`; each kind of load lasts `seconds`."""
    return {
        "connect to hello, one after the other": await way_in(port, password),
        f"memory of one of {IDLE:,} idle clients": await idle_clients(port, password, process),
        f"owner's health beside {SILENT:,} silent sockets": await beside_silence(port, password, seconds),
        "owner's health beside 10,000 wrong passwords a minute": await beside_guesses(port, password, seconds),
    }


async def way_in(port: int, password: str) -> str:
    took = []
    for _ in range(200):
        began = time.perf_counter()
        client = await connect(port, password)
        took.append((time.perf_counter() - began) * 1e3)
        client.wire.transport.abort()  # type: ignore[union-attr]
    return percentiles(took)


async def idle_clients(port: int, password: str, process: psutil.Process) -> str:
    """Resident memory of the gateway before and after; a first crowd has grown what grows only once."""
    costs = []
    for _ in range(3):
        await asyncio.sleep(1.0)
        before = process.memory_info().rss
        clients = [await connect(port, password) for _ in range(IDLE)]
        await asyncio.sleep(2.5)
        costs.append((process.memory_info().rss - before) / len(clients) / 1000)
        for client in clients:
            client.wire.transport.abort()  # type: ignore[union-attr]
        await asyncio.sleep(1.0)
    return f"{costs[0]:.1f} KB (again: {costs[1]:.1f}, {costs[2]:.1f})"


async def beside_silence(port: int, password: str, seconds: float) -> str:
    """Sockets that send nothing are opened anew whenever the gateway has cut them."""
    owner = await connect(port, password)
    held: list[asyncio.StreamWriter] = []

    async def keep_open() -> None:
        while True:
            held[:] = [writer for writer in held if not writer.transport.is_closing()]
            for _ in range(min(100, SILENT - len(held))):
                with contextlib.suppress(OSError):
                    held.append((await asyncio.open_connection("127.0.0.1", port))[1])
            await asyncio.sleep(0.05)

    async with in_the_background(keep_open()):
        result = await probe(owner, seconds)
    for writer in held:
        writer.transport.abort()
    owner.wire.transport.abort()  # type: ignore[union-attr]
    return result


async def beside_guesses(port: int, password: str, seconds: float) -> str:
    """The owner's open socket answers on the gateway's one loop: its round trip bounds the loop's lag from above."""
    owner = await connect(port, password)
    tried = 0

    async def guess() -> None:
        nonlocal tried
        began = time.perf_counter()
        while True:
            due = int((time.perf_counter() - began) * GUESSES_PER_S) - tried
            for _ in range(due):
                await wrong_password(port, tried)
                tried += 1
            await asyncio.sleep(0.01)

    async with in_the_background(guess()):
        result = await probe(owner, seconds)
    owner.wire.transport.abort()  # type: ignore[union-attr]
    return f"{result}, {tried:,} tried in {seconds:.0f} s"


async def wrong_password(port: int, number: int) -> None:
    wire: Wire = await open_wire(port)
    identity = {"id": "cli", "version": "1", "platform": "bench", "mode": "cli"}
    params = {"minProtocol": 3, "maxProtocol": 3, "client": identity, "auth": {"password": f"wrong {number}"}}
    answered = asyncio.get_running_loop().create_future()

    def got(payload: bytes) -> None:
        if b'"type":"res"' in payload and not answered.done():
            answered.set_result(payload)

    wire.on_frame = got
    assert wire.transport is not None
    wire.transport.write(masked(json.dumps({"type": "req", "id": "1", "method": "connect", "params": params})))
    assert b'"ok":false' in await answered
    wire.transport.abort()


async def probe(owner: Client, seconds: float) -> str:
    took, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        await owner.call("health")
        took.append((time.perf_counter() - began) * 1e3)
        await asyncio.sleep(PROBE_EVERY_S)
    return percentiles(took)


@asynccontextmanager
async def in_the_background(work: object) -> AsyncIterator[None]:
    task = asyncio.get_running_loop().create_task(work)  # type: ignore[arg-type]
    try:
        yield
        if task.done():
            await task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def percentiles(milliseconds: list[float]) -> str:
    ordered = sorted(milliseconds)
    p99 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered):.1f} ms, p99 {p99:.1f} ms"
