"""Lanes admit turns in order, one per session, and each takes a place of a real resource manager."""

from __future__ import annotations

import asyncio

import pytest
from resource_stage import Stage, at_most

from clawd_desktop.agent.queue import Lanes
from clawd_desktop.core.errors import Busy
from clawd_desktop.core.tasks import spawn


async def lanes_of(most: int, **sections: object) -> tuple[Lanes, Stage]:
    """Lanes that share so many places, on a computer that was measured just now."""
    stage = Stage(agents=at_most(most), **sections)
    await stage.measured()
    return Lanes(stage.manager), stage


class Turns:
    """Turns that go on until they are let go, and the order in which they began."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.began: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, session: str) -> None:
        self.gates[name] = asyncio.Event()
        self.tasks[name] = spawn(self._turn(name, session), name=name)

    async def _turn(self, name: str, session: str) -> None:
        async with self.lanes.turn(session):
            self.began.append(name)
            await self.gates[name].wait()

    async def let_go(self, name: str) -> None:
        self.gates[name].set()
        await self.tasks[name]
        await settle()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_one_turn_at_a_time_per_session_in_order() -> None:
    turns = Turns((await lanes_of(4))[0])
    for name in ("a1", "a2", "a3"):
        turns.start(name, "a")
    turns.start("b1", "b")
    await settle()
    assert turns.began == ["a1", "b1"], "another session is not held up"
    await turns.let_go("a1")
    await turns.let_go("a2")
    assert turns.began == ["a1", "b1", "a2", "a3"]
    await turns.let_go("a3")
    await turns.let_go("b1")
    assert (turns.lanes.running, turns.lanes.waiting) == (0, 0)


async def test_the_limit_over_all_can_change_while_turns_wait() -> None:
    lanes, stage = await lanes_of(2)
    turns = Turns(lanes)
    for name in "abcd":
        turns.start(name, name)
    await settle()
    assert turns.began == ["a", "b"]
    assert (lanes.running, lanes.waiting) == (2, 2)
    stage.settings.set(agents=at_most(4))
    await turns.let_go("a")
    assert turns.began == ["a", "b", "c", "d"]
    for name in "bcd":
        await turns.let_go(name)


async def test_a_turn_that_is_cancelled_while_it_waits_leaves_no_hole() -> None:
    turns = Turns((await lanes_of(1))[0])
    for name in "abc":
        turns.start(name, name)
    await settle()
    turns.tasks["b"].cancel()
    await asyncio.wait({turns.tasks["b"]})
    await turns.let_go("a")
    assert turns.began == ["a", "c"]
    await turns.let_go("c")
    assert turns.lanes.running == 0


async def test_a_turn_cancelled_just_as_it_is_admitted_gives_its_place_back() -> None:
    lanes, stage = await lanes_of(1)
    turns = Turns(lanes)
    turns.start("a", "a")
    turns.start("b", "b")
    await settle()
    turns.gates["a"].set()
    await turns.tasks["a"]
    turns.tasks["b"].cancel()
    await asyncio.wait({turns.tasks["b"]})
    turns.start("c", "c")
    await settle()
    assert turns.began[-1] == "c"
    await turns.let_go("c")


async def test_a_failing_turn_gives_its_place_back() -> None:
    lanes, stage = await lanes_of(1)
    with pytest.raises(ValueError, match="broken"):
        async with lanes.turn("a"):
            raise ValueError("broken")
    assert lanes.running == 0


async def test_pause_holds_new_turns_and_resume_lets_them_go() -> None:
    turns = Turns((await lanes_of(4))[0])
    turns.start("a", "a")
    await settle()
    turns.lanes.pause()
    turns.start("b", "b")
    await settle()
    await turns.let_go("a")
    assert turns.began == ["a"]
    assert (turns.lanes.paused, turns.lanes.waiting) == (True, 1)
    turns.lanes.resume()
    await settle()
    assert turns.began == ["a", "b"]
    await turns.let_go("b")


async def test_one_that_waits_for_room_while_everything_is_paused_begins_only_afterwards() -> None:
    lanes, stage = await lanes_of(1)
    turns = Turns(lanes)
    turns.start("a", "a")
    turns.start("b", "b")
    await settle()
    lanes.pause()
    await turns.let_go("a")
    assert turns.began == ["a"]
    assert (lanes.running, lanes.waiting, stage.used("agent")) == (0, 1, 0)
    lanes.resume()
    await settle()
    assert turns.began == ["a", "b"]
    await turns.let_go("b")


async def test_a_turn_without_room_is_refused_with_the_reason_and_frees_its_lane() -> None:
    lanes, stage = await lanes_of(1, resources={"waitTimeout": "20ms"})
    turns = Turns(lanes)
    turns.start("a", "a")
    await settle()
    with pytest.raises(Busy, match="1 run already, at most 1 may"):
        async with lanes.turn("b"):
            raise AssertionError("there is no room")
    assert (lanes.running, lanes.waiting) == (1, 0)
    await turns.let_go("a")
    async with lanes.turn("b"):
        assert stage.used("agent") == 1
    assert stage.used("agent") == 0


async def test_without_anybody_who_limits_them_turns_begin_at_once() -> None:
    turns = Turns(Lanes())
    for number in range(50):
        turns.start(str(number), str(number))
    await settle()
    assert turns.lanes.running == 50
    for number in range(50):
        await turns.let_go(str(number))
    assert (turns.lanes.running, turns.lanes.waiting) == (0, 0)
