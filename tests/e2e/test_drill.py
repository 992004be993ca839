"""A backup that was spoilt behind the back of the application is found by itself and told on a real desktop."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from backup_desk_stage import damage
from desktop_session import Desktop, desktop_session
from e2e.app_process import PATIENCE
from running_gateway import Client, running

from clawd_desktop import app as application
from clawd_desktop.backup import assembly as backup
from clawd_desktop.backup.drill_service import DrillService
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.operations import assembly
from clawd_desktop.operations.announcer import Announcer
from clawd_desktop.operations.assembly import Needs, OperationsServices
from clawd_desktop.system.notifications.freedesktop import FreedesktopNotifier

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(300)]
SPEED = 120.0
TITLE = "The newest backup cannot be restored"


class FastClock:
    """The clock of the backups: two minutes pass in each second."""

    def __init__(self) -> None:
        self._began = time.time(), time.monotonic()

    def wall_ms(self) -> int:
        return round((self._began[0] + (time.monotonic() - self._began[1]) * SPEED) * 1000)

    def monotonic(self) -> float:
        return self._began[1] + (time.monotonic() - self._began[1]) * SPEED


async def said(client: Client, text: str) -> None:
    await client.call("chat.send", sessionKey="main", message=text, idempotencyKey=text)
    await client.until("chat", state="final")


async def shown(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.1)


def on_screen(desktop: Desktop) -> str:
    """What the notification service shows now, as it tells itself."""
    done = subprocess.run(
        ["dunstctl", "history"], env=desktop.environ, capture_output=True, text=True, check=False, timeout=10
    )
    return done.stdout


async def test_a_planted_corruption_arrives_as_a_notification_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus, made = EventBus(), list[OperationsServices]()
    board = NoticeBoard(bus)
    assemble = assembly.assemble

    async def watched(stack: contextlib.AsyncExitStack, needs: Needs) -> OperationsServices:
        made.append(await assemble(stack, needs))
        return made[0]

    state = tmp_path / "state"
    async with running(state) as app, app.client() as client:
        await said(client, "remember the lamp")
        record = await client.call("backup.create")
    damage(Path(str(record["path"])))
    monkeypatch.setattr(application, "EventBus", lambda: bus)
    monkeypatch.setattr(application, "NoticeBoard", lambda bus: board)
    monkeypatch.setattr(assembly, "assemble", watched)
    make_desk = backup.make_desk
    monkeypatch.setattr(backup, "make_desk", lambda *given: make_desk(*given[:3], FastClock(), *given[4:]))
    monkeypatch.setitem(DrillService.__init__.__kwdefaults__, "beat_s", 0.05)
    with desktop_session(tray=False, keyring=False) as desktop:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.bus.address)
        async with running(state) as app:
            announcer = Announcer(board, FreedesktopNotifier(lambda chosen: None), bus, made[0].quiet)
            await shown(lambda: any(one.id == "backup.drill" for one in board.current()))
            (notice,) = [one for one in board.current() if one.id == "backup.drill"]
            assert notice.title == TITLE
            assert "archive damaged at" in notice.text
            assert str(record["path"]) in notice.text
            await shown(lambda: desktop.run("dunstctl", "count", "displayed").strip() == "1")
            desktop.screenshot(tmp_path / "told.png")
            async with app.client() as client:
                listed = await client.call("backup.list")
                assert listed["lastDrill"]["ok"] is False  # type: ignore[index, call-overload]
            desktop.run("dunstctl", "close-all")
            await shown(lambda: TITLE in on_screen(desktop))
            await announcer.close()
