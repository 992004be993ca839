"""Alive and ready are two questions."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from clawd_desktop.gateway.admission import Peer
from clawd_desktop.gateway.http.facts import facts_of
from clawd_desktop.gateway.http.health import HealthPaths
from clawd_desktop.gateway.http.routes import Access, Ask


@pytest.mark.parametrize(
    ("reasons", "status", "body"),
    [
        ((), 200, b'{"ready":true,"reasons":[]}'),
        (("the keyring is locked",), 503, b'{"ready":false,"reasons":["the keyring is locked"]}'),
    ],
)
async def test_alive_always_and_ready_unless_there_are_reasons(
    reasons: tuple[str, ...], status: int, body: bytes
) -> None:
    alive, ready = HealthPaths(lambda: reasons).rows()
    request = make_mocked_request("GET", "/")
    ask = Ask(request, facts_of(request), Peer("127.0.0.1", "loopback", local=True, browser=False))
    assert (alive.path, ready.path, alive.access, ready.access) == ("/healthz", "/readyz", Access.PUBLIC, Access.PUBLIC)
    assert (alive.probe, ready.probe) == (True, True)
    assert (await alive.handler(ask)).status == 200
    answer = await ready.handler(ask)
    assert (answer.status, answer.body) == (status, body)
