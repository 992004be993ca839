"""The round: places of the dead come back, who waits is let in, and a person is told what work waits for."""

from __future__ import annotations

import asyncio

from resource_stage import GIB, MIB, Stage, at_most, settle

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import NoticesChanged
from clawd_desktop.core.notices import NoticeBoard, Severity
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.operations import resource_watch
from clawd_desktop.operations.admission_rules import SystemStatus
from clawd_desktop.operations.resource_watch import NOTICE, ResourceWatch


class Watched:
    """A stage with a watch and a notice board."""

    def __init__(self, **sections: object) -> None:
        self.stage = Stage(**sections)  # type: ignore[arg-type]
        bus = EventBus()
        self.changes: list[NoticesChanged] = []
        bus.subscribe(NoticesChanged, self.changes.append)
        self.notices = NoticeBoard(bus)
        self.seen: list[SystemStatus] = []
        self.sweeps = 0
        self.watch = ResourceWatch(
            self.stage.manager, self.stage.measuring, self.notices, self.stage.clock, self.saw, self.sweep
        )

    async def saw(self, status: SystemStatus) -> None:
        self.seen.append(status)

    def sweep(self) -> None:
        self.sweeps += 1

    async def held(self, name: str) -> None:
        async with self.stage.manager.place("agent", name):
            await asyncio.Event().wait()

    def pass_time(self, seconds: float) -> None:
        self.stage.clock.advance(seconds)  # type: ignore[attr-defined]


async def test_a_round_measures_reaps_sweeps_and_lets_in() -> None:
    on = Watched(agents=at_most(1))

    async def careless() -> None:
        await on.stage.manager.place("agent", "careless").__aenter__()

    await spawn(careless(), name="careless")
    waits = spawn(on.held("next"), name="next")
    await settle()
    await on.watch.round()
    assert on.stage.manager.live()[0].holders == ("next",)
    assert (on.sweeps, len(on.seen)) == (1, 1)
    await stop(waits)


async def test_after_half_a_minute_a_person_is_told_why_and_when_it_is_over() -> None:
    on = Watched()
    on.stage.machine.set(memory_available=120 * MIB)
    waits = spawn(on.held("main"), name="main")
    await asyncio.sleep(0)
    await on.watch.round()
    assert on.notices.current() == ()
    on.pass_time(31)
    await on.watch.round()
    (notice,) = on.notices.current()
    assert (notice.id, notice.title, notice.severity) == (NOTICE, "Waiting for memory", Severity.WARNING)
    assert notice.text == (
        "Waiting for memory: 120.0 MiB are free, it needs 8.0 MiB, and 256.0 MiB stay free (resources.reserveMemory). "
        "1 of the turns waits and will go on by themselves."
    )
    on.stage.machine.set(memory_available=119 * MIB)
    on.pass_time(5)
    await on.watch.round()
    assert len(on.changes) == 1, "the same wait with another figure is not told again"
    on.stage.machine.set(memory_available=GIB)
    on.pass_time(5)
    await on.watch.round()
    await settle()
    await on.watch.round()
    assert on.notices.current() == ()
    assert on.stage.used("agent") == 1
    await stop(waits)


async def test_a_wait_for_a_place_is_no_warning() -> None:
    on = Watched(agents=at_most(1))
    both = [spawn(on.held(name), name=name) for name in ("a", "b", "c")]
    await settle()
    await on.watch.round()
    on.pass_time(40)
    await on.watch.round()
    (notice,) = on.notices.current()
    assert (notice.title, notice.severity) == ("Waiting for a free place", Severity.INFO)
    assert "1 run already, at most 1 may. 2 turns wait and will go on" in notice.text
    for task in both:
        await stop(task)


async def test_what_cannot_be_measured_is_looked_after_all_the_same() -> None:
    on = Watched(agents=at_most(1))
    on.stage.machine.fault = OSError("broken")
    await on.watch.round()
    assert (on.seen, on.sweeps) == ([], 1)


async def test_it_goes_round_by_itself_soon_after_somebody_begins_to_wait() -> None:
    on = Watched(agents=at_most(1))
    rounds_before = (resource_watch.WAITING_S, resource_watch.IDLE_S)
    resource_watch.WAITING_S = 0.01
    try:
        on.watch.start()
        tasks = [spawn(on.held(name), name=name) for name in ("a", "b")]
        async with asyncio.timeout(5):
            while not on.seen:
                await asyncio.sleep(0.005)
        for task in tasks:
            await stop(task)
    finally:
        resource_watch.WAITING_S = rounds_before[0]
        await on.watch.close()


async def test_it_says_when_it_does_not_go_round() -> None:
    on = Watched()
    assert on.watch.trouble == "It does not go round any more."
    on.watch.start()
    assert on.watch.trouble == ""
    on.pass_time(100)
    assert on.watch.trouble == "It has not gone round for 100 s."
    await on.watch.begin_anew()
    assert on.watch.trouble == ""
    await on.watch.close()
