"""Drills begin by the clock, by themselves: under a fast clock, with real backups and real gateways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from backup_desk_stage import DAY_MS, damage
from drill_stage import DrillStage

from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.drill_desk import DrillDesk
from clawd_desktop.backup.drill_service import DrillService, look_around
from clawd_desktop.backup.schedule import Surroundings
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import Resumed
from clawd_desktop.core.tasks import spawn, stop

HOUR_S = 3_600.0


async def calm() -> Surroundings:
    return Surroundings()


@asynccontextmanager
async def serving(
    desk: BackupDesk, drills: DrillDesk, look: Callable[[], object] = calm
) -> AsyncIterator[DrillService]:
    service = DrillService(drills, desk.needs, look, beat_s=0.005)  # type: ignore[arg-type]
    service.start()
    try:
        yield service
    finally:
        await service.close()
        await drills.close()


@asynccontextmanager
async def fast(clock: ManualClock, idle: Callable[[], bool]) -> AsyncIterator[None]:
    """An hour passes every few milliseconds, while nothing is being done."""

    async def run() -> None:
        while True:
            await asyncio.sleep(0.002)
            if idle():
                clock.advance(HOUR_S)

    running = spawn(run(), name="fast clock")
    try:
        yield
    finally:
        await stop(running)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


async def test_under_a_fast_clock_it_runs_by_itself_and_finds_what_is_wrong(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    record = await desk.create(Order())
    async with serving(desk, drills), fast(stage.clock, lambda: not drills.busy):
        await until(lambda: len(stage.drilled) == 1)
        assert stage.drilled[0].ok, stage.drilled
        assert stage.notice is None
        damage(Path(record.path))
        await until(lambda: stage.notice is not None)
        first, second = reversed((await drills.reports())[-2:])
        assert (first.ok, second.ok) == (True, False)
        assert 0 < second.at_ms - first.at_ms <= 8 * DAY_MS, "a week later at most"
        assert stage.notice is not None
        assert "archive damaged" in stage.notice.text
        # A new backup is tried at once, and the notice goes.
        stage.clock.advance(HOUR_S)
        await desk.create(Order())
        await until(lambda: stage.notice is None)


async def test_a_transcript_that_no_gateway_can_read_arrives_as_a_notice_by_itself(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    stage.transcript.write_bytes(b"\x00\x01\x02 no line of a transcript\n" * 20)
    desk, drills = await stage.drills()
    record = await desk.create(Order())
    assert (await desk.verify(record.id)).id == record.id, "the archive itself is whole"
    async with serving(desk, drills), fast(stage.clock, lambda: not drills.busy):
        await until(lambda: stage.notice is not None)
    assert stage.notice is not None
    assert stage.transcript.name in stage.notice.text
    assert "cannot be read" in stage.notice.text


async def test_it_waits_for_power_for_the_settling_and_for_what_is_asked(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    around = [Surroundings(on_battery=True, battery=0.1)]

    async def look() -> Surroundings:
        return around[0]

    service = DrillService(drills, desk.needs, look)
    assert (await service.decide()).why == "There is no backup to try out yet."
    await desk.create(Order())
    assert (await service.decide()).code == "settling"
    stage.clock.advance(61)
    assert (await service.decide()).code == "battery"
    around[0] = Surroundings()
    found = await service.decide()
    assert (found.start, found.code) == (True, "first")
    stage.bus.publish(Resumed(0))
    assert (await service.decide()).code == "settling"
    await service.close()
    desk, drills = await stage.drills(drill={"enabled": False})
    service = DrillService(drills, desk.needs, look)
    assert (await service.decide()).code == "off"
    await service.close()


async def test_a_metered_network_matters_only_where_backups_are_fetched(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)

    async def look() -> Surroundings:
        return Surroundings(metered=True)

    for kind, code in (({"kind": "folder", "path": str(stage.usual)}, "first"),
                       ({"kind": "rclone", "repository": "far:backups"}, "metered")):  # fmt: skip
        folder = {"kind": "folder", "path": str(stage.usual)}
        desk, drills = await stage.drills(destinations=[folder, kind])
        if not await drills.candidates():
            await desk.create(Order(folder=stage.usual))
        service = DrillService(drills, desk.needs, look)
        stage.clock.advance(61)
        assert (await service.decide()).code == code
        await service.close()


async def test_a_list_that_cannot_be_written_makes_no_circle(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    damage(Path((await desk.create(Order())).path))
    (stage.paths.own / "drills.json").mkdir()
    async with serving(desk, drills):
        stage.clock.advance(61)
        await asyncio.sleep(0.3)
        assert stage.drilled == [], "what cannot be remembered is not begun by itself"


async def test_what_this_computer_says_can_be_read() -> None:
    found = await look_around({})
    assert found.settled_s > 0
