"""Hostile requests on every path that is served: cases B03 to B08, B10 and A15 over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from gateway_rig import http, until, within
from http_clients import OPENAI_ON, curl
from running_gateway import PASSWORD, Running, running

from clawd_desktop.core.tasks import spawn
from clawd_desktop.gateway.failure_store import NAME as FAILURES

HOOK_TOKEN = "the-token-of-the-hooks-0123456789"
POSTS = ("/hooks/wake", "/hooks/agent", "/hooks/mine", "/tools/invoke", "/v1/chat/completions", "/v1/responses")
GETS = ("/healthz", "/readyz", "/v1/models", "/v1/models/clawdbot:main", "/avatar/main", "/avatar/main?meta=1")
BODY = json.dumps({
    "text": "x", "message": "x", "tool": "sessions_list", "input": "x", "messages": [{"role": "user", "content": "x"}],
})  # fmt: skip


@asynccontextmanager
async def everything(state: Path) -> AsyncIterator[Running]:
    """The application with all paths on."""
    mapping = {"match": {"path": "mine"}, "messageTemplate": "{{text}}"}
    hooks = {"enabled": True, "token": HOOK_TOKEN, "mappings": [mapping]}
    async with running(state, gateway=OPENAI_ON, hooks=hooks) as app:
        yield app


def token_for(path: str) -> str:
    return HOOK_TOKEN if path.startswith("/hooks") else PASSWORD


def post(path: str, *lines: str, body: str = BODY, kind: str = "application/json", token: str | None = None) -> str:
    own = token_for(path) if token is None else token
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1:{port}", f"Content-Type: {kind}", *lines]
    if own:
        head.append(f"Authorization: Bearer {own}")
    if not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in lines):
        head.append(f"Content-Length: {len(body)}")
    return "\n".join((*head, "", body.replace("{", "{")))


async def ask(app: Running, text: str, **more: Any) -> tuple[int, str]:
    return await within(10, http(app.port, text, **more))


@pytest.mark.parametrize("path", POSTS)
async def test_b04_who_may_not_write(tmp_path: Path, path: str) -> None:
    async with everything(tmp_path) as app:
        wanted = [
            (post(path, token=" "), 401),
            (post(path, "Sec-Fetch-Site: cross-site"), 403),
            (post(path, "Sec-Fetch-Site: same-site"), 403),
            (post(path, "Origin: https://evil.example"), 403),
            (post(path, "Origin: null"), 403),
            (post(path, "Host: evil.example"), 400),
            (post(path).replace("127.0.0.1", "evil.example"), 403),
            (post(path, kind="text/plain"), 415),
            (post(path, kind="application/x-www-form-urlencoded"), 415),
            (post(path, kind="multipart/form-data; boundary=x"), 415),
            (post(path, kind=""), 415),
            (post(path, "Content-Encoding: gzip"), 415),
            (post(path, "Content-Encoding: br, identity"), 415),
        ]
        for text, status in wanted:
            got, answer = await ask(app, text)
            assert got == status, (text, answer)
            assert "access-control" not in answer.lower()
        assert not app.provider.requests


@pytest.mark.parametrize("path", [*POSTS, *GETS])
async def test_b03_a_proxy_that_nobody_configured(tmp_path: Path, path: str) -> None:
    async with everything(tmp_path) as app:
        method = "POST" if path in POSTS else "GET"
        for line in ("X-Forwarded-For: 10.0.0.1", "Forwarded: for=1.2.3.4", "Via: 1.1 x", "CF-Connecting-IP: 1.2.3.4"):
            text = (
                post(path, line) if method == "POST" else f"GET {path} HTTP/1.1\nHost: 127.0.0.1:{{port}}\n{line}\n\n"
            )
            assert (await ask(app, text))[0] == 400


@pytest.mark.parametrize("path", [*POSTS, *GETS])
async def test_b05_no_preflight_is_answered(tmp_path: Path, path: str) -> None:
    async with everything(tmp_path) as app:
        for origin in ("Origin: https://evil.example\n", "Origin: http://127.0.0.1:{port}\n", ""):
            text = (
                f"OPTIONS {path} HTTP/1.1\nHost: 127.0.0.1:{{port}}\n{origin}Access-Control-Request-Method: POST\n"
                "Access-Control-Request-Headers: authorization\nAccess-Control-Request-Private-Network: true\n\n"
            )
            status, answer = await ask(app, text)
            assert status in (403, 405)
            assert "access-control-allow" not in answer.lower()


BY_THE_CLOCK = {
    "metrics.sqlite", "metrics.sqlite-wal", "metrics.sqlite-shm", "security-told.json", "running.json",
    "backup-plan.json",
}  # fmt: skip


async def test_b06_reading_changes_nothing(tmp_path: Path) -> None:
    def state() -> dict[str, str]:
        # Wrong secrets are counted and written down also where only reading is asked for; the others are written
        # by the clock.
        files = sorted(path for path in tmp_path.rglob("*") if path.is_file() and not {"logs", "audit"} & {*path.parts})
        files = [path for path in files if path.name not in (FAILURES, *BY_THE_CLOCK)]
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    async with everything(tmp_path) as app:
        async with app.client() as client:
            canvas = str(client.hello["canvasHostUrl"]).removeprefix(f"http://127.0.0.1:{app.port}")
        await until((tmp_path / "devices" / "secrets.json").exists)  # written beside the start, not by a request
        before = state()
        for path in (*GETS, *POSTS, f"{canvas}/__clawdbot__/canvas/", "/", "/hooks/wake?text=x&mode=now"):
            for token in (PASSWORD, HOOK_TOKEN):
                for method in ("GET", "HEAD"):
                    await curl(app, path, "-I" if method == "HEAD" else "-sS", token=token)
        assert state() == before
        assert not app.provider.requests


@pytest.mark.parametrize("path", [*POSTS, "/v1/models"])
async def test_b08_secrets_in_other_places_are_none(
    tmp_path: Path, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = token_for(path)
    async with everything(tmp_path) as app:
        with caplog.at_level(logging.DEBUG):
            for more in (
                ("-H", f"Cookie: token={token}; clawdbot-token={token}"),
                ("-u", f"{token}:"),
                ("-u", f"x:{token}"),
                ("-H", f"X-Auth-Token: {token}"),
                ("-H", f"Authorization: Token {token}"),
                ("-H", f"Authorization: {token}"),
            ):
                body = None if path == "/v1/models" else BODY
                answer = await curl(
                    app, f"{path}?token={quote(token)}&password={quote(token)}", *more, body=body, token=None
                )
                assert answer.status in (401, 429), more
            if not path.startswith("/hooks"):
                headers = ("-H", f"x-clawdbot-token: {token}")
                assert (await curl(app, path, *headers, body=body, token=None)).status in (401, 429)
        assert token not in caplog.text


SMUGGLING = [
    ("Content-Length: 4\nTransfer-Encoding: chunked", "0\n\nGET /healthz HTTP/1.1\n\n"),
    ("Content-Length: 4\nContent-Length: 5", "abcde"),
    ("Content-Length: 4, 5", "abcde"),
    ("Content-Length: -1", ""),
    ("Content-Length: +4", "abcd"),
    ("Transfer-Encoding: chunked, identity", "0\n\n"),
    ("Transfer-Encoding: xchunked", "0\n\n"),
    ("Transfer-Encoding: chunked", "ZZ\nabc\n"),
    ("Transfer-Encoding: chunked", "-1\nabc\n"),
    ("Transfer-Encoding: chunked", "0x2\n{}\n0\n\n"),
    ("Content-Length: 2\nX-Large: " + "x" * 1_000_000, "{}"),
    ("Content-Length: 2\nX-Folded: a\n b", "{}"),
    ("Content-Length: 2\nX Spaced: a", "{}"),
]


@pytest.mark.parametrize("path", POSTS)
async def test_b10_what_could_be_read_in_two_ways_is_refused(tmp_path: Path, path: str) -> None:
    async with everything(tmp_path) as app:
        for lines, body in SMUGGLING:
            status, _ = await ask(app, post(path, *lines.split("\n"), body=body), finish=True)
            assert status == 400, (lines[:60], body)
        bare = post(path).replace("{port}", str(app.port)).encode()
        assert (await within(10, http(app.port, bare, finish=True)))[0] == 400
        assert not app.provider.requests


@pytest.mark.parametrize("path", POSTS)
async def test_a_huge_body_is_refused_before_it_is_read(tmp_path: Path, path: str) -> None:
    async with everything(tmp_path) as app:
        for token, status in (("wrong", 401), (None, 413)):
            text = post(path, "Content-Length: 2000000000", body="", token=token)
            assert (await within(2, http(app.port, text)))[0] == status


@pytest.mark.parametrize("path", POSTS)
async def test_a_body_without_end_is_not_taken(tmp_path: Path, path: str) -> None:
    async with everything(tmp_path) as app:
        chunked = post(path, "Transfer-Encoding: chunked", body="")
        reader, writer = await asyncio.open_connection("127.0.0.1", app.port)
        writer.write(chunked.replace("{port}", str(app.port)).replace("\n", "\r\n").encode())
        block = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"

        async def send_for_ever() -> None:
            with contextlib.suppress(ConnectionError):
                while True:
                    writer.write(block)
                    await writer.drain()

        sending = spawn(send_for_ever(), name="sender")
        try:
            assert (await within(20, reader.readline())).split()[1] == b"413"
            await within(20, sending)
        finally:
            sending.cancel()
            writer.transport.abort()


@pytest.mark.parametrize("path", POSTS)
async def test_odd_secrets_are_refused_and_not_a_failure(tmp_path: Path, path: str) -> None:
    async with everything(tmp_path) as app:
        for token in ("é", "\udce9", "x" * 7000, "\x7f"):
            text = post(path, token=token).replace("{port}", str(app.port)).replace("\n", "\r\n")
            status, _ = await within(10, http(app.port, text.encode("utf-8", "surrogateescape")))
            assert status in (400, 401)


async def test_a_body_that_does_not_come_runs_out_of_time(tmp_path: Path) -> None:
    async with running(tmp_path, gateway={"requestTimeout": 200, **OPENAI_ON}) as app:
        for path in ("/tools/invoke", "/v1/responses"):
            status, _ = await ask(app, post(path, "Content-Length: 10", body="{"))
            assert status == 408


async def test_a15_a_changed_password_is_dead_on_every_path(tmp_path: Path) -> None:
    import os

    async with everything(tmp_path) as app, app.client() as owner:
        shot: Any = await owner.call("config.get")
        os.environ.pop("CLAWDBOT_GATEWAY_PASSWORD", None)
        patch = {"gateway": {"auth": {"mode": "password", "password": "another correct horse"}}}
        await owner.send("config.patch", raw=json.dumps(patch), baseHash=shot["hash"])
        async with asyncio.timeout(20):
            while (await curl(app, "/v1/models", token="another correct horse")).status != 200:
                await asyncio.sleep(0.05)
        for path in ("/tools/invoke", "/v1/chat/completions", "/v1/responses"):
            assert (await curl(app, path, body=BODY, token=PASSWORD)).status == 401


async def test_an_answer_may_take_longer_than_the_time_for_showing_a_secret(tmp_path: Path) -> None:
    async with running(tmp_path, gateway={"connectionTimeout": 300, **OPENAI_ON}) as app:
        app.provider.gate.clear()
        asyncio.get_running_loop().call_later(0.8, app.provider.gate.set)
        answer = await curl(app, "/v1/chat/completions", body=BODY)
        assert (answer.status, answer.json["choices"][0]["message"]["content"]) == (200, "You said: x")
