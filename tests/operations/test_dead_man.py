"""A sign of life reaches a real server while all is well, and stops when it is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web
from alert_stage import Drawer, until

from clawd_desktop.config.schema.monitoring import DeadMan as Settings
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.messages import Usage
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import StatusReport
from clawd_desktop.operations import dead_man
from clawd_desktop.operations.dead_man import DeadMan, address, trouble

REPORT = StatusReport(
    "running", (), "", 1, "1", 0, 1.0, 0, 0, 0, 0, None, "", (), Usage(), "", "", "", "", False, 1, 0.0, 0.0,
)  # fmt: skip


class Health:
    """How we are."""

    def __init__(self) -> None:
        self.now = REPORT

    def report(self) -> StatusReport:
        return self.now


class Stage:
    """The switch, and the server that hears of it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.paths: list[str] = []
        self.status = 200
        self.health = Health()
        self.notices = NoticeBoard(EventBus())
        self.settings = Settings(url=f"http://127.0.0.1:{port}/ping", every="1s")
        self.learned: list[str] = []
        self.secrets = Drawer()
        self.switch = DeadMan(
            lambda: self.settings, self.health, self.secrets, self.learned.append, self.notices, ManualClock()
        )

    async def answer(self, request: web.Request) -> web.Response:
        self.paths.append(request.path)
        return web.Response(status=self.status)


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    made: list[Stage] = []
    app = web.Application()

    async def answer(request: web.Request) -> web.Response:
        return await made[0].answer(request)

    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.append(Stage(runner.addresses[0][1]))
    try:
        yield made[0]
    finally:
        await made[0].switch.close()
        await runner.cleanup()


async def test_regularly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_man, "SHORTEST_S", 0.01)
    async with staged() as stage:
        stage.settings = Settings(url=stage.settings.url, every="1ms")
        stage.switch.start()
        await until(lambda: len(stage.paths) > 2)
        assert set(stage.paths) == {"/ping"}


async def test_nothing_without_an_address_and_at_once_with_new_settings() -> None:
    async with staged() as stage:
        stage.settings = Settings()
        await stage.switch.send()
        assert stage.paths == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, ""),
        ({"phase": "attached"}, ""),
        ({"phase": "failed"}, "the gateway is failed"),
        ({"phase": "stopped"}, "the gateway is stopped"),
        ({"loop_lag_s": 6.0}, "the event loop stood still for 6.0 s"),
    ],
)
async def test_not_while_something_is_wrong_with_us(changes: dict[str, object], wrong: str) -> None:
    async with staged() as stage:
        stage.health.now = replace(REPORT, **changes)  # type: ignore[arg-type]
        assert trouble(stage.health) == wrong
        await stage.switch.send()
        assert stage.paths == ([] if wrong else ["/ping"])
        assert stage.notices.current() == ()


def test_one_kind_of_address_takes_bad_news_too() -> None:
    assert address("https://hc-ping.com/uuid", "") == "https://hc-ping.com/uuid"
    assert address("https://hc-ping.com/uuid/", "x") == "https://hc-ping.com/uuid/fail"
    assert address("https://example.org/hc-ping.com", "x") == ""
    assert address("https://nothc-ping.com/x", "x") == ""


async def test_three_in_a_row_are_said_and_taken_back() -> None:
    async with staged() as stage:
        stage.status = 500
        for notices in ([], [], ["monitoring.deadMan"], ["monitoring.deadMan"]):
            await stage.switch.send()
            assert [notice.id for notice in stage.notices.current()] == notices
        assert "Status 500." in stage.notices.current()[0].text
        stage.status = 200
        await stage.switch.send()
        assert stage.notices.current() == ()


async def test_an_address_from_the_keyring_stays_secret(caplog: pytest.LogCaptureFixture) -> None:
    async with staged() as stage:
        stage.settings = Settings(url="keyring:life")
        for _ in range(3):
            await stage.switch.send()
        assert "keyring" in stage.notices.current()[0].text
        stage.secrets.known["life"] = f"http://127.0.0.1:{stage.port}/s3cret"
        await stage.switch.send()
        assert (stage.paths, stage.notices.current()) == (["/s3cret"], ())
        assert stage.learned == [f"http://127.0.0.1:{stage.port}/s3cret"]
        stage.secrets.known["life"] = "http://s3cret.invalid/\x00"
        for _ in range(3):
            await stage.switch.send()
        assert "s3cret" not in stage.notices.current()[0].text
        assert "s3cret" not in caplog.text


async def test_new_settings_forget_old_failures() -> None:
    async with staged() as stage:
        stage.status = 500
        for _ in range(3):
            await stage.switch.send()
        stage.switch.configure()
        assert stage.notices.current() == ()
        await stage.switch.send()
        assert stage.notices.current() == ()
