"""Qt for tests: an offscreen application, the product's own loop for coroutines, and services for windows."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

import pytest
from operations_stage import operations_services
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from ui.staging import NOW, FakeAutostart, FakeSecrets, FakeStatus, LocalModels, QuietChat, Stage

from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.drill_desk import DrillDesk
from clawd_desktop.backup.lifetime import Lifetime
from clawd_desktop.backup.restore_desk import Around, RestoreDesk
from clawd_desktop.backup.wanted import Needs
from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.ui.loop import make_loop
from clawd_desktop.ui.memory import Memory
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.shell import Shell


@pytest.fixture(autouse=True)
def loop_factory(qapp: QApplication) -> Iterator[Callable[[], asyncio.AbstractEventLoop]]:
    """Makes the loop on which coroutine tests of this folder run."""
    qapp.setQuitOnLastWindowClosed(False)
    yield lambda: make_loop(qapp)
    assert qapp.activeModalWidget() is None, "a dialog was left open"
    # A window that only its own buttons still refer to would otherwise be deleted from inside their deletion.
    windows = qapp.topLevelWidgets()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    windows.clear()


@pytest.fixture(scope="session")
def shell(qapp: QApplication) -> Shell:
    """The one shell of the test process, in the light theme and in English."""
    return Shell(["clawd-desktop"], theme="light", language="en")


@pytest.fixture
def stage(shell: Shell, tmp_path: Path) -> Iterator[Stage]:
    """Services for one test; look and language are put back afterwards."""
    bus, clock = EventBus(), ManualClock(NOW)
    status, secrets, autostart = FakeStatus(), FakeSecrets(), FakeAutostart()
    folder = tmp_path / "state"
    folder.mkdir()
    paths = find_paths({}, tmp_path, folder)
    config = ConfigStore(paths, {}, clock, bus)
    asyncio.run(config.load())
    memory = Memory(folder)
    memory.keep(theme="light", language="en")
    actions: list[str] = []
    failure: list[ClawdError] = []
    servers: list[LocalModels] = []

    async def run_action(action: str) -> None:
        actions.append(action)
        if failure:
            raise failure[0]

    async def find_local_servers() -> list[LocalModels]:
        return servers

    notices = NoticeBoard(bus)
    backups = BackupDesk(Needs(paths, lambda: config.config, lambda: (), secrets, clock, bus))
    restores = RestoreDesk(Lifetime())
    restores.use(Around(backups, secrets, notices, bus, clock, {}))
    services = UiServices(
        status=status, operations=operations_services(folder, bus, clock), backups=backups,
        restores=restores, drills=DrillDesk(backups, notices, dict(os.environ)), chat=QuietChat,
        notices=notices, bus=bus, config=config, secrets=secrets, clock=clock,
        theme=shell.theme, state_folder=folder, run_action=run_action, find_local_servers=find_local_servers,
        autostart=autostart,
    )  # fmt: skip
    yield Stage(shell, services, status, secrets, autostart, clock, memory, actions, servers, failure)
    shell.theme.use("light")
    shell.languages.use("en")
