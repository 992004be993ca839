"""Strangers cannot fill the log."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from gateway_rig import http, rig

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.refusals import BURST, LEDGER_PER_SECOND, PER_SECOND, Refusals

LOG = logging.getLogger("clawd.test")


def test_what_was_left_out_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    refusals = Refusals(clock)
    for number in range(BURST + 40):
        refusals.note(LOG, "refused %s", str(number))
    assert len(caplog.messages) == BURST
    clock.advance(1 / PER_SECOND)
    refusals.note(LOG, "refused %s", "the\nlast")
    assert caplog.messages[BURST:] == ["40 refusals before this one were not written down", "refused the\\nlast"]


class Rows:
    """A ledger that keeps what it is told."""

    def __init__(self) -> None:
        self.rows: list[tuple[object, ...]] = []

    def record(self, actor: str, act: str, subject: str, *, ok: bool = True, detail: str = "") -> None:
        self.rows.append((actor, act, subject, ok, detail))


def test_the_ledger_is_not_filled_either() -> None:
    clock, ledger = ManualClock(), Rows()
    refusals = Refusals(clock, ledger)
    for number in range(BURST + 40):
        refusals.keep("login", f"10.0.0.{number}", "wrong\npassword")
    assert len(ledger.rows) == BURST
    assert ledger.rows[0] == ("10.0.0.0", "login", "wrong\\npassword", False, "")
    clock.advance(1 / LEDGER_PER_SECOND)
    refusals.keep("login", "10.1.1.1", "x")
    assert ledger.rows[BURST:] == [("10.1.1.1", "login", "x", False, "40 before this one were not written down")]


def test_without_a_ledger_nothing_is_kept() -> None:
    Refusals(ManualClock()).keep("login", "10.0.0.1", "x")


@pytest.mark.parametrize("request_line", ["GET / HTTP/1.1\nOrigin: https://evil.example", "GET /\x01 HTTP/1.1"])
async def test_a_web_page_that_asks_for_ever_does_not_fill_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, request_line: str
) -> None:
    async with rig(tmp_path) as gateway:
        for _ in range(BURST + 20):
            await http(gateway.port, f"{request_line}\nHost: 127.0.0.1:{{port}}\n\n")
    assert BURST <= sum("refused" in line for line in caplog.messages) < BURST + 10


async def test_clients_that_are_not_let_in_do_not_fill_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig(tmp_path) as gateway:
        for _ in range(BURST + 20):
            socket = await gateway.socket()
            await socket.request("connect", {})
            socket.leave()
    assert BURST <= sum("refused" in line for line in caplog.messages) < BURST + 10
