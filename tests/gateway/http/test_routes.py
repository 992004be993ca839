"""Plain HTTP behind the gate: who may, with what body, which path, in this order."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request
from aiohttp.web import Response
from gateway_rig import SECRET, http, rig, until, within

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.admission import AccessPolicy, AuthMode, Credentials, Denial, Peer, digest
from clawd_desktop.gateway.gate import Gate
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.facts import facts_of
from clawd_desktop.gateway.http.routes import Access, Ask, Route, Routes, refused
from clawd_desktop.gateway.limiter import AuthLimiter
from clawd_desktop.gateway.rates import Rate

PEER = Peer("127.0.0.1", "loopback", local=True, browser=False)


async def here(ask: Ask) -> Response:
    return answers.text(200, f"here {ask.rest} {len(ask.body)}")


class Topic:
    def rows(self) -> tuple[Route, ...]:
        return (
            Route("/open", here, access=Access.PUBLIC),
            Route("/closed", here),
            Route("/do", here, methods=frozenset({"POST"}), body=10),
            Route("/tree", here, access=Access.PUBLIC, under=True),
            Route("/tree/deep", here, under=True),
        )


def routes() -> Routes:
    gate = Gate(Credentials.of(AuthMode.TOKEN, token="s"), AuthLimiter(ManualClock()), AccessPolicy(1))
    return Routes(gate, (Topic(),))


@pytest.mark.parametrize(
    ("method", "path", "secret", "kind", "status"),
    [
        ("GET", "/open", "", "", 200),
        ("HEAD", "/open?x", "", "", 200),
        ("GET", "/closed", "", "", 401),
        ("GET", "/closed", "s", "", 200),
        ("GET", "/tree", "", "", 200),
        ("GET", "/tree/a", "", "", 200),
        ("GET", "/tree/deep", "", "", 401),
        ("GET", "/tree/deep/a", "", "", 401),
        ("GET", "/trees", "", "", 404),
        ("GET", "/open/a", "", "", 404),
        ("GET", "/do", "s", "", 405),
        ("GET", "/do", "", "", 401),
        ("GET", "/none", "", "", 404),
        ("POST", "/do", "", "application/json", 401),
        ("POST", "/do", "x", "text/plain", 401),
        ("POST", "/do", "s", "text/plain", 415),
        ("POST", "/do", "s", "", 415),
        ("POST", "/do", "s", "application/json", 200),
        ("POST", "/open", "s", "application/json", 405),
        ("POST", "/none", "s", "application/json", 404),
        ("DELETE", "/none", "", "", 401),
        ("OPTIONS", "/open", "", "", 405),
        ("CONNECT", "/open", "", "", 405),
    ],
)
async def test_the_order_of_checks(method: str, path: str, secret: str, kind: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": kind}
    request = make_mocked_request(method, path, headers={key: value for key, value in headers.items() if value})
    assert (await routes().answer(request, facts_of(request), PEER)).status == status


async def test_a_body_is_read_up_to_its_limit_and_what_follows_the_path_is_handed_on(tmp_path: Path) -> None:
    async with rig(tmp_path, topics=(Topic(),)) as gateway:
        head = f"POST /do HTTP/1.1\nHost: 127.0.0.1:{{port}}\nAuthorization: Bearer {SECRET}"
        head += "\nContent-Type: application/json"
        status, text = await http(gateway.port, f"{head}\nContent-Length: 2\n\n{{}}")
        assert (status, text.endswith("here  2")) == (200, True)
        assert (await http(gateway.port, f"{head}\nContent-Length: 11\n\n"))[0] == 413
        chunked = f"{head}\nTransfer-Encoding: chunked\n\nB\n12345678901\n0\n\n"
        assert (await http(gateway.port, chunked))[0] == 413
        tree = await http(gateway.port, "GET /tree/a%2fb?x=1 HTTP/1.1\nHost: 127.0.0.1:{port}\n\n")
        assert tree[1].endswith("here /a%2fb 0")


async def test_guessing_over_http_is_locked_too() -> None:
    paths = routes()
    request = make_mocked_request("GET", "/closed", headers={"Authorization": "Bearer wrong"})
    statuses = [(await paths.answer(request, facts_of(request), PEER)).status for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2


async def test_a_refused_request_stands_in_the_log_and_says_what_would_help(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    head = (
        "POST /do HTTP/1.1\nHost: 127.0.0.1:{port}\nContent-Type: text/plain\nContent-Length: 0\nAuthorization: Bearer"
    )
    async with rig(tmp_path, topics=(Topic(),)) as gateway:
        status, text = await http(gateway.port, f"{head} {SECRET}\n\n")
        assert (status, text.endswith("Unsupported Media Type: send application/json")) == (415, True)
        for _ in range(6):
            answer = await http(gateway.port, f"{head} guess\n\n")
        assert answer[1].endswith("Too Many Requests: try again in 1 s")
    assert [line for line in caplog.messages if line.startswith("refused")] == [
        "refused POST /do: content type 'text/plain'",
        *["refused POST /do: no valid secret"] * 5,
        "refused POST /do: locked for 1 s",
    ]


def test_a_denial_says_little() -> None:
    assert refused(Denial(403, "Forbidden", "the secret reason")).body == b"Forbidden"
    assert refused(Denial(401, "Unauthorized", "x")).content_type == "application/json"


class Slow:
    """Paths that take until `release` is set."""

    def __init__(self) -> None:
        self.release = asyncio.Event()
        self.entered = 0

    def rows(self) -> tuple[Route, ...]:
        return (
            Route("/slow", self._answer),
            Route("/waits", self._answer, waits=True),
            Route("/hook", self._answer, access=Access.HOOK),
            Route("/take", self._answer, methods=frozenset({"POST"}), body=100),
        )

    async def _answer(self, ask: Ask) -> Response:
        self.entered += 1
        if ask.request.path != "/take":
            await self.release.wait()
        return answers.text(200, "done")


def asking(path: str, more: str = "") -> str:
    return f"GET {path} HTTP/1.1\nHost: 127.0.0.1:{{port}}\nAuthorization: Bearer {SECRET}\n{more}\n"


async def test_a_request_that_takes_too_long_is_given_up_and_one_that_waits_by_its_nature_is_not(
    tmp_path: Path,
) -> None:
    topic = Slow()
    async with rig(tmp_path, topics=(topic,), limits=Limits(request=0.1, handshake=0.3)) as gateway:
        status, text = await http(gateway.port, asking("/slow"), finish=True)
        assert status == 503
        assert "Retry-After: 1\r\n" in text
        waiting = asyncio.gather(http(gateway.port, asking("/waits")))
        await until(lambda: topic.entered == 2)
        await asyncio.sleep(0.5)
        topic.release.set()
        assert (await waiting)[0][0] == 200, "it shows who it is, so the time of strangers does not run"


async def test_after_an_answer_the_time_of_strangers_runs_again(tmp_path: Path) -> None:
    topic = Slow()
    topic.release.set()
    async with rig(tmp_path, topics=(topic,), limits=Limits(handshake=0.2)) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        writer.write(asking("/slow").replace("{port}", str(gateway.port)).replace("\n", "\r\n").encode())
        assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
        assert len(gateway.server._room) == 1
        writer.write(b"GET /slow HTTP/1.1\r\nHost: 127")
        with contextlib.suppress(ConnectionError):
            assert await within(5, reader.read()) == b"done"
        writer.transport.abort()
        await until(lambda: len(gateway.server._room) == 0)


async def test_requests_take_places_and_are_counted(tmp_path: Path) -> None:
    topic = Slow()
    async with rig(tmp_path, topics=(topic,), limits=Limits(clients=1, rate=Rate(1, 4))) as gateway:
        first = asyncio.gather(*(http(gateway.port, asking("/slow")) for _ in range(2)))
        await until(lambda: topic.entered == 2)
        status, text = await http(gateway.port, asking("/slow"))
        assert (status, "Retry-After: 5\r\n" in text) == (503, True)
        assert (await http(gateway.port, "GET /healthz HTTP/1.1\nHost: 127.0.0.1:{port}\n\n"))[0] == 200
        topic.release.set()
        assert [status for status, _ in await first] == [200, 200]
        status, text = await http(gateway.port, asking("/slow"))
        assert status == 429
        assert int(text.partition("Retry-After: ")[2].partition("\r\n")[0]) > 0


class Doors:
    def rows(self) -> tuple[Route, ...]:
        post = frozenset({"POST"})
        return (
            Route("/hooks", here, methods=post, access=Access.HOOK, under=True, body=10),
            Route("/c", here, access=Access.CANVAS, under=True),
            Route("/own", here, methods=post, body=1, refuse=lambda denial: answers.text(denial.status, "own words")),
        )


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/hooks/x", {"Authorization": "Bearer h"}, 200),
        ("POST", "/hooks/x", {"X-Moltbot-Token": "h"}, 200),
        ("POST", "/hooks/x", {"Authorization": "Bearer s"}, 401),
        ("POST", "/hooks/x?token=h", {}, 401),
        ("GET", "/hooks/x", {"Authorization": "Bearer h"}, 405),
        ("POST", "/own", {"Authorization": "Bearer h"}, 401),
        ("POST", "/own", {"Authorization": "Bearer s", "Content-Encoding": "gzip"}, 415),
        ("POST", "/own", {"Authorization": "Bearer s", "Content-Encoding": "Identity"}, 200),
        ("GET", "/c/secret/x", {}, 200),
        ("GET", "/c/other/x", {}, 404),
        ("POST", "/c/secret/x", {"Authorization": "Bearer s"}, 404),
    ],
)
async def test_each_door_has_its_own_key(method: str, path: str, headers: dict[str, str], status: int) -> None:
    gate = Gate(Credentials.of(AuthMode.TOKEN, token="s"), AuthLimiter(ManualClock()), AccessPolicy(1))
    gate.hook_tokens, gate.canvas = (digest("h"),), digest("secret")
    kind = {"Content-Type": "application/json"} if method == "POST" else {}
    request = make_mocked_request(method, path, headers={**kind, **headers})
    answer = await Routes(gate, (Doors(),)).answer(request, facts_of(request), PEER)
    assert answer.status == status
    if path == "/own" and status != 200:
        assert answer.text == "own words"  # type: ignore[attr-defined]


async def test_a_body_that_does_not_come_runs_out_of_time(tmp_path: Path) -> None:
    async with rig(tmp_path, topics=(Topic(),), limits=Limits(request=0.1)) as gateway:
        head = f"POST /do HTTP/1.1\nHost: 127.0.0.1:{{port}}\nAuthorization: Bearer {SECRET}"
        text = f"{head}\nContent-Type: application/json\nContent-Length: 5\n\n{{"
        assert (await http(gateway.port, text))[0] == 408


async def test_whoever_holds_only_a_hooks_token_has_no_right_to_the_owners_place(tmp_path: Path) -> None:
    topic = Slow()
    hook = asking("/hook").replace(SECRET, "hook-token")
    async with rig(tmp_path, topics=(topic,), limits=Limits(clients=1)) as gateway:
        gateway.gate.hook_tokens = (digest("hook-token"),)
        first = asyncio.gather(http(gateway.port, hook))
        await until(lambda: topic.entered == 1)
        assert (await http(gateway.port, hook))[0] == 503
        owner = asyncio.gather(http(gateway.port, asking("/slow")))
        await until(lambda: topic.entered == 2)
        topic.release.set()
        assert [(await each)[0][0] for each in (first, owner)] == [200, 200]
