"""Which certificate a gateway must show, and that nothing is sent to one that shows another (L05)."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from pathlib import Path

import pytest

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.exits import NotRunning
from clawd_desktop.cli.pins import own_fingerprint, pinned
from clawd_desktop.cli.target import Target
from clawd_desktop.cli.wire import Wire
from clawd_desktop.config.paths import Paths, find_paths
from clawd_desktop.config.schema.gateway import Gateway
from clawd_desktop.core.errors import BadInput, Refused
from clawd_desktop.core.tls import fingerprint, first_certificate
from clawd_desktop.gateway.own_certificate import make_certificate, make_key

OURS = "wss://127.0.0.1:4711"
FAR = "wss://far.example:1"
PIN = "ab" * 32


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = find_paths({}, tmp_path, tmp_path)
    folder = tmp_path / "gateway" / "tls"
    folder.mkdir(parents=True)
    key = make_key()
    (folder / "gateway-key.pem").write_bytes(key)
    (folder / "gateway-cert.pem").write_bytes(
        make_certificate(key, ("127.0.0.1",), datetime.datetime.now(datetime.UTC))
    )
    return made


def gateway(**section: object) -> Gateway:
    return Gateway.model_validate({"port": 4711, "tls": {"enabled": True}} | section)


def own(paths: Paths) -> str:
    return fingerprint(first_certificate((paths.state / "gateway/tls/gateway-cert.pem").read_bytes()))


def test_our_own_gateway_must_show_our_own_certificate(paths: Paths) -> None:
    assert pinned(Target(OURS), Arguments(), gateway(), paths).fingerprint == own(paths)
    assert pinned(Target("wss://[::1]:4711"), Arguments(url="wss://[::1]:4711"), gateway(), paths).fingerprint
    other = pinned(Target("wss://127.0.0.1:5"), Arguments(port=5), gateway(), paths)
    assert other.fingerprint == own(paths)


@pytest.mark.parametrize(
    ("target", "section"),
    [
        (Target("ws://127.0.0.1:4711"), {}),
        (Target("wss://127.0.0.1:5"), {}),
        (Target(FAR), {}),
        (Target(FAR), {"mode": "remote", "remote": {"url": FAR}}),
        (Target("wss://elsewhere.example"), {"mode": "remote", "remote": {"url": FAR, "tlsFingerprint": PIN}}),
        (Target(OURS), {"tls": {}}),
    ],
)
def test_all_others_are_for_the_systems_authorities(paths: Paths, target: Target, section: dict[str, object]) -> None:
    assert pinned(target, Arguments(), gateway(**section), paths) == target


@pytest.mark.parametrize("text", [PIN, PIN.upper(), ":".join(["AB"] * 32), f"SHA256:{PIN}", f" sha-256={PIN} "])
def test_the_fingerprint_of_another_gateway_in_any_spelling(paths: Paths, text: str) -> None:
    section = {"mode": "remote", "remote": {"url": FAR, "tlsFingerprint": text}}
    assert pinned(Target(FAR), Arguments(), gateway(**section), paths).fingerprint == PIN


@pytest.mark.parametrize("text", ["ab", "xy" * 32, PIN + "ab"])
def test_what_is_no_fingerprint_is_told(paths: Paths, text: str) -> None:
    section = {"mode": "remote", "remote": {"url": FAR, "tlsFingerprint": text}}
    with pytest.raises(BadInput, match="tlsFingerprint cannot be used"):
        pinned(Target(FAR), Arguments(), gateway(**section), paths)


def test_before_there_is_a_certificate_nothing_is_pinned(tmp_path: Path) -> None:
    assert own_fingerprint(gateway(), find_paths({}, tmp_path, tmp_path)) == ""


def test_a_file_that_is_no_certificate_is_told(paths: Paths) -> None:
    (paths.state / "gateway/tls/gateway-cert.pem").write_text("junk")
    with pytest.raises(BadInput, match="is no PEM certificate"):
        own_fingerprint(gateway(), paths)


async def test_l05_a_foreign_program_on_the_port_is_sent_nothing(paths: Paths, tmp_path: Path) -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1000))
        writer.close()

    key = make_key()
    (tmp_path / "k").write_bytes(key)
    (tmp_path / "c").write_bytes(make_certificate(key, ("127.0.0.1",), datetime.datetime.now(datetime.UTC)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c", tmp_path / "k")
    server = await asyncio.start_server(listen, "127.0.0.1", 0, ssl=context)
    async with server:
        url = f"wss://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for pin, words in (
            (own(paths), "It has the SHA-256 fingerprint"),
            ("", "is not trusted; no password was sent"),
        ):
            wire = Wire(url, pin)
            with pytest.raises(Refused, match=words):
                await wire.open()
            await wire.close("done")
    assert b"".join(heard) == b""


async def test_a_port_that_is_not_encrypted_is_told(paths: Paths) -> None:
    async def clear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(clear, "127.0.0.1", 0)
    async with server:
        wire = Wire(f"wss://127.0.0.1:{server.sockets[0].getsockname()[1]}", own(paths))
        with pytest.raises(NotRunning, match="does not speak TLS"):
            await wire.open()
        await wire.close("done")
