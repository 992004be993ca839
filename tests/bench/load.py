"""A load generator that costs little itself: raw WebSocket frames over asyncio, answers counted by their length."""

from __future__ import annotations

import asyncio
import json
import os
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

Json = dict[str, object]


def masked(text: str) -> bytes:
    """A client text frame; the mask is zero, which is legal and free."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x81, 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BBH", 0x81, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x81, 0x80 | 127, size)
    return head + b"\0\0\0\0" + payload


class Wire(asyncio.Protocol):
    """One client connection; `on_frame` gets the payload of each text frame."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.upgraded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.early: list[bytes] = []
        self.on_frame: Callable[[bytes], None] = self.early.append
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.upgraded.done():
            head, mark, rest = bytes(self.buffer).partition(b"\r\n\r\n")
            if not mark:
                return
            assert b" 101 " in head, head
            self.buffer = bytearray(rest)
            self.upgraded.set_result(None)
        position, size = 0, len(self.buffer)
        while size - position >= 2:
            length, start = self.buffer[position + 1] & 127, position + 2
            if length == 126:
                if size < start + 2:
                    break
                length, start = struct.unpack_from("!H", self.buffer, start)[0], start + 2
            elif length == 127:
                if size < start + 8:
                    break
                length, start = struct.unpack_from("!Q", self.buffer, start)[0], start + 8
            if size < start + length:
                break
            if self.buffer[position] & 15 == 1:
                self.on_frame(bytes(self.buffer[start : start + length]))
            position = start + length
        if position:
            del self.buffer[:position]


class Client:
    """A connection that can be asked and that collects events."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.frames: asyncio.Queue[Json] = asyncio.Queue()
        wire.on_frame = lambda payload: self.frames.put_nowait(json.loads(payload))
        for payload in wire.early:
            wire.on_frame(payload)
        self._next_id = 0

    def post(self, method: str, **params: object) -> str:
        self._next_id += 1
        request = {"type": "req", "id": str(self._next_id), "method": method, "params": params}
        assert self.wire.transport is not None
        self.wire.transport.write(masked(json.dumps(request)))
        return str(self._next_id)

    async def call(self, method: str, **params: object) -> Json:
        wanted = self.post(method, **params)
        while True:
            frame = await self.frames.get()
            if frame.get("id") == wanted:
                assert frame["ok"], frame
                return frame["payload"]  # type: ignore[return-value]

    async def event(self, name: str, **facts: object) -> Json:
        while True:
            frame = await self.frames.get()
            payload = frame.get("payload")
            if frame.get("event") == name and isinstance(payload, dict) and facts.items() <= payload.items():
                return payload


async def open_wire(port: int) -> Wire:
    _, wire = await asyncio.get_running_loop().create_connection(Wire, "127.0.0.1", port)
    assert wire.transport is not None
    wire.transport.write(
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n" % port
    )
    await wire.upgraded
    return wire


async def connect(port: int, password: str) -> Client:
    """A client that has said hello."""
    client = Client(await open_wire(port))
    await client.event("connect.challenge")
    identity = {"id": "cli", "version": "1", "platform": "bench", "mode": "cli"}
    await client.call("connect", minProtocol=3, maxProtocol=3, client=identity, auth={"password": password})
    return client


@dataclass
class Rate:
    """Requests per second, and the median and 99th percentile of one round trip in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float


async def rate(wires: list[Wire], method: str, seconds: float, params: Json | None = None) -> Rate:
    """Each connection sends the next request when it has the answer to the last."""
    frame = masked(json.dumps({"type": "req", "id": "1", "method": method, "params": params or {}}))
    times: list[float] = []
    going_on = True
    sent = [0.0] * len(wires)

    def answered(index: int, payload: bytes) -> None:
        if payload.startswith(b'{"type":"event"'):
            return
        now = time.perf_counter()
        times.append(now - sent[index])
        if going_on:
            sent[index] = now
            wires[index].transport.write(frame)  # type: ignore[union-attr]

    start = time.perf_counter()
    for index, wire in enumerate(wires):
        wire.on_frame = lambda payload, index=index: answered(index, payload)  # type: ignore[misc]
        sent[index] = time.perf_counter()
        wire.transport.write(frame)  # type: ignore[union-attr]
    await asyncio.sleep(seconds)
    going_on = False
    took = time.perf_counter() - start
    times_in_time = sorted(times)
    await asyncio.sleep(0.3)
    count = len(times_in_time)
    return Rate(count / took, times_in_time[count // 2] * 1e3, times_in_time[int(count * 0.99)] * 1e3)


def raise_file_limit() -> None:
    """Five hundred sockets need more files than some systems allow by default."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def wait_for_hello(port: int, password: str, started: float, limit_s: float = 30.0) -> float:
    """Seconds from `started` (perf_counter) until the first hello."""
    while time.perf_counter() - started < limit_s:
        try:
            client = await connect(port, password)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        client.wire.transport.abort()  # type: ignore[union-attr]
        return time.perf_counter() - started
    raise TimeoutError(f"no hello within {limit_s} s (pid {os.getpid()})")
