"""A client that asks a gateway on a copy: a real one, one that is none, and one that never answers."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from drill_stage import KEY, talk

from clawd_desktop.backup import drill_visit
from clawd_desktop.backup.drill_process import Trial, trial
from clawd_desktop.backup.drill_visit import Visit
from clawd_desktop.backup.progress import Stopped, never
from clawd_desktop.core.errors import Refused, Unavailable


async def test_a_real_one_answers_what_is_in_it(tmp_path: Path) -> None:
    state = tmp_path / "state"
    talk(state, "remember the lamp", "I will.")
    state.chmod(0o700)
    (state / "clawdbot.json").write_text("{}")
    with trial(tmp_path, state, dict(os.environ)) as running:
        async with Visit(running, never) as visit:
            hello = await visit.connect()
            assert os.path.realpath(str(hello["snapshot"]["stateDir"])) == str(state)  # type: ignore[index, call-overload]
            listed = await visit.ask("sessions.list", {})
            assert [row["key"] for row in listed["sessions"]] == [KEY]  # type: ignore[union-attr, index, call-overload]
            answer = await visit.ask("chat.history", {"sessionKey": KEY, "limit": 5})
            assert len(answer["messages"]) == 2  # type: ignore[arg-type]
            with pytest.raises(Refused, match=r"refused chat\.send: "):
                await visit.ask("chat.send", {"sessionKey": KEY, "message": "x"})


@contextlib.contextmanager
def standing(port: int, tmp_path: Path) -> Iterator[Trial]:
    """A process that lives, and somebody else's port."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        yield Trial(port, "x", process, tmp_path / "log")
    finally:
        process.kill()
        process.wait()


async def test_one_that_does_not_listen_and_one_that_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drill_visit, "STARTED_WITHIN_S", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with standing(taken.getsockname()[1], tmp_path) as running:
            async with Visit(running, never) as visit:
                with pytest.raises(Unavailable, match=r"did not start within 0\.5 s"):
                    await visit.connect()
            async with Visit(running, lambda: True) as visit:
                with pytest.raises(Stopped):
                    await visit.connect()


@pytest.mark.parametrize(("says", "words"), [("[1]", "Something else"), ("no json", "no JSON"), ("", "did not answer")])
async def test_one_that_is_no_gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, words: str) -> None:
    from aiohttp import web

    monkeypatch.setattr(drill_visit, "ANSWERED_WITHIN_S", 0.3)

    async def answer(request: web.Request) -> web.WebSocketResponse:
        response = web.WebSocketResponse()
        await response.prepare(request)
        if says:
            await response.send_str(says)
        await response.receive()
        return response

    application = web.Application()
    application.router.add_get("/", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        with standing(runner.addresses[0][1], tmp_path) as running:
            async with Visit(running, never) as visit:
                with pytest.raises(Unavailable, match=words):
                    await visit.connect()
    finally:
        await runner.cleanup()
