"""Listening sockets: all or none, one port for all, and what is told is read from them."""

from __future__ import annotations

import asyncio
import socket

import pytest

from clawd_desktop.core.errors import AlreadyRunning, Unavailable
from clawd_desktop.gateway.listening import Listeners, bound


async def test_all_places_have_one_port_and_are_told_as_they_are() -> None:
    listeners = Listeners()
    assert (listeners.port, listeners.urls("ws")) == (0, ())
    await listeners.open(("127.0.0.1", "127.0.0.2"), 0, asyncio.Protocol)
    port = listeners.port
    assert listeners.places == (("127.0.0.1", port), ("127.0.0.2", port))
    assert listeners.urls("wss") == (f"wss://127.0.0.1:{port}", f"wss://127.0.0.2:{port}")
    listeners.stop()
    with pytest.raises(OSError, match="refused|failed"):
        await asyncio.open_connection("127.0.0.2", port)


async def test_a_place_for_everybody_is_told_as_such_and_as_this_computers_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listeners = Listeners()
    monkeypatch.setattr(Listeners, "places", (("0.0.0.0", 7), ("::", 7)))
    assert listeners.urls("wss") == ("wss://127.0.0.1:7", "wss://[::1]:7", "wss://0.0.0.0:7", "wss://[::]:7")


def test_a_port_that_is_taken_at_one_place_is_taken_and_nothing_stays_open() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.3", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(AlreadyRunning, match=r"Port \d+ on 127\.0\.0\.3 is taken"):
            bound(("127.0.0.2", "127.0.0.3"), port)
        with socket.socket() as again:
            again.bind(("127.0.0.2", port))


def test_an_address_of_another_computer_cannot_be_used() -> None:
    with pytest.raises(Unavailable, match="may not listen"):
        bound(("192.0.2.1",), 0)


def test_a_second_address_that_is_not_there_is_an_error_unless_it_is_ipv6() -> None:
    with pytest.raises(Unavailable, match="may not listen"):
        bound(("127.0.0.1", "192.0.2.1"), 0)


def test_a_computer_without_ipv6_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket

    def no_ipv6(family: int, *rest: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(97, "Address family not supported by protocol")
        return real(family, *rest)

    monkeypatch.setattr(socket, "socket", no_ipv6)
    made = bound(("127.0.0.1", "::1"), 0)
    assert [one.getsockname()[0] for one in made] == ["127.0.0.1"]
    made[0].close()
    with pytest.raises(Unavailable):
        bound(("::1",), 0)
