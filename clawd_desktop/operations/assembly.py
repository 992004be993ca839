"""Builds everything that watches, keeps and repairs, and hands it out as one bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from clawd_desktop.config.paths import Paths
from clawd_desktop.config.schema.logs import Tracing
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import Status
from clawd_desktop.core.recorded import RecordedRun, Replayed
from clawd_desktop.models.local import LocalModel
from clawd_desktop.operations.database_care import DatabaseCare
from clawd_desktop.operations.history import MetricHistory
from clawd_desktop.operations.kept_loop import KeptLoop
from clawd_desktop.operations.meter import RequestMeter
from clawd_desktop.operations.metrics_assembly import Measured, make_desk
from clawd_desktop.operations.metrics_desk import MetricsDesk
from clawd_desktop.operations.own_services import log_service, model_service, sampler_service, usage_service
from clawd_desktop.operations.recording import RecordingModels
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.resource_room import ResourceRoom, cache_limits, cache_values
from clawd_desktop.operations.resources import ResourceManager
from clawd_desktop.operations.stuck_runs import Runs, StuckRuns
from clawd_desktop.operations.supervisor import Supervisor
from clawd_desktop.operations.told import Told
from clawd_desktop.operations.trace_files import TraceFiles
from clawd_desktop.operations.trace_store import TraceStore
from clawd_desktop.operations.tracing import Tracer
from clawd_desktop.operations.usage import UsageLedger
from clawd_desktop.operations.watchdog import Watchdog
from clawd_desktop.storage.cache import MultiLevelCache
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.storage.snapshots import Snapshots
from clawd_desktop.system.power import PowerWatch


@dataclass(frozen=True)
class Needs:
    """What operations is given. Callables are asked anew each time and must not block."""

    paths: Paths
    clock: Clock
    bus: EventBus
    notices: NoticeBoard
    redactor: Redactor
    config: ConfigStore
    status: Status
    watchdog: Watchdog
    local_model: LocalModel
    active_sessions: Callable[[], int]
    sessions: SessionStore
    models: RecordingModels
    replayer: Callable[[RecordedRun], Replayed]
    usage: UsageLedger
    log_fault: Callable[[], str]
    turns: Runs
    environ: Mapping[str, str]


@dataclass(frozen=True)
class OperationsServices:
    """What operations offers to gateway, windows and command line."""

    metrics: MetricsDesk
    resources: ResourceManager
    cache: MultiLevelCache
    traces: TraceStore
    supervisor: Supervisor

    @property
    def meter(self) -> RequestMeter:
        """What counts requests."""
        return self.metrics.meter

    @property
    def history(self) -> MetricHistory:
        """What was measured before."""
        return self.metrics.history


async def assemble(stack: AsyncExitStack, needs: Needs) -> OperationsServices:
    """Everything of this room, started; `stack` closes it."""
    supervisor = _make_supervisor(stack, needs)
    databases = _make_databases(stack, needs, supervisor)
    metrics = await _make_metrics(stack, needs, databases)
    supervisor.watch(sampler_service(metrics.sampler))
    resources = _make_resources(stack, needs, metrics)
    _make_watches(stack, needs, supervisor)
    return OperationsServices(
        metrics=metrics,
        resources=resources.manager,
        cache=resources.cache,
        traces=_make_traces(stack, needs),
        supervisor=supervisor,
    )


async def _make_metrics(stack: AsyncExitStack, needs: Needs, databases: DatabaseCare) -> MetricsDesk:
    measured = Measured(
        clock=needs.clock,
        bus=needs.bus,
        notices=needs.notices,
        keeping=lambda: needs.config.config.monitoring.history,
        status=needs.status,
        watchdog=needs.watchdog,
        active_sessions=needs.active_sessions,
        folder=needs.paths.state,
        own=needs.paths.own,
        databases=databases,
    )
    return await make_desk(stack, measured)


def _make_resources(stack: AsyncExitStack, needs: Needs, metrics: MetricsDesk) -> ResourceRoom:
    cache = MultiLevelCache(needs.paths.cache / "kept", needs.clock, cache_limits(needs.config.config))
    work = (needs.sessions, needs.local_model)
    metrics.add_source("cache", lambda: cache_values(cache))
    return ResourceRoom(stack, needs.config, needs.bus, needs.clock, needs.notices, cache, work)


def _make_supervisor(stack: AsyncExitStack, needs: Needs) -> Supervisor:
    local = needs.local_model
    supervisor = Supervisor(lambda: needs.config.config.monitoring.repair, needs.bus, needs.notices, needs.clock)
    supervisor.start()
    supervisor.watch(model_service(lambda: local.trouble, local.try_again))
    supervisor.watch(usage_service(needs.usage))
    supervisor.watch(log_service(needs.log_fault))
    stack.push_async_callback(supervisor.close)
    return supervisor


def _make_databases(stack: AsyncExitStack, needs: Needs, supervisor: Supervisor) -> DatabaseCare:
    snapshots = Snapshots(needs.paths.own / "snapshots", needs.clock)
    care = DatabaseCare(snapshots, Told(needs.bus, needs.notices, needs.clock))
    supervisor.watch(care.service())
    loop = KeptLoop(supervisor, "database checks", "The checks of the databases", care.go_round, needs.clock)
    stack.push_async_callback(loop.close)
    return care


def _make_watches(stack: AsyncExitStack, needs: Needs, supervisor: Supervisor) -> None:
    told = Told(needs.bus, needs.notices, needs.clock)
    stuck = StuckRuns(lambda: needs.config.config.monitoring.repair, needs.turns, told)
    stack.callback(stuck.close)
    loop = KeptLoop(supervisor, "stuck turns", "The watch over turns", stuck.go_round, needs.clock)
    stack.push_async_callback(loop.close)
    power = PowerWatch(needs.bus, needs.clock, needs.environ)
    power.start()
    stack.push_async_callback(power.close)


def _make_traces(stack: AsyncExitStack, needs: Needs) -> TraceStore:
    def settings() -> Tracing:
        return needs.config.config.diagnostics.tracing

    def session_id(key: str) -> str:
        entry = needs.sessions.entry(key)
        return entry.session_id if entry is not None else ""

    files = TraceFiles(needs.paths.own / "traces", needs.redactor.clean, needs.clock)
    store = TraceStore(files, needs.bus, settings, needs.replayer)
    stack.push_async_callback(store.close)
    store.start()
    tracer = Tracer(needs.bus, needs.clock, settings, session_id, store.offer)
    stack.callback(tracer.close)
    needs.models.record_of = tracer.record_of
    return store
