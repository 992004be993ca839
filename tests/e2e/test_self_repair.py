"""The application, as a process, is damaged while it runs: it says so, mends it, and answers the next message."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiohttp import web
from e2e.app_process import App, headless_app
from e2e.foreign_hand import fill, stop_listening
from running_gateway import PASSWORD, Client, Provider, Refusal, config_text

from clawd_desktop.models.local import installed

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="signals, tmpfs and pidfd of Linux"),
    pytest.mark.timeout(300),
]


LOCAL = {"defaults": {"model": {"primary": "local/smollm2-135m-instruct"}}}


class NoAnswer(Exception):
    """The message was taken, but could not be answered."""


class Ill:
    """A running application with a model of its own, and what is asked of it."""

    def __init__(self, app: App, provider: Provider) -> None:
        self.app = app
        self.provider = provider
        self._runs = 0

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        async with self.app.client(PASSWORD) as client:
            yield client

    async def call(self, method: str, /, **params: object) -> Any:
        async with self.client() as client:
            return await client.call(method, **params)

    async def until(self, ask: Callable[[], Any], what: str, patience: float = 90) -> Any:
        """What `ask` gives, as soon as it gives something."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            with contextlib.suppress(OSError, TypeError, Refusal, TimeoutError, NoAnswer):
                if found := await ask():
                    return found
            await asyncio.sleep(0.1)
        raise AssertionError(f"waited {patience:g} s for {what}:\n{self.app.log[-6000:]}")

    async def service(self, name: str) -> Any:
        listed = await self.call("services.list")
        return next((row for row in listed["services"] if row["name"] == name), None)

    async def stands(self, name: str, state: str, restarts: int = 0) -> Any:
        async def look() -> Any:
            row = await self.service(name)
            return row if row and row["state"] == state and row["restarts"] >= restarts else None

        return await self.until(look, f"{name} to be {state}")

    async def notices(self) -> dict[str, str]:
        status = await self.call("status")
        return {notice["id"]: f"{notice['title']}. {notice['text']}" for notice in status["desktop"]["notices"]}

    async def told(self, name: str) -> str:
        async def look() -> str:
            return (await self.notices()).get(name, "")

        return str(await self.until(look, f"the notice {name}"))

    async def untold(self, name: str) -> None:
        async def look() -> bool:
            return name not in await self.notices()

        await self.until(look, f"the notice {name} to go")

    async def answers(self, text: str = "are you there") -> str:
        """What is answered to a message that is sent now."""
        self._runs += 1
        async with self.client() as client:
            run = f"k{self._runs}-{time.monotonic_ns()}"
            await client.call("chat.send", sessionKey="main", message=text, idempotencyKey=run)
            ended: Any = {"status": "timeout"}
            while ended["status"] == "timeout":
                ended = await client.call("agent.wait", runId=run, timeoutMs=5_000)
            if ended["status"] != "ok":
                raise NoAnswer(str(ended))
            history: Any = await client.call("chat.history", sessionKey="main", limit=1)
            return str(history["messages"][-1])


@asynccontextmanager
async def ill(folder: Path, *, state: Path | None = None, **config: object) -> AsyncIterator[Ill]:
    """The headless application in a home of its own, up and answering; all of it is gone afterwards."""
    provider = Provider()
    application = web.Application()
    application.router.add_post("/v1/chat/completions", provider.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    home = folder / "home"
    home.mkdir(exist_ok=True)
    with headless_app(home) as app:
        app.state = state or app.state
        app.state.mkdir(exist_ok=True)
        app.environ |= {"CLAWDBOT_GATEWAY_PASSWORD": PASSWORD, "TEST_KEY": "x", "CLAWDBOT_STATE_DIR": str(app.state)}
        # However busy this computer and however small the disk: what is asked is answered at once.
        room = {"maxCpu": 1, "reserveDisk": 0, "reserveMemory": 0}
        (app.state / "clawdbot.json").write_text(config_text(runner.addresses[0][1], resources=room, **config))
        app.start("serve")
        await asyncio.to_thread(app.wait_for_gateway)
        yield Ill(app, provider)
    await runner.cleanup()


async def test_the_gateway_s_socket_is_closed_behind_its_back(tmp_path: Path) -> None:
    async with ill(tmp_path) as it:
        await it.stands("gateway", "well")
        try:
            assert stop_listening(it.app.pid, it.app.port) >= 1
        except OSError as error:
            pytest.skip(f"the system does not let us: {error}")
        began = time.monotonic()
        row = await it.stands("gateway", "well", restarts=1)
        assert time.monotonic() - began < 60
        assert "Nothing listens at" in row["fault"]
        assert "The gateway was started again" in it.app.log
        assert "are you there" in await it.answers()
        audit = await it.call("audit.list", limit=50)
        assert "service:gateway" in str(audit)


@pytest.mark.skipif(not installed(), reason="the built-in model is not installed")
async def test_the_built_in_model_is_killed_while_it_answers(tmp_path: Path) -> None:
    async with ill(tmp_path, agents=LOCAL) as it:
        async with it.client() as client:
            await client.call("chat.send", sessionKey="main", message="Count to one thousand.", idempotencyKey="k1")
            await client.until("chat", state="delta")
            children = psutil.Process(it.app.pid).children(recursive=True)
            worker = next(child for child in children if "local_worker" in " ".join(child.cmdline()))
            worker.kill()
            failed = await client.until("chat", state="error", runId="k1")
            assert "stopped unexpectedly" in str(failed["errorMessage"])
        assert await it.answers("Say hello.")
        assert (await it.service("model"))["state"] == "well"


async def test_the_process_is_stopped_for_a_while(tmp_path: Path) -> None:
    async with ill(tmp_path) as it:
        await it.stands("gateway", "well")
        process = psutil.Process(it.app.pid)
        process.suspend()
        await asyncio.sleep(30)
        process.resume()
        assert "are you there" in await it.answers()
        assert "going on after a pause of" in it.app.log
        rows = (await it.call("services.list"))["services"]
        assert [row["name"] for row in rows if row["restarts"]] == [], "nobody is to blame"
        assert [name for name in await it.notices() if name.startswith("service.")] == []


async def test_the_history_is_damaged_while_it_is_closed(tmp_path: Path) -> None:
    async with ill(tmp_path) as it:
        path = it.app.state / "clawd-desktop" / "metrics.sqlite"
        await it.until(lambda: asyncio.sleep(0, path.exists()), "the history")
        assert it.app.end()[1] == 0
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0x10
        path.write_bytes(data)
    async with ill(tmp_path) as it:
        text = await it.told("database.metrics.sqlite")
        assert "not as it was when it was closed" in text
        (aside,) = path.parent.glob("metrics.sqlite.corrupt-*")
        assert aside.read_bytes() == bytes(data)
        assert "are you there" in await it.answers()
        assert (await it.call("metrics.get"))["gateway"]


BROKEN_SAMPLER = """
import sys
from clawd_desktop.operations import sampler

async def sample(self):
    raise OSError("the sensors are on fire")

sampler.FIRST_S = 0.1
sampler.Sampler.sample = sample
from clawd_desktop.__main__ import main
sys.exit(main(["serve"]))
"""


async def test_a_sampler_that_raises_for_ever(tmp_path: Path) -> None:
    quick = {"repair": {"cooldown": "100ms"}}
    async with ill(tmp_path, monitoring=quick) as it:
        it.app.end()
        with (tmp_path / "broken.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", BROKEN_SAMPLER], env=it.app.environ, cwd=it.app.home, stdout=log, stderr=log
            )
        try:
            row = await it.stands("sampler", "down", restarts=5)
            assert "the sensors are on fire" in row["fault"]
            text = await it.told("service.sampler")
            assert "started again 5 times within 10 minutes" in text
            assert "are you there" in await it.answers(), "everything else goes on"
            assert "service.sampler" in it.app.run("status", "--json").stdout
            assert "the sensors are on fire" in it.app.run("services").stdout
        finally:
            process.terminate()
            assert process.wait(30) == 0


@contextlib.contextmanager
def small_disk(folder: Path, size: str = "24m") -> Iterator[Path]:
    """A disk of its own that can be filled."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.decode()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


async def test_the_disk_is_filled_and_freed(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        async with ill(tmp_path, state=disk / "state") as it:
            assert "are you there" in await it.answers()
            filler = await asyncio.to_thread(fill, disk)

            async def refused() -> bool:
                try:
                    await it.answers("lost")
                except (Refusal, NoAnswer) as refusal:
                    return "the disk is full" in str(refusal)
                return False

            await it.until(refused, "a message to be refused")
            assert it.app.process is not None
            assert it.app.process.poll() is None
            filler.unlink()

            async def answered() -> str:
                return await it.answers("and now")

            assert "and now" in await it.until(answered, "an answer")
            await it.stands("usage", "well")
            for name in ("service.usage", "service.gateway", "service.databases"):
                await it.untold(name)
            assert it.app.end()[1] == 0


async def test_many_small_stops_in_a_row(tmp_path: Path) -> None:
    """Many small stops in a row are no reason for anything."""
    async with ill(tmp_path) as it:
        await it.stands("gateway", "well")
        for _ in range(5):
            os.kill(it.app.pid, signal.SIGSTOP)
            await asyncio.sleep(1)
            os.kill(it.app.pid, signal.SIGCONT)
        assert "are you there" in await it.answers()
        assert (await it.service("gateway"))["restarts"] == 0
