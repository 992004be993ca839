"""Real load trips real alerts: they stand on a real desktop with their buttons, and their end is told."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desktop_session import Desktop, desktop_session, wait_until
from e2e.app_process import PATIENCE, App, app_on
from running_gateway import config_text, free_port, running

from clawd_desktop import app as application
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import ChannelChanged
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.operations import assembly
from clawd_desktop.operations.announcer import Announcer
from clawd_desktop.operations.assembly import Needs, OperationsServices
from clawd_desktop.system.notifications.freedesktop import FreedesktopNotifier

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(600)]
PASSWORD = "e2e-password-0123456789"
# Measurements are 15 s apart where nobody looks.
LONG = 120.0
RESTING = 45.0
BUSY = 0.95
MIB = 2**20
SERVER = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
lines = []
while True:
    lines.append(server.accept()[0])
"""


@contextmanager
def notified_desktop() -> Iterator[tuple[Desktop, Path]]:
    """A desktop whose notification service offers a menu of buttons; the file holds the words of the one to press."""
    with desktop_session(tray=False, keyring=False) as desktop:
        folder = desktop.programs.folder
        wish, menu, chooser, settings = (folder / name for name in ("wish", "menu", "chooser", "dunstrc"))
        chooser.write_text(f'#!/bin/sh\ntee {menu} | grep -m1 -F "$(cat {wish})"\n')
        chooser.chmod(0o755)
        settings.write_text(f"[global]\n    dmenu = {chooser}\n[urgency_normal]\n    timeout = 0\n")
        desktop.programs.stop("dunst")
        desktop.programs.start(["dunst", "-conf", str(settings)], {**desktop.environ, "HOME": str(folder)})
        desktop.bus.wait_for_name("org.freedesktop.Notifications")
        yield desktop, wish


def buttons(desktop: Desktop, wish: Path, press: str = "#no such button") -> list[str]:
    """All buttons of the notifications on the screen, as the service's own menu shows them; `press` is pressed."""
    wish.write_text(press)
    menu = desktop.programs.folder / "menu"
    menu.unlink(missing_ok=True)
    desktop.run("dunstctl", "context")
    with contextlib.suppress(TimeoutError):
        wait_until(lambda: menu.exists() and bool(menu.read_text()), "the menu of buttons", patience=6)
    return menu.read_text().splitlines() if menu.exists() else []


def titles(desktop: Desktop, wish: Path) -> set[str]:
    """The titles of the notifications on the screen."""
    return {line.split("(", 1)[1].rsplit(") [", 1)[0] for line in buttons(desktop, wish) if "(" in line}


def started(app: App, **monitoring: object) -> None:
    app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
    app.environ["TEST_KEY"] = "x"
    (app.state / "clawdbot.json").write_text(
        config_text(free_port(), monitoring={"thresholds": {"checkInterval": 1_000}, **monitoring})
    )
    app.start()
    app.wait_for_gateway()


def ask(app: App, method: str, **params: object) -> dict[str, object]:
    """What a method of the running application answers."""

    async def asked() -> dict[str, object]:
        async with app.client(PASSWORD) as client:
            return await client.call(method, **params)

    return asyncio.run(asked())


def alert(app: App, rule: str) -> dict[str, object]:
    """The open alert of the rule, nothing when there is none."""
    rows = ask(app, "alerts.list")["open"]
    return next((row for row in rows if row["rule"] == rule), {})  # type: ignore[attr-defined]


def load(app: App) -> float:
    """How busy the processor is, as the application measured it last."""
    system = ask(app, "metrics.get")["system"]
    return float(system.get("cpuUsage") or 1.0)  # type: ignore[attr-defined]


@contextmanager
def burners() -> Iterator[None]:
    """Programs that keep every core busy, and let everybody else go first."""
    program = "import os\nos.nice(19)\nwhile True: pass"
    burning = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for process in burning:
            process.kill()
            process.wait()


@contextmanager
def disk(folder: Path, size: str) -> Iterator[None]:
    """A disk of its own mounted at the folder."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small disk needs root on Linux")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this computer does not allow mounts")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_burning_the_processor_is_told_with_buttons_and_acknowledged(home: Path) -> None:
    rules = {"cpu.warning": {"enabled": False}, "cpu.critical": {"enabled": False}}
    with notified_desktop() as (desktop, wish), app_on(desktop, home) as app:
        app.state.mkdir()
        started(app, rules=rules)
        # Where other programs keep every core busy all the time, theirs is the load that trips it.
        with contextlib.suppress(TimeoutError):
            wait_until(lambda: load(app) < BUSY, "a moment of rest", patience=RESTING)
        with burners():
            # Only now: an alert that other programs had begun and ended before would come back without a word.
            busy = {"rules": {"cpu.warning": {"enabled": True, "value": BUSY, "for": "2s"}}}
            ask(app, "config.patch", raw=json.dumps({"monitoring": busy}), baseHash=ask(app, "config.get")["hash"])
            title = "(The processor is busy)"
            wait_until(lambda: bool(alert(app, "cpu.warning")), f"the alert at {load(app)}", patience=LONG)
            offered = {"#Open", "#Acknowledge", "#Snooze 1 h", "#Show"}
            wait_until(
                lambda: {line.split(" (")[0] for line in buttons(desktop, wish) if title in line} == offered,
                "the notification and its buttons",
                patience=PATIENCE,
            )
            assert "acknowledgedMs" not in alert(app, "cpu.warning")

            def pressed() -> bool:
                # The service opens no second menu while the one before is still closing.
                buttons(desktop, wish, press=f"#Acknowledge {title}")
                return "acknowledgedMs" in alert(app, "cpu.warning")

            wait_until(pressed, "the acknowledgement", patience=PATIENCE)
            assert alert(app, "cpu.warning")["acknowledgedBy"] == "owner"
            wait_until(lambda: not any(title in line for line in buttons(desktop, wish)), "it to go from the screen")


def test_filling_the_disk_of_the_state_folder_is_told_and_its_end_too(home: Path) -> None:
    rules = {"disk.low": {"value": "8MiB", "clear": "16MiB"}}
    with notified_desktop() as (desktop, wish), app_on(desktop, home) as app:
        app.state.mkdir()
        with disk(app.state, "48m"):
            started(app, rules=rules)
            assert alert(app, "disk.low") == {}
            ballast = app.state / "ballast"
            free = shutil.disk_usage(app.state).free
            ballast.write_bytes(bytes(free - 4 * MIB))
            wait_until(lambda: bool(alert(app, "disk.low")), "the alert", patience=LONG)
            found = alert(app, "disk.low")
            assert 0 < float(str(found["value"])) < 8 * MIB
            wait_until(
                lambda: "The disk is nearly full" in titles(desktop, wish), "the notification", patience=PATIENCE
            )
            ballast.unlink()
            wait_until(lambda: not alert(app, "disk.low"), "its end", patience=LONG)
            wait_until(
                lambda: "Over: The disk is nearly full" in titles(desktop, wish), "the good news", patience=PATIENCE
            )
            why = app.run("alerts", "why", str(found["id"])).stdout
            assert "Rule disk.low: Free disk below 8.0 MiB" in why
            app.end()


class Line:
    """Holds a connection to a server open and says on the bus whether it stands, as a channel does."""

    def __init__(self, port: int, bus: EventBus) -> None:
        self._port = port
        self._bus = bus

    async def hold(self) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            except OSError as error:
                self._bus.publish(ChannelChanged("testline", "", up=False, detail=str(error)))
                await asyncio.sleep(0.2)
                continue
            self._bus.publish(ChannelChanged("testline", "", up=True))
            try:
                with contextlib.suppress(OSError):
                    await reader.read()
            finally:
                writer.transport.abort()
            self._bus.publish(ChannelChanged("testline", "", up=False, detail="the server is gone"))


@contextlib.asynccontextmanager
async def server(port: int) -> AsyncIterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port)])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_killing_the_server_of_a_channel_is_told_and_its_return_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No chat channel is built yet: a real connection to a real server process says what a channel will say."""
    bus, made = EventBus(), list[OperationsServices]()
    board = NoticeBoard(bus)
    assemble = assembly.assemble

    async def watched(stack: contextlib.AsyncExitStack, needs: Needs) -> OperationsServices:
        made.append(await assemble(stack, needs))
        return made[0]

    monkeypatch.setattr(application, "EventBus", lambda: bus)
    monkeypatch.setattr(application, "NoticeBoard", lambda bus: board)
    monkeypatch.setattr(assembly, "assemble", watched)
    rules = {"channel.down": {"for": "3s"}}
    monitoring = {"thresholds": {"checkInterval": 1_000}, "rules": rules}
    port = free_port()
    with notified_desktop() as (desktop, wish):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.bus.address)
        async with running(tmp_path, monitoring=monitoring), server(port) as first:
            operations = made[0]
            announcer = Announcer(board, FreedesktopNotifier(lambda chosen: None), bus, operations.quiet)
            line = spawn(Line(port, bus).hold(), name="the line")
            with operations.metrics.watch():
                await shown(lambda: operations.history.latest("channel.up{testline}") == 1.0)
                assert operations.alerts.open() == ()
                first.kill()
                await shown(lambda: [one.key for one in operations.alerts.open()] == ["channel.up{testline}"])
                down, up = "A channel is not connected: testline", "Over: A channel is not connected: testline"
                assert down in await seen(desktop, wish, down)
                async with server(port):
                    await shown(lambda: not operations.alerts.open())
                    assert up in await seen(desktop, wish, up)
            await stop(line)
            await announcer.close()
    (past,) = operations.alerts.past(5)
    assert past.rule == "channel.down"
    assert past.ended_ms > past.raised_ms > past.since_ms


async def shown(condition: object) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.05)


async def seen(desktop: Desktop, wish: Path, title: str) -> set[str]:
    """The titles on the screen, as soon as that one is among them."""
    async with asyncio.timeout(PATIENCE):
        while title not in (found := await asyncio.to_thread(titles, desktop, wish)):
            continue
        return found
