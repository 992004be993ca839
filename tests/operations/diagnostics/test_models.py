"""Models: with and without a key, and one that is really asked; and a clock beside a real server's."""

from __future__ import annotations

import asyncio
import email.utils
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from running_gateway import Provider

from clawd_desktop.core.findings import Level
from clawd_desktop.operations.diagnostics import models
from clawd_desktop.operations.diagnostics.ground import Ground

Grounds = Callable[..., Ground]
KEY = "sk-canary-0123456789abcdef"


def config(address: str = "http://127.0.0.1:9/v1", primary: str = "own/echo", **provider: object) -> str:
    rows = {"baseUrl": address, "models": [{"id": "echo", "name": "Echo"}], **provider}
    model = {"primary": primary, "fallbacks": []}
    return json.dumps({"agents": {"defaults": {"model": model}}, "models": {"providers": {"own": rows}}})


@asynccontextmanager
async def server() -> AsyncIterator[tuple[Provider, str]]:
    """A model server on loopback."""
    provider, app = Provider(), web.Application()
    app.router.add_post("/v1/chat/completions", provider.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield provider, f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


def test_a_model_with_its_key(grounds: Grounds) -> None:
    assert asyncio.run(models.usable(grounds(config(apiKey=KEY)))) == ()


@pytest.mark.parametrize(
    ("primary", "told"),
    [("openai/gpt-5.2", "There is no key for OpenAI."), ("nobody/x", "There is no model provider 'nobody'.")],
)
def test_a_model_that_cannot_be_used(grounds: Grounds, primary: str, told: str) -> None:
    (one,) = asyncio.run(models.usable(grounds(config(primary=primary))))
    assert (one.id, one.level) == ("models.usable.primary", Level.ERROR)
    assert told in one.description


def test_a_key_that_is_not_in_the_keyring(grounds: Grounds, tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text("{}")
    file.chmod(0o600)
    (one,) = asyncio.run(models.usable(grounds(config(apiKey="keyring:gone"), CLAWD_SECRETS_FILE=str(file))))
    assert "The secret gone is not in the keyring." in one.description


def test_a_fallback_matters_less(grounds: Grounds) -> None:
    text = json.loads(config(apiKey=KEY))
    text["agents"]["defaults"]["model"]["fallbacks"] = ["openai/gpt-5.2"]
    (one,) = asyncio.run(models.usable(grounds(json.dumps(text))))
    assert (one.id, one.level) == ("models.usable.fallback1", Level.WARNING)


def test_without_any_choice_the_built_in_one_answers(ground: Ground) -> None:
    assert asyncio.run(models.usable(ground)) == ()


def test_a_model_is_really_asked(grounds: Grounds) -> None:
    ground = grounds(config(apiKey=KEY))
    asyncio.run(_ask(ground))


async def _ask(ground: Ground) -> None:
    async with server() as (provider, address):
        ground.paths.config_file.write_text(config(address, apiKey=KEY))
        await ground.config.load()
        assert await models.answers(ground) == ()
        assert provider.requests[0]["messages"][-1]["content"] == "Reply with OK."  # type: ignore[index]
        provider.status, provider.body = 401, json.dumps({"error": {"message": f"wrong key {KEY}"}})
        (one,) = await models.answers(ground)
        assert one.level is Level.ERROR
        assert KEY not in repr(one)
        assert ground.brains is not None
        await ground.brains.models.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("drift", "told"), [(0, ""), (59, ""), (-59, ""), (125, "125 s fast"), (-3600, "3600 s slow")])
def test_a_clock_that_goes_wrong(drift: int, told: str) -> None:
    found = models.drift_finding(email.utils.formatdate(1_760_000_000, usegmt=True), 1_760_000_000 + drift)
    assert (told in found[0].description) if told else found == ()


@pytest.mark.parametrize("shown", ["", "yesterday", "\0"])
def test_a_server_that_says_no_time_proves_nothing(shown: str) -> None:
    assert models.drift_finding(shown, 0) == ()


def test_a_real_server_is_asked_for_its_time(grounds: Grounds, monkeypatch: pytest.MonkeyPatch) -> None:
    ground = grounds(config(apiKey=KEY))
    assert asyncio.run(models.clock_drift(ground)) == (), "a server of this computer has the same clock"

    async def ask() -> None:
        async def late(request: web.Request) -> web.Response:
            return web.Response(headers={"Date": email.utils.formatdate(1_000_000_000, usegmt=True)})

        app = web.Application()
        app.router.add_route("HEAD", "/{any:.*}", late)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        monkeypatch.setattr(models, "_OWN", ())
        ground.paths.config_file.write_text(config(f"http://127.0.0.1:{runner.addresses[0][1]}/v1", apiKey=KEY))
        await ground.config.load()
        (one,) = await models.clock_drift(ground)
        assert "fast" in one.description
        await runner.cleanup()
        assert await models.clock_drift(ground) == (), "one that cannot be reached is another check's matter"

    asyncio.run(ask())
