"""The network: with real sockets, a port that another process has, and real certificates."""

from __future__ import annotations

import asyncio
import datetime
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from running_gateway import free_port

from clawd_desktop.core.findings import Level
from clawd_desktop.gateway.own_certificate import make_certificate, make_key
from clawd_desktop.operations.diagnostics import network
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.system.processes import PortOwner

Grounds = Callable[..., Ground]
NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which another process really listens."""
    code = (
        "import socket, sys; s = socket.create_server(('127.0.0.1', 0)); "
        "print(s.getsockname()[1], flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    yield int(child.stdout.readline())
    child.communicate()


def test_this_computer_talks_to_itself(ground: Ground) -> None:
    assert network.loopback(ground) == ()


def test_a_computer_without_loopback(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(99, "Cannot assign requested address")

    monkeypatch.setattr(socket, "create_server", refuse)
    (one,) = network.loopback(ground)
    assert (one.level, "Cannot assign" in one.description) == (Level.ERROR, True)


@pytest.mark.parametrize(
    ("found", "wrong"), [({"127.0.0.1"}, 0), ({"::1", "127.0.1.1"}, 0), ({"10.0.0.5"}, 1), (set(), 1)]
)
def test_localhost(found: set[str], wrong: int) -> None:
    assert len(network.name_finding(found)) == wrong


def test_networks(ground: Ground) -> None:
    assert network.interface_finding(1) == ()
    assert [one.level for one in network.interface_finding(0)] == [Level.INFO]
    assert network.names(ground) == ()
    assert isinstance(network.interfaces(ground), tuple)


def test_a_port_that_another_process_has(grounds: Grounds, taken_port: int) -> None:
    ground = grounds(CLAWDBOT_GATEWAY_PORT=str(taken_port))
    (one,) = asyncio.run(network.port(ground))
    assert (one.id, one.level, one.title) == ("network.port.taken", Level.ERROR, "Gateway port in use")
    assert f"Port {taken_port} is already in use by" in one.description


def test_a_free_port(grounds: Grounds) -> None:
    assert asyncio.run(network.port(grounds(CLAWDBOT_GATEWAY_PORT=str(free_port())))) == ()


@pytest.mark.parametrize(
    ("owner", "running", "expected"),
    [
        (None, None, []),
        (None, 12, ["network.port.silent"]),
        (PortOwner(12, "python"), 12, []),
        (PortOwner(13, "node", gateway="clawdbot"), 12, ["network.port.taken"]),
        (PortOwner(13, "node"), None, ["network.port.taken"]),
        (PortOwner(None, "", user="root"), None, ["network.port.taken"]),
    ],
)
def test_who_has_the_port(owner: PortOwner | None, running: int | None, expected: list[str]) -> None:
    assert [one.id for one in network.port_finding(18789, owner, running)] == expected


def test_a_gateway_that_could_not_start(ground: Ground) -> None:
    assert network.gateway(ground) == ()
    assert network.phase_finding("running", "") == ()
    (one,) = network.phase_finding("failed", "The port is taken.")
    assert one.description == "The port is taken."


def certified(grounds: Grounds, folder: Path, made: datetime.datetime) -> Ground:
    """An installation with its own certificate of that day."""
    key = make_key()
    (folder / "key.pem").write_bytes(key)
    (folder / "cert.pem").write_bytes(make_certificate(key, ["127.0.0.1"], made))
    files = f'certPath: "{folder}/cert.pem", keyPath: "{folder}/key.pem"'
    return grounds(f"{{gateway: {{tls: {{enabled: true, {files}}}}}}}")


def test_real_certificates(grounds: Grounds, tmp_path: Path) -> None:
    from cryptography import x509

    assert network.certificate(grounds()) == ()
    assert network.certificate(certified(grounds, tmp_path, NOW)) == ()
    life = x509.load_pem_x509_certificate((tmp_path / "cert.pem").read_bytes())
    days = (life.not_valid_after_utc - NOW).days
    ending = certified(grounds, tmp_path, NOW - datetime.timedelta(days=days - 10))
    assert [(one.id, one.level) for one in network.certificate(ending)] == [("network.certificate.ends", Level.WARNING)]
    ended = certified(grounds, tmp_path, NOW - datetime.timedelta(days=days + 3))
    assert [one.id for one in network.certificate(ended)] == ["network.certificate.ended"]
    (tmp_path / "cert.pem").write_text("nonsense")
    assert [one.id for one in network.certificate(ended)] == ["network.certificate.unreadable"]


def test_what_the_gateway_makes_by_itself_ends_later() -> None:
    assert network.end_finding(10, made=True) == ()
    assert len(network.end_finding(6, made=True)) == 1
    assert len(network.end_finding(20, made=False)) == 1
    assert network.end_finding(22, made=False) == ()


def test_without_tls_a_certificate_does_not_matter(ground: Ground) -> None:
    assert network.certificate(replace(ground)) == ()
