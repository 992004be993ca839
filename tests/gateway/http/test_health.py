"""Alive and ready are two questions."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from clawd_desktop.gateway.http.health import HealthPaths


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
    assert (alive.path, ready.path, alive.public, ready.public) == ("/healthz", "/readyz", True, True)
    assert (await alive.handler(request)).status == 200
    answer = await ready.handler(request)
    assert (answer.status, answer.body) == (status, body)
