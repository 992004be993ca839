"""Chats with the real application, headless, while it makes backups: how soon it answers, and what memory it takes."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from figures import PASSWORD, App, model_server
from load import Client, connect

from clawd_desktop.core.tasks import spawn

PAUSE_S = 0.04
SESSIONS = 8


@dataclass
class Beside:
    """Milliseconds until a message was taken, without and with a backup; MB of memory before, and at most meanwhile."""

    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    backups_s: list[float] = field(default_factory=list)
    idle_mb: float = 0.0
    most_mb: float = 0.0


async def beside_chat(home: Path, scratch: Path, messages: int) -> Beside:
    """Send so many messages alone, then at least as many while backup follows backup."""
    found = Beside()
    environ = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    async with model_server() as model_port:
        app = App("headless", {**environ, "HOME": str(home)})
        app.folder = home / ".clawdbot"
        before = (app.folder / "clawdbot.json").read_text()
        app.write_config(model_port)
        app.start()
        try:
            await app.hello()
            chatting, making = await connect(app.port, PASSWORD), await connect(app.port, PASSWORD)
            await _chat(chatting, messages // 4, [])  # the first ones load what they need
            await _chat(chatting, messages, found.alone)
            await _backups(app, chatting, making, scratch, messages, found)
        finally:
            await app.stop()
            (app.folder / "clawdbot.json").write_text(before)
    return found


async def _backups(app: App, chatting: Client, making: Client, scratch: Path, messages: int, found: Beside) -> None:
    process = app.tree()[0]
    scratch.mkdir(exist_ok=True)
    # The first one loads what it needs and is no measure of what a backup takes.
    await making.call("backup.create", folder=str(scratch))
    await asyncio.sleep(1.0)
    found.idle_mb = process.memory_info().rss / 1e6
    watching = spawn(_watch(process, found), name="watch memory")
    try:
        while len(found.beside) < messages:
            began = time.perf_counter()
            backup = spawn(making.call("backup.create", folder=str(scratch)), name="backup")
            while not backup.done():
                await _chat(chatting, 1, found.beside)
            await backup
            found.backups_s.append(time.perf_counter() - began)
            for path in scratch.glob("clawd-backup-*"):
                path.unlink()
    finally:
        watching.cancel()


async def _chat(client: Client, count: int, into: list[float]) -> None:
    for _ in range(count):
        began = time.perf_counter()
        number = time.monotonic_ns()
        await client.call(
            "chat.send", sessionKey=f"bench-{number // 1000 % SESSIONS}", message="hello", idempotencyKey=f"b{number}"
        )
        into.append((time.perf_counter() - began) * 1e3)
        await asyncio.sleep(PAUSE_S)


async def _watch(process: object, found: Beside) -> None:
    while True:
        found.most_mb = max(found.most_mb, process.memory_info().rss / 1e6)  # type: ignore[attr-defined]
        await asyncio.sleep(0.02)
