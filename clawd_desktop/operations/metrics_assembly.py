"""Builds what measures and remembers, from what the application has."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.config.schema.monitoring import Keeping
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import Status
from clawd_desktop.operations.database_care import DatabaseCare
from clawd_desktop.operations.history import MetricHistory
from clawd_desktop.operations.history_file import SCHEMA
from clawd_desktop.operations.meter import RequestMeter
from clawd_desktop.operations.metrics_desk import MetricsDesk
from clawd_desktop.operations.readings import LoopFacts, of_system, on_loop
from clawd_desktop.operations.ring import Ring
from clawd_desktop.operations.run_meter import RunMeter
from clawd_desktop.operations.sampler import TIMEOUT_S, Sampler
from clawd_desktop.operations.state_size import StateSize
from clawd_desktop.operations.uptime import Uptime
from clawd_desktop.operations.watchdog import Watchdog
from clawd_desktop.storage.database import Database
from clawd_desktop.system.measure import Measurer

FILE = "metrics.sqlite"


@dataclass(frozen=True)
class Measured:
    """What is measured and where it is kept; `folder` is the data folder, `own` the part of it that is ours."""

    clock: Clock
    bus: EventBus
    notices: NoticeBoard
    keeping: Callable[[], Keeping]
    status: Status
    watchdog: Watchdog
    meter: RequestMeter
    active_sessions: Callable[[], int]
    folder: Path
    own: Path
    databases: DatabaseCare


async def make_desk(stack: AsyncExitStack, measured: Measured) -> MetricsDesk:
    """The desk with all sources of this room; it measures a few seconds after this, `stack` ends it."""
    clock, bus = measured.clock, measured.bus
    meter, runs, uptime = measured.meter, RunMeter(bus, clock), Uptime(bus, clock)
    stack.callback(runs.close)
    stack.callback(uptime.close)
    # The last minute of measurements is worth no waiting for the disk at each write.
    database = Database(measured.own / FILE, SCHEMA, clock, durable=False, snapshots=measured.databases.snapshots)
    measured.databases.add(database, "The history of measurements")
    history = MetricHistory(database, clock, measured.notices, measured.keeping, Ring())
    stack.push_async_callback(history.close)
    sampler = Sampler(history.add, bus, clock)
    stack.push_async_callback(sampler.close)
    measurer, size = Measurer(measured.folder), StateSize(measured.folder, clock)
    stack.push_async_callback(size.close)

    def facts() -> LoopFacts:
        return LoopFacts(
            status=measured.status.report(),
            pace=meter.pace(),
            uptime_s=uptime.seconds,
            starts=uptime.starts,
            active_sessions=measured.active_sessions(),
            lags=tuple(measured.watchdog.lags),
        )

    sampler.add("system", lambda: of_system(measurer.measure()), timeout_s=TIMEOUT_S)
    sampler.add("data folder", size.values)
    sampler.add("gateway", lambda: on_loop(facts()))
    sampler.add("runs", runs.values)
    sampler.start()
    return MetricsDesk(meter, history, sampler, clock)
