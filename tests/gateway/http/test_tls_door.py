"""TLS on the port: handshakes wait with all strangers, clear text gets nowhere, and the gate is the same (L01, L02)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import socket as sockets
import ssl
import subprocess
from pathlib import Path

import pytest
from gateway_rig import Closed, http, until, upgrade, within
from tls_rig import ask, dial, files, opened, socket, tls_rig, trust, write_pair

from clawd_desktop.gateway.hello import Limits


@pytest.mark.parametrize("loops", ["asyncio", "uvloop"])
def test_many_connections_at_once_on_both_loops(tmp_path: Path, loops: str) -> None:
    """Data right behind the handshake, and data before it was set up, come through in order."""

    async def crowd() -> None:
        async with tls_rig(tmp_path) as gateway:
            context = trust(tmp_path)
            answers = await asyncio.gather(*(ask(gateway.port, context) for _ in range(60)))
            assert {answer.split("\r\n")[0] for answer in answers} == {"HTTP/1.1 200 OK"}
            await until(lambda: len(gateway.server._room) == 0)

    factory = None
    if loops == "uvloop":
        factory = pytest.importorskip("uvloop").new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(within(30, crowd()))


async def test_a_client_signs_in_over_tls(tmp_path: Path) -> None:
    async with tls_rig(tmp_path) as gateway:
        client = await socket(gateway.port, trust(tmp_path))
        assert (await client.connect())["ok"]
        assert (await client.request("test.echo", {"text": "x" * 300_000}))["payload"]["text"] == "x" * 300_000
        assert gateway.server.addresses[0] == f"wss://127.0.0.1:{gateway.port}"
        await gateway.server.stop()
        assert await client.closed() == Closed(1012, "service restart")


async def test_the_page_is_ours_only_as_https(tmp_path: Path) -> None:
    async with tls_rig(tmp_path) as gateway:
        context = trust(tmp_path)
        await socket(gateway.port, context, (f"Origin: https://127.0.0.1:{gateway.port}",))
        for origin in (f"http://127.0.0.1:{gateway.port}", "https://evil.example"):
            with pytest.raises(ConnectionRefusedError, match="403"):
                await socket(gateway.port, context, (f"Origin: {origin}",))


async def test_clear_text_is_closed_without_an_answer(tmp_path: Path) -> None:
    async with tls_rig(tmp_path) as gateway:
        status, text = await within(5, http(gateway.port, "GET / HTTP/1.1\nHost: 127.0.0.1:{port}\n\n", finish=True))
        assert (status, "HTTP" in text) == (0, False)
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await upgrade(gateway.port)
        assert " 200 " in await ask(gateway.port, trust(tmp_path))
        await until(lambda: len(gateway.server._room) == 0)


async def test_old_versions_of_tls_are_refused(tmp_path: Path) -> None:
    async with tls_rig(tmp_path) as gateway:
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            old = trust(tmp_path, minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await ask(gateway.port, old)
        assert " 200 " in await ask(gateway.port, trust(tmp_path, maximum_version=ssl.TLSVersion.TLSv1_2))


async def test_l01_handshakes_that_go_no_further_are_counted_and_end(tmp_path: Path) -> None:
    async with tls_rig(tmp_path, limits=Limits(handshake=0.5, waiting=8)) as gateway:
        silent = [await asyncio.open_connection("127.0.0.1", gateway.port) for _ in range(4)]
        halves = [await asyncio.open_connection("127.0.0.1", gateway.port) for _ in range(12)]
        for _, writer in halves:
            writer.write(bytes.fromhex("1603010200010001fc0303"))  # the beginning of a ClientHello
        assert len(gateway.server._room) <= 8
        assert " 200 " in await within(5, ask(gateway.port, trust(tmp_path)))
        for reader, writer in (*silent, *halves):
            with contextlib.suppress(ConnectionError):
                await within(5, reader.read())
            writer.transport.abort()
        await until(lambda: len(gateway.server._room) == 0)


async def test_l01_whoever_shook_hands_and_says_no_more_runs_out_of_time(tmp_path: Path) -> None:
    async with tls_rig(tmp_path, limits=Limits(handshake=0.3)) as gateway:
        reader, writer = await dial(gateway.port, trust(tmp_path))
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            assert await within(5, reader.read()) == b""
        writer.transport.abort()
        await until(lambda: len(gateway.server._room) == 0)


async def test_l02_a_client_that_never_reads_is_dropped_over_tls_too(tmp_path: Path) -> None:
    async with tls_rig(tmp_path, limits=Limits(buffered=200_000)) as gateway:
        lazy, other = await socket(gateway.port, trust(tmp_path)), await socket(gateway.port, trust(tmp_path))
        assert (await lazy.connect())["ok"]
        assert (await other.connect())["ok"]
        lazy.writer.get_extra_info("socket").setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        lazy.writer.transport.pause_reading()
        text = "x" * 60_000
        for _ in range(400):
            gateway.broadcaster.publish("agent", {"text": text})
            await other.event("agent")
            if gateway.server.count < 2:
                break
        assert gateway.server.count == 1 or await within(5, _left(gateway.server))
        assert (await other.request("health"))["ok"]


async def _left(server) -> bool:
    await until(lambda: server.count == 1)
    return True


async def test_curl_talks_to_it(tmp_path: Path) -> None:
    async with tls_rig(tmp_path) as gateway:
        done = await asyncio.create_subprocess_exec(
            "curl", "-sS", "--max-time", "10", "--cacert", str(tmp_path / "cert.pem"),
            f"https://localhost:{gateway.port}/healthz",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        out, errors = await done.communicate()
        assert (out, errors) == (b'{"ok":true}', b"")


_NODE = """
const headers = {Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13",
                 "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="};
const request = require("node:https").request(process.argv[1], {headers}, (r) => console.log("HTTP", r.statusCode));
request.on("upgrade", (response, socket, head) => {
  const told = (data) => { console.log(data.toString().includes("connect.challenge")); process.exit(0); };
  head.length ? told(head) : socket.once("data", told);
});
request.on("error", (error) => { console.log("error", error.code); process.exit(1); });
request.end();
"""


@pytest.mark.parametrize("trusts", [True, False])
async def test_node_talks_to_it_when_it_trusts_the_certificate(tmp_path: Path, trusts: bool) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node")
    async with tls_rig(tmp_path) as gateway:
        done = await asyncio.create_subprocess_exec(
            node, "-e", _NODE, f"https://localhost:{gateway.port}",
            env={"NODE_EXTRA_CA_CERTS": str(tmp_path / "cert.pem")} if trusts else {}, stdout=subprocess.PIPE,
        )  # fmt: skip
        out, _ = await done.communicate()
        assert out.strip() == (b"true" if trusts else b"error DEPTH_ZERO_SELF_SIGNED_CERT")


async def test_where_authorities_are_named_others_need_a_certificate_of_theirs(tmp_path: Path) -> None:
    """Only this computer's own tools come without; here everybody is treated as from elsewhere for a while."""
    write_pair(tmp_path)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=phone", "-keyout", "phone.key",
         "-out", "phone.pem"],
        cwd=tmp_path, capture_output=True, check=True,
    )  # fmt: skip
    tls = await opened(files(tmp_path, make=False, authorities=tmp_path / "phone.pem"))
    async with tls_rig(tmp_path, tls=tls) as gateway:
        assert " 200 " in await ask(gateway.port, trust(tmp_path))
        real = tls.context
        tls.context = lambda *, local: real(local=False)  # type: ignore[method-assign]
        answer = ""
        with contextlib.suppress(ssl.SSLError, ConnectionError):
            answer = await ask(gateway.port, trust(tmp_path))
        assert answer == ""
        mine = trust(tmp_path)
        mine.load_cert_chain(tmp_path / "phone.pem", tmp_path / "phone.key")
        assert " 200 " in await ask(gateway.port, mine)


async def test_the_hello_says_the_same_as_without(tmp_path: Path) -> None:
    async with tls_rig(tmp_path) as gateway:
        client = await socket(gateway.port, trust(tmp_path))
        hello = (await client.connect())["payload"]
        assert hello["type"] == "hello-ok"
        assert json.dumps(hello)
