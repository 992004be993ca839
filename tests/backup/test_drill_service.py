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
from clawd_desktop.backup.drill_service import DrillService
from clawd_desktop.backup.surroundings import Around
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import Resumed
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.system.battery import Battery
from clawd_desktop.system.network import Network

HOUR_S = 3_600.0


def around(stage: DrillStage, power: Battery | None = None, net: Network | None = None) -> Around:
    async def network() -> Network:
        return net or Network()

    return Around(stage.clock, lambda: power or Battery(), network)


@asynccontextmanager
async def serving(stage: DrillStage, desk: BackupDesk, drills: DrillDesk) -> AsyncIterator[DrillService]:
    service = DrillService(drills, desk.needs, around(stage), beat_s=0.005)
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
    async with serving(stage, desk, drills), fast(stage.clock, lambda: not drills.busy):
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
    async with serving(stage, desk, drills), fast(stage.clock, lambda: not drills.busy):
        await until(lambda: stage.notice is not None)
    assert stage.notice is not None
    assert stage.transcript.name in stage.notice.text
    assert "cannot be read" in stage.notice.text


async def test_it_waits_for_power_for_the_settling_and_for_what_is_asked(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    power = [Battery(True, 0.1)]
    service = DrillService(drills, desk.needs, Around(stage.clock, lambda: power[0]))
    assert (await service.decide()).why == "There is no backup to try out yet."
    await desk.create(Order())
    assert (await service.decide()).code == "battery"
    power[0] = Battery()
    assert (await service.decide()).code == "settling"
    stage.clock.advance(61)
    found = await service.decide()
    assert (found.start, found.code) == (True, "first")
    stage.bus.publish(Resumed(0))
    assert (await service.decide()).code == "settling"
    await service.close()
    desk, drills = await stage.drills(drill={"enabled": False})
    service = DrillService(drills, desk.needs, around(stage))
    assert (await service.decide()).code == "off"
    await service.close()


async def test_a_metered_network_matters_only_where_backups_are_fetched(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    for kind, code in (({"kind": "folder", "path": str(stage.usual)}, "first"),
                       ({"kind": "rclone", "repository": "far:backups"}, "metered")):  # fmt: skip
        folder = {"kind": "folder", "path": str(stage.usual)}
        desk, drills = await stage.drills(destinations=[folder, kind])
        if not await drills.candidates():
            await desk.create(Order(folder=stage.usual))
        service = DrillService(drills, desk.needs, around(stage, net=Network(online=True, metered=True)))
        stage.clock.advance(61)
        assert (await service.decide()).code == code
        await service.close()


async def test_a_list_that_cannot_be_written_makes_no_circle(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    damage(Path((await desk.create(Order())).path))
    (stage.paths.own / "drills.json").mkdir()
    async with serving(stage, desk, drills):
        stage.clock.advance(61)
        await asyncio.sleep(0.3)
        assert stage.drilled == [], "what cannot be remembered is not begun by itself"


async def test_in_safe_mode_none_begins_by_itself(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    desk, drills = await stage.drills()
    await desk.create(Order())
    service = DrillService(drills, desk.needs, around(stage), lambda: True)
    stage.clock.advance(61)
    assert (await service.decide()).code == "off"
    await service.close()
