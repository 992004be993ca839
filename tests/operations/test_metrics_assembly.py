"""The sources of this room, put together: everything that can be measured here is, by the real system."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from gateway_rig import until
from status_stage import REPORT

from clawd_desktop.config.schema.monitoring import Keeping
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.events import GatewayChanged, GatewayPhase
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import StatusReport
from clawd_desktop.operations import readings
from clawd_desktop.operations.database_care import DatabaseCare, Told
from clawd_desktop.operations.meter import RequestMeter
from clawd_desktop.operations.metrics_assembly import FILE, Measured, make_desk
from clawd_desktop.operations.series import split_key
from clawd_desktop.operations.watchdog import Watchdog
from clawd_desktop.storage.snapshots import Snapshots


class Fixed:
    """A status that does not change."""

    def report(self) -> StatusReport:
        return REPORT


async def test_the_desk_measures_what_it_can_and_leaves_nothing_running(tmp_path: Path) -> None:
    bus, meter, watchdog = EventBus(), RequestMeter(), Watchdog(EventBus(), beat_s=0.01)
    watchdog.start()
    notices = NoticeBoard(bus)
    care = DatabaseCare(Snapshots(tmp_path / "copies", SystemClock()), Told(bus, notices, SystemClock()))
    async with AsyncExitStack() as stack:
        stack.callback(watchdog.close)
        desk = await make_desk(
            stack,
            Measured(
                clock=SystemClock(), bus=bus, notices=notices, keeping=Keeping, status=Fixed(),
                watchdog=watchdog, meter=meter, active_sessions=lambda: 4, folder=tmp_path, own=tmp_path / "own",
                databases=care,
            ),
        )  # fmt: skip
        bus.publish(GatewayChanged(GatewayPhase.RUNNING))
        meter.count("health", 0.01, ok=True)
        await until(lambda: len(watchdog.lags) > 2)
        await desk.sampler.sample()
        await desk.sampler.sample()
        now = desk.snapshot()
        found = {split_key(key)[0] for key in now.values}
        assert found >= set(readings.ON_LOOP)
        # Load is not known on Windows; rates need a computer whose counters move.
        assert set(readings.OF_SYSTEM) - found <= {"system.load", "process.cpu", "system.cpuUsage"}
        assert now.agents.active_sessions == 4.0
        assert now.gateway.latency is not None
        assert now.gateway.restarts == 1.0
        async with asyncio.timeout(10):  # the folder is counted beside everything else
            while "storage.stateSize" not in desk.snapshot().values:
                await desk.sampler.sample()
    assert (tmp_path / "own" / FILE).exists()
