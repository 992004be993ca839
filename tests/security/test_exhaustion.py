"""L01 and L03-L05: sockets, file descriptors, disks, requests and time run out, and others take our place."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from e2e.app_process import App, headless_app
from e2e.test_trouble import remount, small_disk
from gateway_rig import SECRET, Socket, http, rig, within
from running_gateway import PASSWORD, Refusal, free_port, running

from clawd_desktop.agent.assistant import MOST_RUNS
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.exits import Exit, NotRunning, TimedOut
from clawd_desktop.cli.target import Target
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.gateway import listening
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.rates import Rate

FILES = 64
# Another user's gateway: takes the port, speaks first as ours does, and keeps all it hears.
FAKE = """
import os, socket, sys, base64, hashlib
os.setgid(65534); os.setuid(65534)
door = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
door.settimeout(20)
while True:
    line, _ = door.accept()
    heard = line.recv(65536)
    print(repr(heard), flush=True)
    if b"Sec-WebSocket-Key: " in heard:
        key = heard.split(b"Sec-WebSocket-Key: ")[1].split(b"\\r\\n")[0]
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        line.sendall(b"HTTP/1.1 101 x\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: "
                     + accept + b"\\r\\n\\r\\n")
        hello = b'{"type":"event","event":"connect.challenge","payload":{"nonce":"n","ts":1}}'
        line.sendall(bytes((0x81, len(hello))) + hello)
        frame = line.recv(65536)
        mask, body = frame[4:8], frame[8:]
        print(repr(bytes(b ^ mask[i % 4] for i, b in enumerate(body))), flush=True)
"""


def cpu_of(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


@contextmanager
def few_files(app: App) -> Iterator[psutil.Process]:
    """The headless gateway in a process that may have only 64 files open."""
    app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
    app.start("serve")
    app.wait_for_gateway()
    process = psutil.Process(app.pid)
    process.rlimit(psutil.RLIMIT_NOFILE, (FILES, FILES))
    yield process
    assert app.end()[1] == 0
    assert "Traceback" not in app.log


async def rested(process: psutil.Process) -> None:
    """Until it has done what a start still has to do, which would be taken for what comes of the attack."""
    async with asyncio.timeout(20):
        while True:
            used = cpu_of(process)
            await asyncio.sleep(1)
            if cpu_of(process) - used < 0.1:
                return


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process can be set on Linux only")
async def test_l03_with_64_files_the_owner_is_served_and_it_recovers(home: Path) -> None:
    with headless_app(home) as app, few_files(app) as process:
        owner = GatewayClient(Target(f"ws://127.0.0.1:{app.port}", password=PASSWORD))
        await owner.connect()
        await rested(process)
        crowd = [await asyncio.open_connection("127.0.0.1", app.port) for _ in range(200)]
        used, began = cpu_of(process), time.monotonic()
        for _ in range(20):
            assert await owner.request("health", timeout_s=2)
            await asyncio.sleep(0.05)
        spun = (cpu_of(process) - used) / (time.monotonic() - began)
        assert spun < 0.5, f"{spun:.0%} of a processor went into accepting what could not be accepted"
        for _, writer in crowd:
            writer.transport.abort()
        async with asyncio.timeout(15):
            while True:
                with contextlib.suppress(Exception):
                    async with GatewayClient(Target(owner.url, password=PASSWORD), timeout_s=2) as again:
                        assert await again.request("health")
                        break
        await owner.close()


@contextmanager
def full(disk: Path, what: str) -> Iterator[None]:
    """The disk has no room left, or no inodes."""
    ballast = disk / "ballast"
    if what == "room":
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 512)
    else:
        ballast.write_bytes(b"")
        facts = os.statvfs(disk)
        remount(disk, f"nr_inodes={facts.f_files - facts.f_ffree}")
    yield
    ballast.unlink()
    remount(disk, "nr_inodes=1000")


@pytest.mark.parametrize("what", ["room", "inodes"])
async def test_l03_a_disk_that_is_full_keeps_what_there_is_and_it_recovers(tmp_path: Path, what: str) -> None:
    with small_disk(tmp_path / "small") as disk:
        async with running(disk) as app, app.client() as client:
            await client.call("chat.send", sessionKey="main", message="first", idempotencyKey="1")
            await client.until("chat", runId="1", state="final")
            shown = await client.call("config.get")
            before = (disk / "clawdbot.json").read_bytes()
            with full(disk, what):
                with pytest.raises(Refusal, match="disk is full"):
                    await client.call("chat.send", sessionKey="other", message="x" * 5000, idempotencyKey="2")
                raw = json.dumps({"env": {"NOTE": "x" * 5000}})
                with pytest.raises(Refusal, match="disk is full"):
                    await client.call("config.patch", raw=raw, baseHash=shown["hash"])
                assert (disk / "clawdbot.json").read_bytes() == before
                assert (await client.call("health"))["ok"] is True
                async with app.client() as another:
                    assert "first" in json.dumps(await another.call("chat.history", sessionKey="main"))
            await client.call("chat.send", sessionKey="other", message="second", idempotencyKey="3")
            await client.until("chat", runId="3", state="final")


async def test_l01_half_handshakes_and_slow_headers_do_not_hold_up_the_owner(tmp_path: Path) -> None:
    async with rig(tmp_path, limits=Limits(handshake=2.0)) as gateway:
        crowd = []
        for number in range(300):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write((b"GET / HTTP/1.1\r\nHost:", b"GET /", b"X", b"")[number % 4])
            crowd.append((reader, writer))
        began = time.monotonic()
        owner = await within(5, gateway.client())
        assert (await within(5, owner.request("health")))["ok"]
        assert time.monotonic() - began < 1
        for reader, writer in crowd:
            with contextlib.suppress(ConnectionError):
                await within(10, reader.read())
            writer.transport.abort()
        assert (await within(5, owner.request("health")))["ok"], "who is known is not cut with them"


async def answers(socket: Socket, count: int) -> list[dict[str, object]]:
    """So many final responses; acknowledgements are passed over."""
    found: list[dict[str, object]] = []
    while len(found) < count:
        frame = await socket.receive()
        accepted = isinstance(frame.get("payload"), dict) and frame["payload"].get("status") == "accepted"
        if frame.get("type") == "res" and not accepted:
            found.append(frame)
    return found


async def test_l04_ten_thousand_requests_of_one_socket_leave_room_for_the_others(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        wild, owner = await gateway.client(), await gateway.client()
        for number in range(10_000):
            wild.send(json.dumps({"type": "req", "id": str(number), "method": "health"}))
        reading = asyncio.get_running_loop().create_task(answers(wild, 10_000))
        waits = []
        while not reading.done():
            began = time.monotonic()
            assert (await owner.request("health"))["ok"]
            waits.append(time.monotonic() - began)
        found = await reading
        assert [frame["id"] for frame in found] == [str(number) for number in range(10_000)]
        assert sorted(waits)[len(waits) // 2] < 0.25, "half of the owner's requests were answered within that"


async def test_l04_requests_beyond_the_rate_are_told_when_to_come_back(tmp_path: Path) -> None:
    limits = Limits(rate=Rate(per_minute=60, burst=100))
    async with rig(tmp_path, limits=limits) as gateway:
        wild, owner = await gateway.client(), await gateway.client()
        for number in range(2_000):
            wild.send(json.dumps({"type": "req", "id": str(number), "method": "health"}))
        found = await answers(wild, 2_000)
        assert sum(frame["ok"] is True for frame in found) == 100
        error = found[-1]["error"]
        assert isinstance(error, dict)
        assert (error["code"], error["retryable"]) == ("UNAVAILABLE", True)
        assert error["retryAfterMs"] > 0
        assert (await owner.request("health"))["ok"]


async def test_l04_a_thousand_runs_of_the_agent_are_not_all_taken(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as wild, app.client() as owner:
        app.provider.gate.clear()
        sent = [
            await wild.send("agent", message="hi", sessionKey=f"s{number}", idempotencyKey=str(number))
            for number in range(1_000)
        ]
        refused = 0
        while refused < 1_000 - 64:
            frame = await wild._next()
            if frame["type"] == "res" and not frame["ok"]:
                assert frame["error"]["retryAfterMs"] > 0  # type: ignore[index]
                refused += 1
        assert (await owner.call("health"))["ok"] is True
        app.provider.gate.set()
        ended: set[object] = set()
        while len(ended) < len(sent) - refused:
            frame = await wild._next()
            if frame["type"] == "res" and frame["payload"]["status"] == "ok":  # type: ignore[index]
                ended.add(frame["id"])


async def test_l04_messages_that_wait_are_limited_too_and_can_be_stopped(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as wild, app.client() as owner:
        app.provider.gate.clear()
        taken, refused = 0, 0
        while not refused:
            sent = [
                await wild.send("chat.send", sessionKey="main", message="hi", idempotencyKey=f"{taken}.{n}")
                for n in range(32)
            ]
            for frame in [await wild.final(request_id) for request_id in sent]:
                taken, refused = taken + bool(frame["ok"]), refused + (not frame["ok"])
                if not frame["ok"]:
                    assert frame["error"]["retryAfterMs"] == 1000  # type: ignore[index]
            assert taken <= MOST_RUNS
        assert taken == MOST_RUNS
        with pytest.raises(Refusal, match=f"{MOST_RUNS} messages"):
            await owner.call("chat.send", sessionKey="other", message="hi", idempotencyKey="other")
        stopped = await owner.call("chat.abort", sessionKey="main")
        assert len(stopped["runIds"]) == MOST_RUNS  # type: ignore[arg-type]
        app.provider.gate.set()
        await owner.call("chat.send", sessionKey="other", message="hi", idempotencyKey="other")
        await owner.until("chat", runId="other", state="final")


def fake_gateway(port: int) -> subprocess.Popen[str]:
    """A gateway of user nobody on the port; its output is what it heard."""
    fake = subprocess.Popen([sys.executable, "-c", FAKE, str(port)], stdout=subprocess.PIPE, text=True)
    assert fake.stdout is not None
    assert fake.stdout.readline() == "ready\n"
    return fake


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("where", ["variable", "configuration"])
def test_l05_another_users_gateway_on_our_port_hears_no_secret(home: Path, where: str) -> None:
    with headless_app(home) as app:
        if where == "variable":
            app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
        else:
            app.state.mkdir()
            (app.state / "clawdbot.json").write_text(json.dumps({"gateway": {"auth": {"password": PASSWORD}}}))
        fake = fake_gateway(app.port)
        try:
            done = app.run("status", "--timeout", "2")
        finally:
            fake.kill()
            heard = fake.communicate()[0]
        assert PASSWORD not in heard
        assert "nobody" in done.stderr, "who it is is said"
        assert done.returncode != Exit.OK
        assert PASSWORD not in done.stdout + done.stderr


def test_l05_the_fake_gateway_would_hear_a_secret_that_is_sent() -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    port = free_port()
    fake = fake_gateway(port)
    try:
        with contextlib.suppress(Exception):
            asyncio.run(GatewayClient(Target(f"ws://127.0.0.1:{port}", password=SECRET), timeout_s=1).connect())
    finally:
        fake.kill()
        assert SECRET in fake.communicate()[0]


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="there is no SIGSTOP")
async def test_l05_a_stopped_gateway_goes_on_where_it_was(home: Path) -> None:
    with headless_app(home) as app:
        app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
        app.start("serve")
        app.wait_for_gateway()
        target = Target(f"ws://127.0.0.1:{app.port}", password=PASSWORD)
        async with GatewayClient(target) as client:
            os.kill(app.pid, signal.SIGSTOP)
            try:
                with pytest.raises(TimedOut):
                    await client.request("health", timeout_s=1)
                with pytest.raises((TimedOut, NotRunning)):
                    await GatewayClient(target, timeout_s=1).connect()
                await asyncio.sleep(3)
            finally:
                os.kill(app.pid, signal.SIGCONT)
            assert await client.request("health", timeout_s=10), "the open connection lives"
            async with GatewayClient(target) as another:
                assert await another.request("health")
            second = app.run("serve")
            assert second.returncode == Exit.IN_USE, "the folder still belongs to the first"
        status, _ = await http(app.port, "GET /healthz HTTP/1.1\nHost: 127.0.0.1:{port}\n\n")
        assert status == 200
        assert app.end()[1] == 0
        assert "Traceback" not in app.log


async def test_l05_without_ipv6_it_listens_on_the_other_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = listening._bound

    def without_ipv6(host: str, port: int) -> socket.socket:
        if ":" in host:
            raise Unavailable("no IPv6") from OSError(errno.EAFNOSUPPORT, "no IPv6")
        return bound(host, port)

    monkeypatch.setattr(listening, "_bound", without_ipv6)
    async with rig(tmp_path) as gateway:
        assert gateway.server.addresses == (f"ws://127.0.0.1:{gateway.port}",)
        assert (await (await gateway.client()).request("health"))["ok"]
