"""The gateway's sockets from start to stop: addresses, ticks, goodbyes, HTTP answers, smuggling (B09, B10)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from gateway_rig import SECRET, Closed, Device, http, rig, until, upgrade, upgrade_request, within

from clawd_desktop.core.errors import AlreadyRunning
from clawd_desktop.core.events import ConnectionsChanged, PairingChanged
from clawd_desktop.gateway.admission import AccessPolicy
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.rates import Rate

GET = "GET %s HTTP/1.1\nHost: 127.0.0.1:{port}\n\n"


async def test_it_listens_on_this_computer_alone(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        expected = (f"ws://127.0.0.1:{gateway.port}", f"ws://[::1]:{gateway.port}")
        assert gateway.server.addresses in (expected, expected[:1])
        assert gateway.gate.policy.port == gateway.port


async def test_a_taken_port_is_named(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        with pytest.raises(AlreadyRunning, match=f"Port {gateway.port} on 127.0.0.1 is taken"):
            async with rig(tmp_path, policy=AccessPolicy(gateway.port)):
                pass


async def test_it_says_goodbye_and_stops_within_a_second(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        known, unknown = await gateway.client(), await gateway.socket()
        port = gateway.port
        stopping = asyncio.gather(gateway.server.stop("gateway restarting", 1500), known.closed(), unknown.closed())
        _, goodbye, other = await within(1, stopping)
        assert goodbye == other == Closed(1012, "service restart")
        assert known.events[-1]["event"] == "shutdown"
        assert known.events[-1]["payload"] == {"reason": "gateway restarting", "restartExpectedMs": 1500}
        with pytest.raises(OSError, match="refused|failed"):
            await asyncio.open_connection("127.0.0.1", port)


async def test_stopping_does_not_wait_for_a_client_that_does_not_answer(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        await gateway.client()
        await (await gateway.client()).request("agent")
        await within(1, gateway.server.stop())
        assert gateway.server.count == 0


async def test_ticks_come_by_themselves_with_the_global_number(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(tick=0.01)) as gateway:
        socket = await gateway.client()
        first, second = await socket.event("tick"), await socket.event("tick")
        assert first["payload"] == {"ts": gateway.clock.wall_ms()}
        assert second["seq"] == first["seq"] + 1
        assert "stateVersion" not in first


async def test_coming_and_going_is_told(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        counts: list[int] = []
        gateway.bus.subscribe(ConnectionsChanged, lambda event: counts.append(event.count))
        watcher, other = await gateway.client(), await gateway.client()
        other.leave()
        event = await watcher.event("presence")
        assert event["stateVersion"] == {"presence": 2, "health": 1}
        assert [row["reason"] for row in event["payload"]["presence"]] == ["self", "disconnect", "connect"]
        assert counts == [1, 2, 1]


async def test_pairing_is_told_to_those_who_may_know(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        told: list[PairingChanged] = []
        gateway.bus.subscribe(PairingChanged, told.append)
        owner = await gateway.client(scopes=["operator.pairing"])
        reader = await gateway.client(scopes=["operator.read"])
        device = Device()
        await device.connect(gateway)
        event = await owner.event("device.pair.resolved")
        assert (event["payload"]["deviceId"], event["payload"]["decision"]) == (device.id, "approved")
        assert [change.requested for change in told] == [False]
        assert (await reader.request("health"))["ok"]
        assert reader.events == []


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/healthz", 200, '{"ok":true}'),
        ("/readyz", 200, '{"ready":true,"reasons":[]}'),
        ("/healthz?x=1", 200, '{"ok":true}'),
        ("/nope", 404, "Not Found"),
        ("/", 404, "Not Found"),
        ("/../healthz", 404, "Not Found"),
    ],
)
async def test_paths(tmp_path: Path, path: str, status: int, body: str) -> None:
    async with rig(tmp_path) as gateway:
        answered, text = await http(gateway.port, GET % path)
        assert (answered, text.partition("\r\n\r\n")[2]) == (status, body)


async def test_it_is_not_ready_for_reasons(tmp_path: Path) -> None:
    async with rig(tmp_path, unready=lambda: ("the disk is full",)) as gateway:
        status, text = await http(gateway.port, GET % "/readyz")
        assert status == 503
        assert text.endswith('{"ready":false,"reasons":["the disk is full"]}')
        assert (await http(gateway.port, GET % "/healthz"))[0] == 200


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        (GET % "/healthz", 200),
        (GET % "/nope", 404),
        ("GET / HTTP/1.1\nHost: evil.example\n\n", 403),
        ("POST / HTTP/1.1\nHost: 127.0.0.1:{port}\nContent-Length: 0\n\n", 401),
        ("POST /healthz HTTP/1.1\nHost: 127.0.0.1:{port}\nContent-Length: 2\nContent-Type: application/json\n"
         f"Authorization: Bearer {SECRET}\n\n{{}}", 405),
        ("OPTIONS / HTTP/1.1\nHost: 127.0.0.1:{port}\n\n", 405),
        ("TRACE / HTTP/1.1\nHost: 127.0.0.1:{port}\n\n", 405),
        ("GET / HTTP/1.1\nHost: 127.0.0.1:{port}\nUpgrade: websocket\nConnection: Upgrade\n\n", 400),
        ("nonsense\n\n", 400),
    ],
)  # fmt: skip
async def test_b09_every_answer_carries_the_headers_and_gives_nothing_away(
    tmp_path: Path, request_text: str, status: int
) -> None:
    async with rig(tmp_path) as gateway:
        answered, text = await http(gateway.port, request_text)
        assert answered == status
        policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        assert f"Content-Security-Policy: {policy}\r\n" in text
        for line in ("X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "Cache-Control: no-store"):
            assert line + "\r\n" in text
        for word in ("aiohttp", "Python", "Traceback", "unsafe-inline", "Access-Control", "evil"):
            assert word.lower() not in text.lower()


HOST = "Host: 127.0.0.1:{port}\n"


@pytest.mark.parametrize(
    "request_text",
    [
        "POST / HTTP/1.1\n" + HOST + "Content-Length: 4\nTransfer-Encoding: chunked\n\n0\n\nGET /healthz HTTP/1.1\n\n",
        "POST / HTTP/1.1\n" + HOST + "Content-Length: 4\nContent-Length: 5\n\nabcde",
        "POST / HTTP/1.1\n" + HOST + "Content-Length: 4, 5\n\nabcde",
        "POST / HTTP/1.1\n" + HOST + "Content-Length: -1\n\n",
        "POST / HTTP/1.1\n" + HOST + "Content-Length: +4\n\nabcd",
        "POST / HTTP/1.1\n" + HOST + "Transfer-Encoding: chunked, identity\n\n0\n\n",
        "POST / HTTP/1.1\n" + HOST + "Transfer-Encoding: xchunked\n\n0\n\n",
        "GET / HTTP/1.1\n" + HOST + "X-Large: " + "x" * 1_000_000 + "\n\n",
        "GET /" + "x" * 100_000 + " HTTP/1.1\n" + HOST + "\n",
        "GET / HTTP/1.1\n" + HOST + "".join(f"X-{n}: y\n" for n in range(1000)) + "\n",
        "GET / HTTP/1.1\n" + HOST + "X-Folded: a\n  b\n\n",
        "GET / HTTP/1.1\n" + HOST + "X Spaced: a\n\n",
        "GET / HTTP/1.1\n" + HOST + "Spaced : a\n\n",
        "GET / HTTP/1.1\n" + HOST + "NoColon\n\n",
        "GET / HTTP/9.9\n" + HOST + "\n",
        "GET\x00/ HTTP/1.1\n" + HOST + "\n",
    ],
)
async def test_b10_requests_that_could_be_read_in_two_ways_are_refused_and_the_line_is_closed(
    tmp_path: Path, request_text: str
) -> None:
    async with rig(tmp_path) as gateway:
        status, _ = await within(5, http(gateway.port, request_text, finish=True))
        assert status == 400


async def test_b10_a_bare_line_feed_ends_nothing(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        data = f"GET /healthz HTTP/1.1\nHost: 127.0.0.1:{gateway.port}\n\n".encode()
        assert (await within(5, http(gateway.port, data, finish=True)))[0] == 400


async def test_b10_a_chunk_of_a_bad_size_ends_the_line(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        text = "POST / HTTP/1.1\n" + HOST + f"Authorization: Bearer {SECRET}\nTransfer-Encoding: chunked\n\nZZ\nabc\n"
        status, _ = await within(5, http(gateway.port, text, finish=True))
        assert status in (400, 415)


async def test_slow_headers_run_out_of_time(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(handshake=0.1)) as gateway:
        assert (await within(5, http(gateway.port, "GET / HTTP/1.1\nHost: 127", finish=True)))[0] == 0


async def test_clients_that_go_during_the_upgrade_are_forgotten(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        for turns in range(100):
            _, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(upgrade_request(gateway.port))
            for _ in range(turns % 10):
                await asyncio.sleep(0)
            writer.transport.abort()
        await until(lambda: len(gateway.server._room) == len(gateway.server._connections) == 0)


async def test_malformed_upgrades_keep_no_socket(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        text = "GET / HTTP/1.1\n" + HOST + "Upgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\n\n"
        for _ in range(200):
            assert (await http(gateway.port, text, finish=True))[0] == 400
        await until(lambda: len(gateway.server._room) == 0)


@pytest.mark.parametrize(
    "body", ["Content-Length: 5\n\nhello", "Transfer-Encoding: chunked\n\n0\n\n", "Content-Length: x\n\n"]
)
async def test_an_upgrade_with_a_body_is_refused(tmp_path: Path, body: str) -> None:
    async with rig(tmp_path) as gateway:
        head = upgrade_request(gateway.port).decode().replace("\r\n\r\n", "\r\n").replace("\r\n", "\n")
        assert (await within(5, http(gateway.port, head + body, finish=True)))[0] == 400
        await upgrade(gateway.port, ("Content-Length: 0",))


async def test_a_full_house_keeps_a_place_for_the_owner_at_this_computer(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(clients=2)) as gateway:
        readers = [await gateway.client(scopes=["operator.read"]) for _ in range(2)]
        socket = await gateway.socket()
        refused = await socket.connect(scopes=["operator.read"])
        assert refused["error"] == {
            "code": "UNAVAILABLE", "message": "too many clients are connected", "retryable": True, "retryAfterMs": 5000,
        }  # fmt: skip
        assert await socket.closed() == Closed(1013, "too many clients are connected")
        owner = await gateway.client()
        assert (await owner.request("health"))["ok"]
        second = await (await gateway.socket()).connect()
        assert second["error"]["message"] == "too many clients are connected"
        head = f"Authorization: Bearer {SECRET}\nContent-Type: application/json\n\n"
        text = "DELETE /none HTTP/1.1\nHost: 127.0.0.1:{port}\n" + head
        assert (await http(gateway.port, text))[0] == 404, "no place is needed to be told that there is nothing"
        readers[0].leave()
        owner.leave()
        await until(lambda: gateway.server.count == 1)
        assert (await gateway.client(scopes=["operator.read"])) is not None


async def test_other_limits_count_at_once_for_open_connections_too(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        client = await gateway.client()
        assert (await client.request("test.echo", {"text": "x" * 2000}))["ok"]
        gateway.server.use_limits(Limits(frame=1000, clients=1, rate=Rate(1, 3), handshake=0.05))
        assert [(await client.request("health"))["ok"] for _ in range(4)] == [True, True, True, False]
        silent = await upgrade(gateway.port)
        assert await within(5, silent.closed()) == Closed(1000, "")
        gateway.server.use_limits(Limits(frame=1000))
        assert (await client.request("health"))["ok"]
        client.send("x" * 1001)
        assert (await client.closed()).code == 1009


async def test_l01_a_thousand_silent_sockets_keep_no_owner_out(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        owner = await gateway.client()
        silent = [await asyncio.open_connection("127.0.0.1", gateway.port) for _ in range(1000)]
        assert len(gateway.server._room) <= 64
        assert (await within(1, owner.request("health")))["ok"]
        assert (await within(1, (await gateway.client()).request("health")))["ok"]
        for _, writer in silent:
            writer.transport.abort()
        await until(lambda: len(gateway.server._room) == 0)
