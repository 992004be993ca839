"""Hooks are carried out, bounded, and told of."""

from __future__ import annotations

import asyncio

import pytest

from clawd_desktop.automation.hook_desk import GONE, MOST_AT_ONCE, HookDesk, TooManyRuns
from clawd_desktop.automation.hooks import AgentTurn, Wake
from clawd_desktop.core.errors import BadInput, NotFound, StorageFault
from clawd_desktop.core.ports import Errand, ErrandEnd


class Desk:
    """Where hooks lead, with runs that end when a test says so."""

    def __init__(self) -> None:
        self.started: list[Errand] = []
        self.told: list[tuple[str, str]] = []
        self.ends: dict[str, asyncio.Future[ErrandEnd]] = {}
        self.refuses = False
        self.desk = HookDesk(self, self, self.model)

    async def start(self, errand: Errand) -> None:
        if self.refuses:
            raise StorageFault("The disk is full.")
        self.started.append(errand)
        self.ends[errand.run_id] = asyncio.get_running_loop().create_future()

    async def end(self, run_id: str) -> ErrandEnd:
        return await self.ends[run_id]

    async def wake(self, text: str, mode: str) -> bool:
        if self.refuses:
            raise StorageFault("The disk is full.")
        self.told.append((text, mode))
        return True

    def model(self, name: str) -> str:
        if name != "a":
            raise NotFound("no such model")
        return "p/a"


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_run_is_started_fenced_and_told_of() -> None:
    play = Desk()
    run_id = await play.desk.run(AgentTurn("text", "Post", "next-heartbeat", model="a", thinking="low", timeout_s=3.0))
    errand = play.started[0]
    assert errand.session_key.startswith("hook:")
    assert "text" in errand.text
    assert "UNTRUSTED" in errand.text
    assert errand.title.endswith(": text")
    assert (errand.run_id, errand.model, errand.thinking, errand.timeout_s) == (run_id, "p/a", "low", 3.0)
    play.ends[run_id].set_result(ErrandEnd(True, "done"))
    await settled()
    assert play.told == [("Hook Post: done", "next-heartbeat")]


async def test_trusted_content_and_a_named_session_stay_as_they_are() -> None:
    play = Desk()
    await play.desk.run(AgentTurn("text", session_key="hook:mine", trusted=True))
    assert (play.started[0].text, play.started[0].session_key) == ("text", "hook:mine")
    await play.desk.close()


async def test_wakes_go_straight_on() -> None:
    play = Desk()
    await play.desk.wake(Wake("x", "now"))
    assert play.told == [("x", "now")]


async def test_an_unknown_model_starts_nothing() -> None:
    play = Desk()
    with pytest.raises(BadInput, match="no such model"):
        await play.desk.run(AgentTurn("x", model="b"))
    assert not play.started


async def test_so_many_at_once_and_a_refused_one_takes_no_place() -> None:
    play = Desk()
    play.refuses = True
    for _ in range(MOST_AT_ONCE):
        with pytest.raises(StorageFault):
            await play.desk.run(AgentTurn("x"))
    play.refuses = False
    ids = [await play.desk.run(AgentTurn("x")) for _ in range(MOST_AT_ONCE)]
    with pytest.raises(TooManyRuns):
        await play.desk.run(AgentTurn("x"))
    play.ends[ids[0]].set_result(ErrandEnd(False, "why"))
    await settled()
    assert play.told == [("Hook Hook (error): why", "now")]
    await play.desk.run(AgentTurn("x"))
    await play.desk.close()


async def test_what_goes_on_at_the_end_is_told_for_later() -> None:
    play = Desk()
    await play.desk.run(AgentTurn("x", "Post"))
    await play.desk.close()
    assert play.told == [(f"Hook Post (error): {GONE}", "next-heartbeat")]


async def test_a_report_that_cannot_be_kept_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    play = Desk()
    run_id = await play.desk.run(AgentTurn("x"))
    play.refuses = True
    play.ends[run_id].set_result(ErrandEnd(True, "y"))
    await settled()
    assert "The disk is full." in caplog.text
