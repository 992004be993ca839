"""Builds everything that watches, keeps and repairs, and hands it out as one bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from clawd_desktop import __version__
from clawd_desktop.config.paths import Paths
from clawd_desktop.config.schema.logs import Tracing
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import ChannelSender, Status
from clawd_desktop.core.recorded import RecordedRun, Replayed
from clawd_desktop.models.local import LocalModel
from clawd_desktop.operations.alert_desk import AlertDesk
from clawd_desktop.operations.alert_sinks.table import Suppliers
from clawd_desktop.operations.alert_wiring import AlertNeeds, AlertParts, make_alerts
from clawd_desktop.operations.diagnostics.doctor import Doctor
from clawd_desktop.operations.diagnostics.ground import Brains
from clawd_desktop.operations.diagnostics.report import ReportMaker
from clawd_desktop.operations.diagnostics.running import Diagnostics, Surroundings, make_diagnostics
from clawd_desktop.operations.history import MetricHistory
from clawd_desktop.operations.meter import RequestMeter
from clawd_desktop.operations.metrics_assembly import Measured, make_desk
from clawd_desktop.operations.metrics_desk import MetricsDesk
from clawd_desktop.operations.otel import Exported, Otel
from clawd_desktop.operations.own_services import log_service, model_service, usage_service
from clawd_desktop.operations.quiet import QuietDesk
from clawd_desktop.operations.recording import RecordingModels
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.resource_room import ResourceRoom, cache_limits, cache_values
from clawd_desktop.operations.resources import ResourceManager
from clawd_desktop.operations.security_watch import SecurityWatch
from clawd_desktop.operations.series import History
from clawd_desktop.operations.supervised import standing_values
from clawd_desktop.operations.supervisor import Supervisor
from clawd_desktop.operations.trace_files import TraceFiles
from clawd_desktop.operations.trace_store import TraceStore
from clawd_desktop.operations.tracing import Tracer
from clawd_desktop.operations.usage import UsageLedger
from clawd_desktop.operations.watchdog import Watchdog
from clawd_desktop.storage.cache import MultiLevelCache
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.system import do_not_disturb
from clawd_desktop.system.secrets import SecretStore


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
    meter: RequestMeter
    sender: ChannelSender
    local_model: LocalModel
    active_sessions: Callable[[], int]
    sessions: SessionStore
    models: RecordingModels
    replayer: Callable[[RecordedRun], Replayed]
    usage: UsageLedger
    log_fault: Callable[[], str]
    environ: Mapping[str, str] = field(repr=False)
    secrets: SecretStore
    brains: Brains


@dataclass(frozen=True)
class OperationsServices:
    """What operations offers to gateway, windows and command line."""

    alerts: AlertDesk
    quiet: QuietDesk
    metrics: MetricsDesk
    resources: ResourceManager
    cache: MultiLevelCache
    traces: TraceStore
    supervisor: Supervisor
    doctor: Doctor
    report: ReportMaker
    security: SecurityWatch

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
    metrics = await _make_metrics(stack, needs)
    resources = _make_resources(stack, needs, metrics)
    told = await _make_alerts(stack, needs, metrics.history)
    metrics.add_source("alerts", lambda: {"alerts.open": float(len(told.alerts.open()))})
    supervisor = _make_supervisor(stack, needs)
    metrics.add_source("services", lambda: standing_values(supervisor.rows()))
    metrics.add_source("resources", resources.manager.values)
    traces = _make_traces(stack, needs)
    _make_otel(stack, needs, metrics, traces)
    diagnostics = _make_diagnostics(stack, needs)
    return OperationsServices(
        metrics=metrics,
        resources=resources.manager,
        cache=resources.cache,
        traces=traces,
        supervisor=supervisor,
        alerts=told.alerts,
        quiet=told.quiet,
        doctor=diagnostics.doctor,
        report=diagnostics.report,
        security=diagnostics.security,
    )


async def _make_metrics(stack: AsyncExitStack, needs: Needs) -> MetricsDesk:
    measured = Measured(
        clock=needs.clock,
        bus=needs.bus,
        notices=needs.notices,
        keeping=lambda: needs.config.config.monitoring.history,
        status=needs.status,
        watchdog=needs.watchdog,
        meter=needs.meter,
        active_sessions=needs.active_sessions,
        folder=needs.paths.state,
        own=needs.paths.own,
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


def _make_otel(stack: AsyncExitStack, needs: Needs, metrics: MetricsDesk, traces: TraceStore) -> None:
    exported = Exported(
        settings=lambda: needs.config.config.diagnostics.otel,
        metrics=metrics,
        traces=traces,
        secrets=needs.secrets,
        clean=needs.redactor.clean,
        learn=needs.redactor.learn,
        version=__version__,
    )
    otel = Otel(exported, needs.bus, needs.notices, needs.clock)
    stack.push_async_callback(otel.close)
    otel.start()


async def _make_alerts(stack: AsyncExitStack, needs: Needs, history: History) -> AlertParts:
    return await make_alerts(
        stack,
        AlertNeeds(
            settings=lambda: needs.config.config.monitoring,
            folder=needs.paths.own,
            bus=needs.bus,
            clock=needs.clock,
            notices=needs.notices,
            status=needs.status,
            suppliers=Suppliers(needs.sender, needs.secrets, needs.redactor.learn, needs.environ),
            read_system=lambda: do_not_disturb.read(needs.environ),
        ),
        history,
    )


def _make_diagnostics(stack: AsyncExitStack, needs: Needs) -> Diagnostics:
    given = Surroundings(
        paths=needs.paths,
        environ=needs.environ,
        clock=needs.clock,
        bus=needs.bus,
        notices=needs.notices,
        config=needs.config,
        secrets=needs.secrets,
        redactor=needs.redactor,
        brains=needs.brains,
        status=needs.status,
    )
    return make_diagnostics(stack, given)
