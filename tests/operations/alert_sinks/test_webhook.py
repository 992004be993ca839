"""A real server is posted to: tried again when that may help, and never led into a private network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from alert_messages import DISK

from clawd_desktop.core.errors import BadInput, Refused, Unavailable
from clawd_desktop.operations.alert_sinks import public_net
from clawd_desktop.operations.alert_sinks.webhook import Address, WebhookSink, host_of, is_meant

HEADERS = {"Authorization": "Bearer very-secret"}


class Server:
    """Answers what `answers` say, the last one again and again; None never answers."""

    def __init__(self) -> None:
        self.answers: list[web.Response | None] = [web.Response(status=204)]
        self.bodies: list[dict[str, object]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.port = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        self.headers.append(dict(request.headers))
        self.paths.append(request.path)
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if status is None:
            await asyncio.sleep(60)
        return web.Response(status=status.status, headers=status.headers) if status else web.Response()

    def url(self, path: str = "/hook?token=t0ken", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@asynccontextmanager
async def served() -> AsyncIterator[Server]:
    server, app = Server(), web.Application()
    app.router.add_post("/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()


def sink(url: str, timeout_s: float = 5) -> WebhookSink:
    async def resolve() -> Address:
        return Address(url, HEADERS)

    return WebhookSink(resolve, timeout_s, backoff_s=0.01)


def status(code: int, location: str = "") -> web.Response:
    return web.Response(status=code, headers={"Location": location} if location else {})


async def test_json_with_its_headers() -> None:
    async with served() as server:
        await sink(server.url()).send(DISK)
        assert server.bodies == [DISK.as_json()]
        assert server.headers[0]["Authorization"] == "Bearer very-secret"
        assert server.headers[0]["Content-Type"] == "application/json"


async def test_what_may_pass_is_tried_again() -> None:
    async with served() as server:
        server.answers = [status(503), status(429), status(500), status(200)]
        await sink(server.url()).send(DISK)
        assert len(server.bodies) == 4


@pytest.mark.parametrize(("code", "tries", "kind"), [(503, 4, Unavailable), (404, 1, Refused), (401, 1, Refused)])
async def test_what_does_not_pass_is_said_without_the_address(code: int, tries: int, kind: type[Exception]) -> None:
    async with served() as server:
        server.answers = [status(code)]
        with pytest.raises(kind) as caught:
            await sink(server.url()).send(DISK)
        assert len(server.bodies) == tries
        assert str(code) in str(caught.value)
        assert "t0ken" not in str(caught.value)


async def test_one_that_never_answers_has_a_limit() -> None:
    async with served() as server:
        server.answers = [None]
        with pytest.raises(Unavailable, match=r"did not answer within 0\.05 s"):
            await sink(server.url(), timeout_s=0.05).send(DISK)
        assert len(server.bodies) == 4


async def test_nobody_there() -> None:
    async with served() as server:
        url = server.url()
    with pytest.raises(Unavailable, match="cannot be reached"):
        await sink(url).send(DISK)


@pytest.mark.parametrize("url", ["ftp://x/y", "file:///etc/passwd", "nothing", "http://"])
async def test_what_is_no_address(url: str) -> None:
    with pytest.raises(BadInput):
        await sink(url).send(DISK)


async def test_a_redirect_on_the_same_host_is_followed() -> None:
    async with served() as server:
        server.answers = [status(307, "/other"), status(200)]
        await sink(server.url()).send(DISK)
        assert server.paths == ["/hook", "/other"]
        assert server.bodies[1] == DISK.as_json()
        assert "Authorization" in server.headers[1]


async def test_another_host_is_not_shown_the_headers() -> None:
    async with served() as server:
        server.answers = [status(308, server.url("/other", "localhost")), status(200)]
        await sink(server.url()).send(DISK)
        assert server.paths == ["/hook", "/other"]
        assert "Authorization" not in server.headers[1]


async def test_a_circle_ends() -> None:
    async with served() as server:
        server.answers = [status(302, "/again")]
        with pytest.raises(Refused, match="without end"):
            await sink(server.url()).send(DISK)


async def test_a_public_address_does_not_lead_into_a_private_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server stands for one on the internet: its own name counts as public, everything else as it is."""
    real = public_net.is_private

    async def judged(url: str) -> bool:
        return False if "/hook" in url else await real(url)

    monkeypatch.setattr(public_net, "is_private", judged)
    async with served() as server:
        for inside in (server.url("/inside"), server.url("/inside", "localhost"), "http://169.254.169.254/latest"):
            server.answers = [status(307, inside)]
            with pytest.raises(Refused, match="private network"):
                await sink(server.url()).send(DISK)
        assert set(server.paths) == {"/hook"}


def test_nothing_secret_is_shown() -> None:
    assert repr(Address("https://u:p@x.org/y?k=1", HEADERS)) == "<Address at x.org>"
    assert host_of("http://[broken") == "the address"


@pytest.mark.parametrize(
    ("first", "then", "meant"),
    [
        ("https://x.org/a", "https://x.org/b", True), ("http://x.org/a", "https://x.org/b", True),
        ("https://x.org/a", "http://x.org/b", False), ("https://x.org/a", "https://x.org:444/b", False),
        ("https://x.org/a", "https://y.org/b", False), ("http://u@x.org/a", "http://x.org/b", True),
    ],
)  # fmt: skip
def test_who_may_see_the_headers(first: str, then: str, meant: bool) -> None:
    assert is_meant(first, then) is meant
