"""The byte side of a socket: frames that break the protocol, floods, slow readers; A12, A13, L02."""

from __future__ import annotations

import asyncio
import json
import logging
import resource
from pathlib import Path
from typing import Any

import pytest
from gateway_rig import Device, Rig, Socket, connect_params, header, rig, until, within

from clawd_desktop.core.tasks import spawn
from clawd_desktop.gateway.admission import AuthMode, Credentials
from clawd_desktop.gateway.hello import Limits

REQ = '{"type":"req","id":"%s","method":"%s"}'


def resident_kib() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (header(1, 0x82) + b"aaaax", 1003),  # binary
        (header(2) + b"\0\0\0\0\xc3\x28", 1007),  # not UTF-8
        (b"\x81\x05hello", 1002),  # not masked
        (header(1, 0xC1) + b"aaaax", 1002),  # reserved bits
        (header(1, 0x80) + b"aaaax", 1002),  # a fragment of nothing
        (header(126, 0x89) + b"a" * 130, 1002),  # a long ping
        (header(2, 0x88) + b"\0\0\0\0\x03\xed", 1002),  # close code 1005
        (header(1, 0x88) + b"\0\0\0\0\x03", 1002),
        (header(10**9), 1009),
    ],
)
async def test_a12_frames_that_break_the_protocol(
    tmp_path: Path, data: bytes, code: int, known: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig(tmp_path) as gateway:
        socket = await (gateway.client() if known else gateway.socket())
        socket.raw(data)
        assert (await socket.closed()).code == code
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a12_a_client_that_says_goodbye_is_answered(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.client()
        socket.send(b"\x0f\xa0tick timeout", 0x88)
        assert (await socket.closed()).code == 4000
        await until(lambda: gateway.server.count == 0)


async def test_pings_are_answered(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.socket()
        socket.send(b"are you there", 0x89)
        assert await socket.next() == {"pong": b"are you there"}


@pytest.mark.parametrize(
    ("known", "size", "code"),
    [(True, 524_289, 1009), (True, 600_000, 1009), (False, 16_385, 1009), (False, 524_288, 1009)],
)
async def test_a13_frames_that_are_too_large(tmp_path: Path, known: bool, size: int, code: int) -> None:
    async with rig(tmp_path) as gateway:
        socket = await (gateway.client() if known else gateway.socket())
        socket.send(b" " * size)
        assert (await socket.closed()).code == code


async def test_a13_the_largest_frame_is_taken(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.client()
        start = '{"type":"req","id":"1","method":"test.echo","params":{"text":"'
        socket.send(start + "x" * (524_288 - len(start) - 3) + '"}}')
        assert (await socket.response("1"))["ok"]


async def test_a13_a_hundred_thousand_empty_fragments(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.client()
        before = resident_kib()
        socket.raw(header(0, 0x01) + b"aaaa" + (header(0, 0x00) + b"aaaa") * 100_000)
        assert (await socket.closed()).code == 1009
        assert resident_kib() - before < 5_000


async def test_a13_compression_is_not_agreed_to(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.socket(("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",))
        socket.send(b"\xaa" * 20, 0xC1)
        assert (await socket.closed()).code == 1002


async def test_requests_keep_their_order_over_many_batches(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.client()
        for number in range(1000):
            socket.send(REQ % (number, "health"))
        for number in range(1000):
            assert (await socket.receive())["id"] == str(number)


async def stalled(gateway: Rig) -> Socket:
    """A client that stops reading; its own buffers are small."""
    socket = await gateway.client()
    socket.writer.transport.pause_reading()  # type: ignore[attr-defined]
    return socket


def flood(gateway: Rig, event: str, megabytes: int, **options: Any) -> None:
    for _ in range(megabytes * 16):
        gateway.broadcaster.publish(event, {"text": "x" * 65_536}, **options)


async def test_l02_a_client_that_never_reads_is_closed_and_the_others_notice_nothing(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        good, slow = await gateway.client(), await stalled(gateway)
        before, seen = resident_kib(), [0]

        async def read() -> str:
            while (event := (await good.receive())["event"]) != "shutdown":
                seen[0] += event == "agent"
            return str(event)

        reader = spawn(read(), name="read")
        for turn in range(30):
            flood(gateway, "agent", 1)
            await until(lambda so_far=(turn + 1) * 16: seen[0] >= so_far)
        await until(lambda: gateway.server.count == 1)
        gateway.broadcaster.publish("shutdown", {})
        assert await within(5, reader) == "shutdown"
        assert resident_kib() - before < 60_000
        slow.writer.transport.resume_reading()  # type: ignore[attr-defined]
        assert (await slow.closed()).code in (0, 1008)


async def test_l02_what_may_be_dropped_is_dropped(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        slow = await stalled(gateway)
        flood(gateway, "tick", 40)
        slow.writer.transport.resume_reading()  # type: ignore[attr-defined]
        answer = await slow.request("health")
        assert answer["ok"]
        numbers = [event["seq"] for event in slow.events]
        assert numbers == sorted(numbers)
        assert len(numbers) < 640, "some were skipped"
        assert gateway.server.count == 1


async def test_a_client_that_asks_faster_than_it_reads_waits(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(buffered=200_000)) as gateway:
        slow = await stalled(gateway)
        text = json.dumps({"type": "req", "id": "1", "method": "test.echo", "params": {"text": "x" * 60_000}})
        for _ in range(200):
            slow.send(text)
        await asyncio.sleep(0.05)
        slow.writer.transport.resume_reading()  # type: ignore[attr-defined]
        for _ in range(200):
            assert (await slow.response("1"))["ok"]


async def test_a_client_that_pours_while_it_is_judged_is_held_back_and_then_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path) as gateway:
        asked, decided = asyncio.Event(), asyncio.Event()

        async def slow(applicant: object) -> str:
            asked.set()
            await decided.wait()
            return ""

        monkeypatch.setattr(gateway.devices, "enrol", slow)
        device, socket = Device(), await gateway.socket()
        params = connect_params()
        params["device"] = device.claim(params, socket.nonce, gateway.clock.wall_ms())
        socket.send(json.dumps({"type": "req", "id": "hello", "method": "connect", "params": params}))
        await asked.wait()
        for number in range(5_000):
            socket.send(REQ % (number, "health"))
        (connection,) = gateway.server._connections
        await until(lambda: connection.wire._paused)
        assert connection.wire._reader.pending < 1_000_000
        decided.set()
        assert (await socket.response("hello"))["ok"]
        for number in range(5_000):
            assert (await socket.receive())["id"] == str(number)


async def test_what_comes_after_the_goodbye_is_not_heard(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        client = await gateway.client()
        gateway.server.use(Credentials.of(AuthMode.TOKEN, token="another"))
        client.send('{"type":"req","id":"1","method":"config.set","params":{}}')
        assert (await client.closed()).code == 1008
        await client.reader.read()
        assert gateway.spy.called == []
