"""The configuration counts while the application runs, and a fault is told of once, until it is over."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from gateway_rig import until
from operations.http_log_server import log_server
from operations.log_rig import log_in, texts

from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.events import SecretsChanged
from clawd_desktop.core.notices import NoticeBoard, Severity
from clawd_desktop.operations.log_keeper import NOTICE, LogKeeper
from clawd_desktop.operations.log_settings import Surroundings
from clawd_desktop.operations.logs import LogDesk
from clawd_desktop.operations.redaction import Redactor

LOG = logging.getLogger("clawd.test")


class Kept:
    """A secret store of one secret, or none."""

    def __init__(self) -> None:
        self.value: str | None = None

    async def get(self, name: str) -> str | None:
        return self.value

    async def set(self, name: str, value: str) -> None:
        self.value = value

    async def delete(self, name: str) -> None:
        self.value = None


class Scene:
    def __init__(self, folder: Path, desk: LogDesk, redactor: Redactor) -> None:
        self.paths = find_paths({}, folder, folder)
        self.bus, self.clock, self.secrets, self.desk = EventBus(), SystemClock(), Kept(), desk
        self.notices = NoticeBoard(self.bus)
        self.config = ConfigStore(self.paths, {}, self.clock, self.bus)
        around = Surroundings(self.paths.logs, self.paths.user, False)
        self.keeper = LogKeeper(desk, around, self.config, self.secrets, redactor, self.notices, self.clock)

    async def write(self, **logging: object) -> None:
        self.paths.config_file.write_text(json.dumps({"logging": logging}))
        await self.config.load()

    def text(self) -> str:
        return "".join(notice.text for notice in self.notices.current() if notice.id == NOTICE)


@asynccontextmanager
async def scene(folder: Path, **logging: object) -> AsyncIterator[Scene]:
    redactor = Redactor()
    with log_in(folder / "logs", redactor=redactor) as desk:
        made = Scene(folder, desk, redactor)
        await made.write(**logging)
        made.keeper.start(made.bus)
        yield made
        await made.keeper.close()


@pytest.mark.parametrize(
    ("level", "number"), [("debug", logging.DEBUG), ("warn", logging.WARNING), ("silent", logging.CRITICAL + 10)]
)
async def test_the_level_counts_at_once(tmp_path: Path, level: str, number: int) -> None:
    async with scene(tmp_path, level="info") as on:
        assert logging.getLogger("clawd").level == logging.INFO
        await on.write(level=level, subsystems={"gateway": "error"})
        assert logging.getLogger("clawd").level == number
        assert logging.getLogger("clawd.gateway").level == logging.ERROR
        await on.write(level="info")
        assert logging.getLogger("clawd.gateway").level == logging.NOTSET


async def test_file_form_and_expressions_count_at_once(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        await on.write(file="own.log", redactPatterns=[r"ACME-\d+"])
        LOG.info("see ACME-12")
        on.desk.flush()
        assert on.desk.path == tmp_path / "own.log"
        assert texts(on.desk.path)[-1] == "see [hidden]"


async def test_what_cannot_be_used_is_told_until_it_is_mended(tmp_path: Path) -> None:
    async with scene(tmp_path, transports=[{"type": "syslog", "config": {"address": "nowhere"}}]) as on:
        (notice,) = on.notices.current()
        assert notice.severity is Severity.WARNING
        assert notice.text.startswith("logging.transports[0] is not used: 'nowhere' is no address of syslog.")
        await on.write(level="info")
        assert on.notices.current() == ()


async def test_a_disk_that_refuses_is_told_of_once_and_cleared_when_it_takes_lines_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        (tmp_path / "in the way").write_text("")
        await on.write(file="in the way/own.log")
        told: list[str] = []
        for number in range(20):
            LOG.warning("line %d", number)
        await until(lambda: bool(on.text()))
        told.append(on.text())
        assert "cannot be written to" in told[0] or "Could not" in told[0]
        (tmp_path / "in the way").unlink()
        await until(lambda: not on.text())
        on.desk.flush()
        assert [f"line {number}" for number in range(20)] == [
            text for text in texts(tmp_path / "in the way" / "own.log") if text.startswith("line")
        ]


async def test_a_secret_of_a_log_server_is_waited_for_and_hidden(tmp_path: Path) -> None:
    with log_server() as server:
        config = {"url": server.url, "headers": {"Authorization": "keyring:log.token"}, "flushMs": 10}
        async with scene(tmp_path, transports=[{"type": "http", "config": config}]) as on:
            await until(lambda: "cannot be had" in on.text())
            on.secrets.value = "canary-of-the-log"
            on.bus.publish(SecretsChanged("ok"))
            await until(lambda: not on.text())
            LOG.info("with canary-of-the-log inside")
            await until(lambda: "with [hidden] inside" in server.taken, seconds=10)
            assert server.requests[0][1]["Authorization"] == "canary-of-the-log"


async def test_other_settings_do_not_touch_the_log(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        applied: list[object] = []
        on.desk.fault_changed = lambda: applied.append(1)
        on.paths.config_file.write_text(json.dumps({"logging": {}, "ui": {"seamColor": "#336699"}}))
        await on.config.load()
        assert applied == []
