"""What this computer is called and which addresses it has; names are judged by what they stand for."""

from __future__ import annotations

import socket

import pytest

from clawd_desktop.gateway import own_network
from clawd_desktop.gateway.exposure import Network
from clawd_desktop.gateway.own_network import can_use_loopback, look


@pytest.mark.parametrize("bind", ["loopback", "auto"])
async def test_nothing_is_read_for_this_computer_alone(bind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_network, "_interfaces", None)
    assert await look(bind, "") == Network()


async def test_without_loopback_auto_reads_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_network, "can_use_loopback", lambda: False)
    found = await look("auto", "")
    assert not found.loopback
    assert found.interfaces


async def test_the_addresses_are_those_of_the_system() -> None:
    found = await look("lan", "")
    assert "127.0.0.1" in {interface.address for interface in found.interfaces}
    assert "127.0.0.1" not in found.addresses
    assert found.names[0] == socket.gethostname().lower().partition(".")[0]
    assert found.names[-1].endswith(".local")


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        ("127.0.0.2", ("127.0.0.2",)),
        ("0.0.0.0", ("0.0.0.0",)),
        ("::", ("::",)),
        ("127.1", ("127.0.0.1",)),
        ("0", ("0.0.0.0",)),
        ("192.0.2.99", ()),
        ("*", ()),
        ("", ()),
        ("127.0.0.1,0.0.0.0", ()),
        ("no-such-name.invalid", ()),
        ("x" * 300, ()),
    ],
)
async def test_a_custom_host_is_what_it_resolves_to(host: str, addresses: tuple[str, ...]) -> None:
    assert (await look("custom", host)).custom == addresses


def test_loopback_can_be_used_here() -> None:
    assert can_use_loopback()
