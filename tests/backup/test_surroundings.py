"""The computer as planned backups see it: its battery, its network, and how long it has been awake."""

from __future__ import annotations

from clawd_desktop.backup.schedule import Surroundings
from clawd_desktop.backup.surroundings import Around
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.system.battery import Battery
from clawd_desktop.system.network import Network


class Computer:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.power, self.net, self.asked = Battery(), Network(), 0
        self.around = Around(self.clock, lambda: self.power, self.network)

    async def network(self) -> Network:
        self.asked += 1
        return self.net


async def test_what_it_says() -> None:
    computer = Computer()
    assert await computer.around.now(remote=False) == Surroundings(0)
    computer.power, computer.net = Battery(True, 0.2), Network(True, True)
    computer.clock.advance(90)
    assert await computer.around.now(remote=False) == Surroundings(90, True, 0.2)
    assert computer.asked == 0, "nothing leaves the computer"
    assert await computer.around.now(remote=True) == Surroundings(90, True, 0.2, True, True)
    computer.around.woke()
    assert (await computer.around.now(remote=False)).settled_s == 0


async def test_a_network_that_was_found_has_to_settle() -> None:
    computer = Computer()
    computer.clock.advance(90)
    computer.net = Network(online=False)
    assert (await computer.around.now(remote=True)).settled_s == 90
    computer.net = Network(online=True)
    assert (await computer.around.now(remote=True)).settled_s == 0
    computer.clock.advance(30)
    assert (await computer.around.now(remote=True)).settled_s == 30


async def test_this_computer_answers() -> None:
    found = await Around(ManualClock()).now(remote=True)
    assert found.battery is None or 0 <= found.battery <= 1
