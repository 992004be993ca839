"""Those who have not shown who they are: few, and not for long."""

from __future__ import annotations

import asyncio

from gateway_rig import until

from clawd_desktop.gateway.waiting import WaitingRoom


async def test_time_runs_out() -> None:
    room, gone = WaitingRoom(places=4, seconds=0.01), []
    ticket = room.enter(lambda: gone.append("first way"))
    ticket.on_expiry(lambda: gone.append("second way"))
    await until(lambda: bool(gone))
    assert (gone, len(room)) == (["second way"], 0)


async def test_who_is_done_is_left_alone() -> None:
    room, gone = WaitingRoom(places=4, seconds=0.01), []
    room.enter(lambda: gone.append("a")).done()
    room.enter(lambda: gone.append("b"))
    await until(lambda: bool(gone))
    assert gone == ["b"]


async def test_the_one_who_waited_longest_makes_room() -> None:
    room, gone = WaitingRoom(places=2, seconds=10), []
    tickets = [room.enter(lambda name=name: gone.append(name)) for name in "abcd"]
    assert (gone, len(room)) == (["a", "b"], 2)
    for ticket in tickets:
        ticket.done()
    await asyncio.sleep(0)
    assert len(room) == 0


async def test_whoever_is_answered_has_its_whole_time_again_but_not_a_better_place() -> None:
    gone: list[str] = []
    room = WaitingRoom(2, 0.05)
    first = room.enter(lambda: gone.append("first"))
    room.enter(lambda: gone.append("second"))
    async with asyncio.timeout(10):
        while "second" not in gone:
            first.renew()
            await asyncio.sleep(0)
    assert gone == ["second"]
    first.done()
    first.renew()
    assert len(room) == 0


async def test_a_renewed_one_is_still_the_first_to_go() -> None:
    gone: list[str] = []
    room = WaitingRoom(1, 60)
    room.enter(lambda: gone.append("first")).renew()
    room.enter(lambda: gone.append("second")).done()
    assert gone == ["first"]
