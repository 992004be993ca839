"""`clawd-desktop restore` while the application runs: it is asked, followed, and tells how it ended."""

from __future__ import annotations

import asyncio
import getpass
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running_gateway import PASSWORD, Running, running

from clawd_desktop.cli import restore_running
from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.client import GatewayClient
from clawd_desktop.cli.commands import run
from clawd_desktop.cli.door import ask_for_status
from clawd_desktop.cli.exits import Exit, NotRunning
from clawd_desktop.cli.restore_running import there
from clawd_desktop.cli.target import Target
from clawd_desktop.config.paths import find_paths
from clawd_desktop.core.errors import AlreadyRunning, BadInput, Refused
from clawd_desktop.core.tasks import spawn
from clawd_desktop.core.values import JsonObject

WORDS = "four words of mine"


class Typist:
    """Types commands at the computer on which the application runs."""

    def __init__(self, app: Running, screens: Callable[..., Any]) -> None:
        self._app = app
        self._screens = screens

    async def __call__(self, *words: str, keyboard: io.StringIO | None = None) -> tuple[Exit, Any]:
        """What the command did and showed."""
        screen = self._screens()
        run_folder = find_paths(os.environ, Path.home(), self._app.state).run

        async def find() -> Target:
            return Target(f"ws://127.0.0.1:{self._app.port}", password=PASSWORD)

        async def shut() -> int | None:
            return None

        code = await run(
            parse([*words, "--data-dir", str(self._app.state)]), find, screen.console, keyboard or io.StringIO(), shut,
            lambda: ask_for_status(run_folder),
        )  # fmt: skip
        return code, screen


class Terminal(io.StringIO):
    """A keyboard at which somebody sits."""

    def isatty(self) -> bool:
        return True


async def test_shown_agreed_followed_and_taken_back(tmp_path: Path, home: Path, screens: Callable[..., Any]) -> None:
    async with running(tmp_path / "state") as app:
        typed, notes = Typist(app, screens), app.state / "workspace" / "notes.md"
        notes.parent.mkdir(exist_ok=True)
        notes.write_text("first")
        async with app.client() as client:
            name = str((await client.call("backup.create"))["id"])
        notes.write_text("second, longer")
        code, screen = await typed("restore", name, "--dry-run", "--file", "workspace-main/notes.md")
        assert (code, "workspace-main/notes.md: changed" in screen.shown) == (Exit.OK, True)
        code, screen = await typed("restore", name, "--dry-run", "--json", "--area", "workspace-main")
        assert [area["name"] for area in json.loads(screen.shown)["areas"]] == ["workspace-main"]
        code, screen = await typed("restore", name)
        assert (code, "--yes" in screen.noted) == (Exit.FAILED, True)
        code, screen = await typed("restore", name, keyboard=Terminal("n\n"))
        assert (code, notes.read_text()) == (Exit.FAILED, "second, longer")
        code, screen = await typed("restore", name, keyboard=Terminal("y\n"))
        assert (code, notes.read_text()) == (Exit.OK, "first"), screen.noted
        assert "The backup was restored" in screen.shown
        code, screen = await typed("restore", "--list")
        assert "No restore" not in screen.shown
        code, screen = await typed("restore", "--undo", "--json")
        assert (code, json.loads(screen.shown)["ok"], notes.read_text()) == (Exit.OK, True, "second, longer")
        code, screen = await typed("restore", "--list", "--json")
        assert len(json.loads(screen.shown)["undoable"]) == 1
        for words, said in (
            (("restore", name, "--yes", "--area", "nowhere"), "has no area nowhere"),
            (("restore", name, "--yes", "--file", "config/none"), "can be restored on this computer"),
            (("restore", "nothing", "--yes"), "no backup nothing"),
            (("restore", "--undo", "nothing"), "no restore nothing"),
            (("restore",), "No backup is named"),
        ):
            code, screen = await typed(*words)
            assert (code, said in screen.noted + screen.shown) == (Exit.FAILED, True), words
        assert notes.read_text() == "second, longer"


async def test_a_locked_one(
    tmp_path: Path, home: Path, screens: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "words").write_text(f"{WORDS}\n")
    async with running(tmp_path / "state") as app:
        typed, notes = Typist(app, screens), app.state / "workspace" / "notes.md"
        notes.parent.mkdir(exist_ok=True)
        notes.write_text("first")
        async with app.client() as client:
            path = str((await client.call("backup.create", passphrase=WORDS))["path"])
        notes.write_text("second, longer")
        code, screen = await typed("restore", path, "--yes")
        assert (code, "--passphrase-file" in screen.noted) == (Exit.FAILED, True)
        code, _ = await typed("restore", path, "--yes", "--passphrase-file", str(tmp_path / "words"))
        assert (code, notes.read_text()) == (Exit.OK, "first")
        notes.write_text("third, longer")
        monkeypatch.setattr(getpass, "getpass", lambda prompt: WORDS)
        code, _ = await typed("restore", path, "--yes", keyboard=Terminal())
        assert (code, notes.read_text()) == (Exit.OK, "first")


async def test_who_stops_waiting_stops_it(tmp_path: Path, home: Path, screens: Callable[..., Any]) -> None:
    async with running(tmp_path / "state") as app, app.client() as client:
        typed, large = Typist(app, screens), app.state / "skills" / "large.bin"
        large.parent.mkdir()
        large.write_bytes(os.urandom(48 << 20))
        name = str((await client.call("backup.create", areas=["skills"]))["id"])
        large.write_bytes(b"small")
        waiting = spawn(typed("restore", name, "--yes"), name="restore", awaited=True)
        async with asyncio.timeout(60):
            while not (await client.call("backup.restores"))["working"]:
                await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        async with asyncio.timeout(30):
            while (known := await client.call("backup.restores"))["working"]:
                await asyncio.sleep(0.01)
        assert (known["undoable"], large.read_bytes()) == ([], b"small")


async def reports(pid: int) -> JsonObject:
    return {"desktop": {"pid": pid}}


async def test_another_application_is_left_alone(gateways: Callable[..., Any]) -> None:
    async with gateways() as gateway:
        gateway.methods["status"] = lambda *_: reports(2)

        async def connect() -> GatewayClient:
            client = GatewayClient(gateway.target)
            await client.connect()
            return client

        with pytest.raises(Refused, match="is not the application of this state folder"):
            async with there(connect, {"pid": 1}, print, None):
                pass
        async with there(connect, {}, print, None):  # with --url whoever is there was meant
            pass

        async def nobody() -> GatewayClient:
            raise NotRunning("No gateway answers.")

        with pytest.raises(AlreadyRunning, match="its gateway cannot be asked") as refused:
            async with there(nobody, {"pid": 1}, print, None):
                pass
        assert "clawd-desktop quit" in refused.value.hint
        with pytest.raises(NotRunning):
            async with there(nobody, {}, print, None):
                pass


class Restorer:
    """A gateway that goes away while it restores, and is not back for the first `away` tries."""

    def __init__(self, gateway: Any) -> None:
        self.ended, self.away, self.comes, self._working = 1, 0, 0, False
        self._gateway = gateway
        gateway.methods |= {"backup.restore": self._begin, "backup.restores": self._restores}

    async def connect(self) -> GatewayClient:
        if self.away:
            self.away -= 1
            raise NotRunning("No gateway answers.")
        client = GatewayClient(self._gateway.target)
        await client.connect()
        return client

    async def _begin(self, gateway: Any, _: JsonObject) -> JsonObject:
        self._working = True
        await gateway.tell("backup.progress", {"stage": "verify", "done": 1, "total": 2, "file": ""})
        return {"begun": True}

    async def _restores(self, gateway: Any, _: JsonObject) -> JsonObject:
        if self._working:
            self._working, self.away = False, self.comes
            await gateway.drop()
        return {"working": False, "undoable": [], "last": {"atMs": self.ended, "ok": True}}


async def test_it_goes_away_and_comes_back(gateways: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore_running, "LOOK_EVERY_S", 0.01)
    heard: list[JsonObject] = []
    async with gateways() as gateway:
        restorer = Restorer(gateway)
        restorer.comes = 3
        async with there(restorer.connect, {}, heard.append, None) as where:
            with pytest.raises(BadInput, match="It was stopped"):
                await where.done("backup.restore", {"id": "x"})
            assert (restorer.away, [one["stage"] for one in heard]) == (0, ["verify"])
            waiting = spawn(where.done("backup.restore", {"id": "x"}), name="restore", awaited=True)
            async with asyncio.timeout(10):
                while len(heard) < 2:
                    await asyncio.sleep(0)
            restorer.ended = 2
            assert await waiting == {"atMs": 2, "ok": True}


async def test_one_that_does_not_come_back_is_not_waited_for_for_ever(
    gateways: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore_running, "LOOK_EVERY_S", 0.01)
    async with gateways() as gateway:
        restorer = Restorer(gateway)
        restorer.comes = 1_000_000
        async with there(restorer.connect, {}, print, 0.2) as where:
            with pytest.raises(NotRunning) as gone:
                await where.done("backup.restore", {"id": "x"})
            assert "restore --list" in gone.value.hint
