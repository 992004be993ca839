"""Secrets in every field, everything that can go wrong, the log at its most talkative: not one of them is ever seen."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil
import pytest
from aiohttp import web
from desktop_session import Bus, secret_service
from leaks import forms, leaks, leaks_in
from running_gateway import Refusal, Running, running

from clawd_desktop.config.paths import find_paths
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.models.local import ROW as LOCAL
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.system.secrets import SecretStore

# Letters that each encoding writes in another way, as far as an HTTP header may have them.
PASSWORD = 'canary-pass?"w\\ord/+ with & more'
TOKEN = "canary_token~0123456789/+=%"
KEY = "canary'api\"key<>/+?0123456789"
HEADER = "canary:header\\value/+0123456789"
VARIABLE = "canary-of-a-variable/+?0123456789"
OTHER = "canary-of-another/+?0123456789"
GUESS = "canary-wrong-guess/+0123456789"
SECRETS = (PASSWORD, TOKEN, KEY, HEADER, VARIABLE, OTHER)
KEPT = {
    "gateway.auth.password": PASSWORD,
    "gateway.auth.token": TOKEN,
    "models.providers.key": KEY,
    "models.providers.header": HEADER,
}


class Hostile:
    """A model server that fails in the way that its address says, and quotes all it was sent."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        way = request.match_info["way"]
        self.seen.add(way)
        said = f"{request.headers['Authorization']} {request.headers['X-Canary']} is wrong"
        error = json.dumps({"error": {"message": said, "type": "x", "code": said}})
        if way.isdigit():
            location = {"Location": f"http://127.0.0.1:1/?k={KEY}"} if way == "302" else {}
            return web.Response(status=int(way), text=error, content_type="application/json", headers=location)
        if way == "page":
            return web.Response(text=f"<html>{said}</html>", content_type="text/html")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        if way == "silent":
            await asyncio.Event().wait()
        piece = {"malformed": f"{{ {said}", "reported": error, "cut": '{"choices": [{"delta": {"content": "Half"}}]}'}
        await response.write(f"data: {piece[way]}\n\n".encode())
        if way == "cut":
            assert request.transport is not None
            request.transport.abort()
        return response


WAYS = ("400", "401", "402", "403", "404", "429", "500", "503", "302", "page", "silent", "malformed", "reported", "cut")


def configuration(port: int) -> str:
    """Every field that takes a secret refers to one."""
    providers = {
        f"p{way}": {
            "baseUrl": f"http://127.0.0.1:{port}/{way}",
            "apiKey": "${CANARY_KEY}" if way == "401" else "keyring:models.providers.key",
            "headers": {"X-Canary": "${CANARY_TOKEN}" if way == "400" else "keyring:models.providers.header"},
            "models": [{"id": "m", "name": "M"}],
        }
        for way in WAYS
    }
    auth = {"password": "keyring:gateway.auth.password", "token": "keyring:gateway.auth.token"}
    return json.dumps(
        {
            "gateway": {"auth": auth},
            "logging": {"level": "trace"},
            "agents": {"defaults": {"model": {"primary": "p401/m"}, "workspace": "workspace", "maxConcurrent": 20}},
            "models": {"providers": providers},
        }
    )


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    with secret_service() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        monkeypatch.setenv("CANARY_KEY", VARIABLE)
        monkeypatch.setenv("CANARY_TOKEN", OTHER)
        yield bus


@asynccontextmanager
async def hostile_gateway(state: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Running, Hostile]]:
    """The application with all canaries in the keyring and only hostile model servers."""
    monkeypatch.setattr("running_gateway.PASSWORD", PASSWORD)
    server, paths = Hostile(), find_paths({}, state, state)
    secrets = SecretStore(paths.own, os.environ, EventBus(), SystemClock())
    for name, value in KEPT.items():
        await secrets.set(name, value)
    app = web.Application()
    app.router.add_post("/{way}/chat/completions", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    (state / "clawdbot.json").write_text(configuration(runner.addresses[0][1]))
    try:
        async with running(state) as made:
            yield made, server
    finally:
        await runner.cleanup()


async def every_failure_of_a_model(app: Running) -> list[dict[str, object]]:
    """A message to each hostile server; how each ended."""

    async def one(way: str) -> dict[str, object]:
        async with app.client() as client:
            await client.call("sessions.patch", key=way, model=f"p{way}/m")
            await client.call("chat.send", sessionKey=way, message="hello", idempotencyKey=way, timeoutMs=6000)
            outcome = await client.call("agent.wait", runId=way, timeoutMs=15_000)
            history = await client.call("chat.history", sessionKey=way)
            return {"way": way, "outcome": outcome, "history": history, "events": client.events}

    return await asyncio.gather(*(one(way) for way in WAYS))


async def every_wrong_guess(app: Running) -> None:
    """Wrong secrets in each place that a client may put one."""
    url = f"http://127.0.0.1:{app.port}"
    for auth in ({"password": GUESS}, {"token": GUESS}):
        with pytest.raises(Refusal):
            async with app.client(auth=auth):
                pass
    async with aiohttp.ClientSession() as session:
        for path, headers in (
            (f"/?token={TOKEN}", {}),
            (f"/v1/models?password={GUESS}", {"Authorization": f"Bearer {GUESS}"}),
            ("/healthz", {"Host": TOKEN}),
            ("/healthz", {"Origin": f"http://{KEY}"}),
        ):
            async with session.get(url + path, headers=headers) as answer:
                assert leaks_in(await answer.read(), (*SECRETS, GUESS)) == []


async def a_child_process_that_answers(app: Running) -> None:
    """A message to the embedded model, which runs in a process of its own."""
    async with app.client() as client:
        await client.call("sessions.patch", key="local", model=LOCAL.ref)
        await client.call("chat.send", sessionKey="local", message="Hi", idempotencyKey="local")
        assert (await client.call("agent.wait", runId="local", timeoutMs=20_000))["status"] == "ok"


def every_traceback() -> None:
    """Exceptions whose text holds a secret, in each shape that a log line can hold."""
    log = logging.getLogger("clawd.canary")
    for secret in SECRETS:
        for shape in forms(secret).values():
            try:
                raise ValueError(shape.decode("utf-8", "replace"))
            except ValueError as error:
                log.exception("it broke: %s", error)
                log.debug("with %r", {"value": shape.decode("utf-8", "replace")})


async def test_no_secret_is_seen_anywhere_whatever_goes_wrong(
    keyring: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async with hostile_gateway(tmp_path, monkeypatch) as (app, server):
        told = await every_failure_of_a_model(app)
        assert server.seen == set(WAYS), "each server was asked"
        assert leaks_in(json.dumps(told).encode(), SECRETS) == []
        assert {one["outcome"]["status"] for one in told} == {"error"}  # type: ignore[index,call-overload]
        await every_wrong_guess(app)
        async with app.client() as admin:
            shown = [await admin.call(method) for method in ("config.get", "status", "health", "logs.tail")]
            assert leaks_in(json.dumps(shown).encode(), (*SECRETS, GUESS)) == []
            base = shown[0]["hash"]
            with pytest.raises(Refusal):
                await admin.call("config.patch", raw={"gateway": {"auth": {"mode": KEY}}}, baseHash=base)
            made = [await admin.call(method) for method in ("doctor.run", "report.preview")]
            assert leaks_in(json.dumps(made).encode(), (*SECRETS, GUESS)) == []
            assert {part["name"] for part in made[1]["parts"]} >= {"log", "config", "findings"}  # type: ignore[union-attr, index]
            saved = Path(str((await admin.call("report.save"))["path"]))
            with zipfile.ZipFile(saved) as archive:
                parts = {name: archive.read(name) for name in archive.namelist()}
            assert [leak for data in parts.values() for leak in leaks_in(data, (*SECRETS, GUESS))] == []
            mended = await admin.call("doctor.repair", id="config.sandbox.mode", dryRun=True)
            assert leaks_in(json.dumps(mended).encode(), (*SECRETS, GUESS)) == []
        every_traceback()
        before = set(psutil.Process().children(recursive=True))
        await a_child_process_that_answers(app)
        (child,) = set(psutil.Process().children(recursive=True)) - before
        everywhere = [*child.cmdline(), *child.environ().values(), *(word for one in before for word in one.cmdline())]
        assert leaks_in("\n".join(everywhere).encode(), (*SECRETS, GUESS)) == []
    log = next((tmp_path / "logs").glob("clawd-desktop-*.log")).read_text()
    assert '"logLevelName": "DEBUG"' in log, "it was at its most talkative"
    assert "it broke: [hidden]" in log
    assert leaks(tmp_path, (*SECRETS, GUESS)) == []
    printed = capfd.readouterr()
    assert leaks_in(f"{printed.out}{printed.err}".encode(), (*SECRETS, GUESS)) == []


@pytest.mark.parametrize("secret", SECRETS)
def test_the_log_hides_every_shape(secret: str) -> None:
    redactor = Redactor()
    redactor.learn(secret)
    for name, shape in forms(secret).items():
        text = shape.decode("utf-8", "replace")
        seen = redactor.clean(f"before {text} after")
        assert name.startswith("utf-16") or text not in seen, name


PLAIN = (
    "plain-canary-in-the-file-0123",
    "plain-canary-of-a-channel-0123",
    "plain-canary-of-a-webhook-0123",
    "plain-canary-of-a-header-0123",
)
PERSON = "+49 170 5550142"


async def test_a_report_holds_no_secret_that_stands_in_plain_text_in_the_configuration(tmp_path: Path) -> None:
    config = {
        "gateway": {"auth": {"token": PLAIN[0]}},
        "channels": {"telegram": {"botToken": PLAIN[1], "allowFrom": [PERSON]}},
        "monitoring": {"sinks": {"ops": {"type": "webhook", "url": f"https://example.com/{PLAIN[2]}"}}},
        "models": {"providers": {"p": {"baseUrl": "https://example.com", "headers": {"X-Api-Key": PLAIN[3]}}}},
        "logging": {"level": "trace"},
    }
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    (state / "clawdbot.json").write_text(json.dumps(config))
    async with running(state) as app, app.client() as admin:
        log = logging.getLogger("clawd.canary")
        for secret in (PLAIN[0], PLAIN[1], f"https://example.com/{PLAIN[2]}", PLAIN[3], PERSON):
            log.error("it failed with %s", secret)
        report = await admin.call("report.preview")
        text = json.dumps(report, ensure_ascii=False)
        assert "it failed with" in text, "the log is in it"
        assert leaks_in(text.encode(), (*PLAIN, PERSON)) == []
        assert str(Path.home()) not in text
        for finding in ("config.secrets.plain", "config.sandbox.mode"):
            shown = await admin.call("doctor.repair", id=finding, dryRun=True)
            assert leaks_in(json.dumps(shown).encode(), PLAIN) == []
