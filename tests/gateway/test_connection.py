"""One client's socket: bad frames, requests side by side, slow readers; A12-A14, L01, L02 and the wire samples."""

from __future__ import annotations

import asyncio
import json
import logging
import resource
from pathlib import Path
from typing import Any

import pytest
from gateway_rig import Closed, Device, Rig, Socket, connect_params, header, rig, until, within

from clawd_desktop.core.tasks import spawn
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


@pytest.mark.parametrize(
    ("method", "params", "error"),
    [
        ("nope", None, {"code": "INVALID_REQUEST", "message": "unknown method: nope"}),
        ("test.echo", None, {"code": "INVALID_REQUEST",
                             "message": "invalid test.echo params: must have required property 'text'"}),
        ("test.echo", {"text": "a", "approved": True},
         {"code": "INVALID_REQUEST", "message": "invalid test.echo params: at root: unexpected property 'approved'"}),
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
        (["made.up"], "health", "missing scope: operator.read"),
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


async def test_requests_keep_their_order_over_many_batches(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.client()
        for number in range(1000):
            socket.send(REQ % (number, "health"))
        for number in range(1000):
            assert (await socket.receive())["id"] == str(number)


async def test_what_comes_with_the_connect_is_answered_after_it(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.socket()
        waiting = spawn(socket.connect(), name="connect")
        await asyncio.sleep(0)
        socket.send(REQ % ("next", "health"))
        assert (await waiting)["ok"]
        assert (await socket.response("next"))["ok"]


async def test_requests_beyond_the_rate_are_told_when_to_come_back(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(requests_per_minute=60, request_burst=2)) as gateway:
        socket = await gateway.client()
        assert [(await socket.request("health"))["ok"] for _ in range(3)] == [True, True, False]
        refused = await socket.request("health")
        assert refused["error"]["retryAfterMs"] == 1001
        gateway.clock.advance(1.1)
        assert (await socket.request("health"))["ok"]


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
        before = resident_kib()
        reader = spawn(good.event("shutdown"), name="read")
        for _ in range(30):
            flood(gateway, "agent", 1)
            await asyncio.sleep(0.005)
        await until(lambda: gateway.server.count == 1)
        gateway.broadcaster.publish("shutdown", {})
        assert (await within(5, reader))["event"] == "shutdown"
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
        await until(lambda: connection._paused)
        assert connection._reader.pending < 1_000_000
        decided.set()
        assert (await socket.response("hello"))["ok"]
        for number in range(5_000):
            assert (await socket.receive())["id"] == str(number)
