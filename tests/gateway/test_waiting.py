"""Those who have not shown who they are: few, not for long, and no peer can push all others out (L01)."""

from __future__ import annotations

import asyncio

import pytest
from gateway_rig import until

from clawd_desktop.gateway.limiter import LOOPBACK
from clawd_desktop.gateway.waiting import Ticket, WaitingRoom


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


class Crowd:
    """Peers that come by name; `here` counts who is in the room."""

    def __init__(self, places: int = 16) -> None:
        self.room = WaitingRoom(places, 60)
        self.gone: list[str] = []
        self.tickets: list[Ticket] = []

    def come(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.tickets.append(self.room.enter(lambda: self.gone.append(key), key))

    def here(self, key: str) -> int:
        return sum(ticket.key == key and ticket in self.room for ticket in self.tickets)

    def leave(self) -> None:
        for ticket in self.tickets:
            ticket.done()


@pytest.mark.parametrize(
    ("arrivals", "here"),
    [
        ([("n", 100)], {"n": 4}),
        ([("n", 100), ("m", 100)], {"n": 4, "m": 4}),
        ([("a", 4), ("b", 4), ("c", 4), ("d", 1)], {"a": 3, "b": 4, "c": 4, "d": 1}),
        ([("a", 4), ("b", 4), ("c", 4), (LOOPBACK, 4)], {"a": 4, "b": 4, "c": 4, LOOPBACK: 4}),
        ([("a", 4), ("b", 4), ("c", 4), (LOOPBACK, 9)], {"a": 4, "b": 4, "c": 4, LOOPBACK: 4}),
        ([(LOOPBACK, 100)], {LOOPBACK: 16}),
        ([(LOOPBACK, 100), ("a", 1)], {LOOPBACK: 15, "a": 1}),
        ([(LOOPBACK, 100), ("a", 4), ("b", 4), ("c", 4), ("d", 1)], {LOOPBACK: 4, "a": 3, "b": 4, "c": 4, "d": 1}),
        ([(f"{n}", 1) for n in range(50)], {"49": 1, "38": 1, "37": 0}),
        ([(f"{n}", 1) for n in range(50)] + [(LOOPBACK, 4)], {LOOPBACK: 4}),
    ],
)  # fmt: skip
async def test_no_peer_has_more_than_its_share_and_this_computer_always_has_its_own(
    arrivals: list[tuple[str, int]], here: dict[str, int]
) -> None:
    crowd = Crowd()
    for key, times in arrivals:
        crowd.come(key, times)
    assert {key: crowd.here(key) for key in here} == here
    assert len(crowd.room) == len(crowd.tickets) - len(crowd.gone) <= 16
    crowd.leave()
    assert len(crowd.room) == 0


async def test_the_client_of_a_proxy_is_counted_as_itself() -> None:
    crowd = Crowd()
    crowd.come("proxy", 4)
    for number, ticket in enumerate(crowd.tickets):
        ticket.belongs_to(f"client {number % 2}")
        ticket.belongs_to(f"client {number % 2}")
    crowd.come("proxy", 4)
    assert (crowd.here("proxy"), crowd.here("client 0"), len(crowd.room)) == (4, 2, 8)
    done = crowd.tickets[0]
    done.done()
    done.belongs_to("client 7")
    assert (done in crowd.room, len(crowd.room)) == (False, 7)
    crowd.leave()


async def test_other_limits_count_for_those_who_come_later() -> None:
    crowd = Crowd()
    crowd.room.use(8, 0.01)
    crowd.come("a", 4)
    assert crowd.here("a") == 2
    await until(lambda: len(crowd.room) == 0)
    crowd.room.use(8, 60)
    crowd.come("b", 2)
    crowd.room.empty()
    assert (len(crowd.room), crowd.gone[-2:]) == (0, ["b", "b"])


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
    room = WaitingRoom(2, 60)
    room.enter(lambda: gone.append("first")).renew()
    left = [room.enter(lambda: gone.append("later")) for _ in range(2)]
    for ticket in left:
        ticket.done()
    assert gone == ["first"]
