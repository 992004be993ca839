"""A turn without a sign of life is stopped; one that works, waits for a person, or for its turn is not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from running_gateway import running

from clawd_desktop.config.schema.monitoring import Repair
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import (
    ApprovalAsked,
    ApprovalEnded,
    Repaired,
    Resumed,
    RunAborted,
    RunFailed,
    RunModel,
    RunQueued,
    RunStarted,
    RunText,
    RunTool,
    ToolPhase,
)
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.operations import stuck_runs
from clawd_desktop.operations.stuck_runs import NOTICE, Runs, StuckRuns
from clawd_desktop.operations.told import Told

KEY = "agent:main:main"


class Turns:
    """The bus, and what was stopped."""

    def __init__(self, **repair: Any) -> None:
        self.bus, self.clock = EventBus(), ManualClock()
        self.notices = NoticeBoard(self.bus)
        self.stopped: list[str] = []
        self.lingering: set[str] = set()
        self.repaired: list[Repaired] = []
        self.bus.subscribe(Repaired, self.repaired.append)
        self.watch = StuckRuns(
            lambda: Repair(**repair), Runs(self._stop, self.lingering.__contains__),
            Told(self.bus, self.notices, self.clock),
        )  # fmt: skip

    def _stop(self, key: str, run_id: str) -> None:
        self.stopped.append(run_id)
        self.bus.publish(RunAborted(run_id, key, 9, "stuck"))

    def start(self, run_id: str) -> None:
        self.bus.publish(RunStarted(run_id, KEY, 1, self.clock.wall_ms()))

    def after(self, seconds: float) -> list[str]:
        self.clock.advance(seconds)
        self.watch.look()
        return self.stopped


def test_a_turn_without_a_sign_is_stopped_and_told() -> None:
    turns = Turns()
    turns.start("r1")
    assert turns.after(899) == []
    assert turns.after(1) == ["r1"]
    assert "no sign of life for 15 min" in turns.repaired[0].text
    assert turns.after(10_000) == ["r1"], "once"


def test_every_sign_counts() -> None:
    turns = Turns(stuck_run="1m")
    turns.start("r1")
    for sign in (
        RunText("r1", KEY, 2, "a", "a"), RunModel("r1", KEY, 2, "p", "m"),
        RunTool("r1", KEY, 3, ToolPhase.START, "exec", "c1"), RunTool("r1", KEY, 3, ToolPhase.UPDATE, "exec", "c1"),
        RunTool("r1", KEY, 3, ToolPhase.RESULT, "exec", "c1"),
    ):  # fmt: skip
        assert turns.after(59) == []
        turns.bus.publish(sign)
    assert turns.after(59) == []
    assert turns.after(1) == ["r1"]


def test_who_waits_in_the_queue_or_has_ended_is_not_stuck() -> None:
    turns = Turns()
    turns.bus.publish(RunQueued("r1", KEY, 0))
    turns.start("r2")
    turns.bus.publish(RunFailed("r2", KEY, 2, "It failed.", "x", 1, 2))
    assert turns.after(100_000) == []


def test_who_waits_for_a_person_is_not_stuck() -> None:
    turns = Turns()
    turns.start("r1")
    turns.start("r2")
    turns.bus.publish(RunTool("r1", KEY, 2, ToolPhase.START, "exec", "c1"))
    turns.bus.publish(ApprovalAsked("a1"))
    assert turns.after(900) == ["r2"], "the other one waits for nobody"
    assert turns.after(10_000) == ["r2"]
    turns.bus.publish(ApprovalEnded("a1", "allow-once"))
    assert turns.after(899) == ["r2"]
    assert turns.after(1) == ["r2", "r1"]


def test_sleep_is_not_its_fault() -> None:
    turns = Turns()
    turns.start("r1")
    turns.clock.advance(100_000)
    turns.bus.publish(Resumed(100_000))
    assert turns.after(1) == []
    assert turns.after(900) == ["r1"]


@pytest.mark.parametrize("repair", [{"enabled": False}, {"stuck_run": "0s"}])
def test_switched_off(repair: dict[str, Any]) -> None:
    turns = Turns(**repair)
    turns.start("r1")
    assert turns.after(1_000_000) == []


def test_one_that_does_not_end_when_it_is_stopped_is_told_until_it_does() -> None:
    turns = Turns()
    turns.start("r1")
    turns.lingering.add("r1")
    turns.after(900)
    assert turns.notices.current() == ()
    turns.after(30)
    (notice,) = turns.notices.current()
    assert (notice.id, notice.actions[0].id) == (NOTICE, "app.restart")
    assert notice.text.startswith("1 stopped answer does not end")
    turns.lingering.clear()
    turns.after(1)
    assert turns.notices.current() == ()


def test_after_the_end_nothing_is_heard() -> None:
    turns = Turns()
    turns.watch.close()
    turns.start("r1")
    assert turns.after(10_000) == []


async def test_in_the_running_application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stuck_runs, "LOOK_S", 0.05)
    async with running(tmp_path, monitoring={"repair": {"stuckRun": "1s"}}) as app, app.client() as client:
        app.provider.gate.clear()
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        aborted = await client.until("chat", state="aborted")
        assert aborted["stopReason"] == "timeout"
        app.provider.gate.set()
        async with asyncio.timeout(10):
            while "no sign of life" not in str(await client.call("chat.history", sessionKey="main")):
                await asyncio.sleep(0.02)
        await client.call("chat.send", sessionKey="main", message="and now", idempotencyKey="k2")
        assert (await client.call("agent.wait", runId="k2"))["status"] == "ok"
