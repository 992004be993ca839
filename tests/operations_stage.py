"""What operations offers, for tests that build windows or a gateway by hand; nothing of it runs by itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path

from alert_stage import AlertStage

from clawd_desktop.agent.replay import replay
from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.schema import Config
from clawd_desktop.config.schema.logs import Tracing
from clawd_desktop.config.schema.monitoring import Keeping, Repair
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.models.catalog import Catalog
from clawd_desktop.models.cooldown import Cooldowns
from clawd_desktop.models.failover import ModelPool
from clawd_desktop.models.keys import KeyFinder
from clawd_desktop.models.local import LocalModel
from clawd_desktop.models.transport import Transport
from clawd_desktop.operations.assembly import OperationsServices
from clawd_desktop.operations.audit import AuditLedger
from clawd_desktop.operations.diagnostics.alone import own_autostart
from clawd_desktop.operations.diagnostics.doctor import Doctor
from clawd_desktop.operations.diagnostics.ground import Brains, Ground
from clawd_desktop.operations.diagnostics.report import ReportMaker
from clawd_desktop.operations.diagnostics.report_parts import Sources
from clawd_desktop.operations.history import MetricHistory
from clawd_desktop.operations.history_file import SCHEMA
from clawd_desktop.operations.inspection import Inspector
from clawd_desktop.operations.log_files import Place
from clawd_desktop.operations.log_settings import Plan, ToFile
from clawd_desktop.operations.logs import LogDesk
from clawd_desktop.operations.machine import RealMachine
from clawd_desktop.operations.measuring import Measuring
from clawd_desktop.operations.meter import RequestMeter
from clawd_desktop.operations.metrics_desk import MetricsDesk
from clawd_desktop.operations.plain_secrets import PlainSecretsMover
from clawd_desktop.operations.profiling import Profiler
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.resource_room import cache_limits
from clawd_desktop.operations.resources import ResourceManager
from clawd_desktop.operations.ring import Ring
from clawd_desktop.operations.sampler import Sampler
from clawd_desktop.operations.security_watch import SecurityWatch
from clawd_desktop.operations.supervisor import Supervisor
from clawd_desktop.operations.told import Told
from clawd_desktop.operations.trace_files import TraceFiles
from clawd_desktop.operations.trace_store import TraceStore
from clawd_desktop.storage.cache import MultiLevelCache
from clawd_desktop.storage.database import Database
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.system.secrets import SecretStore


def metrics_desk(folder: Path, bus: EventBus, clock: Clock, keeping: Keeping | None = None) -> MetricsDesk:
    """A desk without sources; tests add some and call `desk.sampler.sample()`."""
    kept = keeping or Keeping()
    database = Database(folder / "metrics.sqlite", SCHEMA, clock, durable=False)
    history = MetricHistory(database, clock, NoticeBoard(bus), lambda: kept, Ring())
    return MetricsDesk(RequestMeter(clock.monotonic), history, Sampler(history.add, bus, clock), clock)


def make_ground(folder: Path, bus: EventBus, clock: Clock, environ: Mapping[str, str] | None = None) -> Ground:
    """The ground of an installation below the folder; its configuration must still be loaded."""
    paths, own, redactor = find_paths({}, folder, folder / "state"), dict(environ or {}), Redactor()
    config = ConfigStore(paths, own, clock, bus)
    secrets = SecretStore(paths.own, own, bus, clock, timeout=2.0)
    keys = KeyFinder(secrets, own, paths.state, clock, redactor.learn)
    catalog = Catalog(lambda: config.config, keys, own)
    pool = ModelPool(catalog, keys, Transport(clock), LocalModel(clock), Cooldowns(clock))
    mover = PlainSecretsMover(config, secrets, NoticeBoard(bus), clock, redactor.learn)
    return Ground(
        paths, own, clock, config, secrets, redactor, Brains(catalog, keys, pool), own_autostart(own, paths.home),
        mover.move,
    )  # fmt: skip


def operations_services(folder: Path, bus: EventBus, clock: Clock) -> OperationsServices:
    """Everything of operations that windows and gateway are given."""
    measuring = Measuring(RealMachine(folder), clock, lambda: 0)
    alerts = AlertStage(folder, bus=bus, clock=clock)
    traces = TraceStore(TraceFiles(folder / "traces", str, clock), bus, Tracing, replay)
    ground = make_ground(folder, bus, clock)
    # In a thread: a loop may be running here already.
    loading = threading.Thread(target=lambda: asyncio.run(ground.config.load()))
    loading.start()
    loading.join()
    doctor = Doctor(ground)
    log = LogDesk(folder / "logs", Redactor(), Plan((ToFile(Place(folder / "logs")),)))
    return OperationsServices(
        log=log,
        ledger=AuditLedger(folder / "audit", Redactor(), NoticeBoard(bus), clock),
        metrics=metrics_desk(folder, bus, clock),
        resources=ResourceManager(Config, measuring, clock),
        cache=MultiLevelCache(folder / "cache", clock, cache_limits(Config())),
        alerts=alerts.desk,
        quiet=alerts.quiet,
        supervisor=Supervisor(Repair, Told(bus, NoticeBoard(bus), clock)),
        traces=traces,
        inspector=Inspector(SessionStore(folder, clock, bus, "test"), traces.list),
        profiler=Profiler(clock, tuple),
        doctor=doctor,
        report=ReportMaker(Sources(ground, doctor)),
        security=SecurityWatch(ground.config, ground.paths, ground.secrets, NoticeBoard(bus), clock),
        held=dict,
    )
