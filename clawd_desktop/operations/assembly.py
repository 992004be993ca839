"""Builds everything that watches, keeps and repairs, and hands it out as one bundle."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop import __version__
from clawd_desktop.config.paths import Paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.backup_facts import BackupFacts
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import ChannelSender, Status
from clawd_desktop.core.recorded import RecordedRun, Replayed
from clawd_desktop.models.local import LocalModel
from clawd_desktop.operations.alert_desk import AlertDesk
from clawd_desktop.operations.alert_sinks.table import Suppliers
from clawd_desktop.operations.alert_wiring import AlertNeeds, AlertParts, make_alerts
from clawd_desktop.operations.audit import AuditLedger
from clawd_desktop.operations.audit_events import AuditEvents
from clawd_desktop.operations.backup_rule import with_backup_rule
from clawd_desktop.operations.database_care import DatabaseCare
from clawd_desktop.operations.debugging import Debugging, Watched, make_debugging
from clawd_desktop.operations.diagnostics.doctor import Doctor
from clawd_desktop.operations.diagnostics.ground import Brains
from clawd_desktop.operations.diagnostics.report import ReportMaker
from clawd_desktop.operations.diagnostics.running import Diagnostics, Surroundings, make_diagnostics
from clawd_desktop.operations.history import MetricHistory
from clawd_desktop.operations.inspection import Inspector
from clawd_desktop.operations.log_keeper import LogKeeper
from clawd_desktop.operations.log_settings import Surroundings as LogSurroundings
from clawd_desktop.operations.logs import LogDesk
from clawd_desktop.operations.meter import RequestMeter
from clawd_desktop.operations.metrics_assembly import Measured, make_desk
from clawd_desktop.operations.metrics_desk import MetricsDesk
from clawd_desktop.operations.otel import Exported, Otel
from clawd_desktop.operations.own_services import alert_service, resource_service, sampler_service
from clawd_desktop.operations.profiling import Profiler
from clawd_desktop.operations.quiet import QuietDesk
from clawd_desktop.operations.recording import RecordingModels
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.resource_room import ResourceRoom, cache_limits, cache_values
from clawd_desktop.operations.resources import ResourceManager
from clawd_desktop.operations.security_watch import SecurityWatch
from clawd_desktop.operations.self_repair import Kept, SelfRepair, make_self_repair
from clawd_desktop.operations.series import History
from clawd_desktop.operations.stuck_runs import Runs
from clawd_desktop.operations.supervised import standing_values
from clawd_desktop.operations.supervisor import Supervisor
from clawd_desktop.operations.trace_store import TraceStore
from clawd_desktop.operations.usage import UsageLedger
from clawd_desktop.operations.watchdog import Watchdog
from clawd_desktop.storage.cache import MultiLevelCache
from clawd_desktop.storage.database import Database
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.system import do_not_disturb
from clawd_desktop.system.secrets import SecretStore

MOST_ALERTS = 100


@dataclass(frozen=True)
class Needs:
    """What operations is given. Callables are asked anew each time and must not block.

    `terminal` says that somebody looks at what is written on standard error, `backups` how it stands with
    the backups.
    """

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
    environ: Mapping[str, str] = field(repr=False)
    secrets: SecretStore
    brains: Brains
    log: LogDesk
    terminal: bool
    turns: Runs
    backups: Callable[[], Awaitable[BackupFacts]] | None = None


@dataclass(frozen=True)
class OperationsServices:
    """What operations offers to gateway, windows and command line. `held` are the databases that are open, by path."""

    log: LogDesk
    ledger: AuditLedger
    alerts: AlertDesk
    quiet: QuietDesk
    metrics: MetricsDesk
    resources: ResourceManager
    cache: MultiLevelCache
    traces: TraceStore
    inspector: Inspector
    profiler: Profiler
    supervisor: Supervisor
    doctor: Doctor
    report: ReportMaker
    security: SecurityWatch
    held: Callable[[], Mapping[Path, Database]]

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
    _keep_log(stack, needs)
    ledger = await _keep_ledger(stack, needs)
    repair = _keep_running(stack, needs)
    supervisor = repair.supervisor
    metrics = await _make_metrics(stack, needs, repair.databases)
    supervisor.watch(sampler_service(metrics.sampler))
    resources = _make_resources(stack, needs, metrics)
    supervisor.watch(resource_service(resources.watch))
    told = await _make_alerts(stack, needs, metrics.history)
    supervisor.watch(alert_service(told.alerts))
    metrics.add_source("alerts", lambda: {"alerts.open": float(len(told.alerts.open()))})
    metrics.add_source("log", lambda: {"log.dropped": float(needs.log.dropped)})
    metrics.add_source("services", lambda: standing_values(supervisor.rows()))
    metrics.add_source("resources", resources.manager.values)
    debugging = _make_debugging(stack, needs)
    _make_otel(stack, needs, metrics, debugging.traces)
    diagnostics = _make_diagnostics(stack, needs, metrics, told.alerts, repair.databases)
    return OperationsServices(
        log=needs.log,
        ledger=ledger,
        metrics=metrics,
        resources=resources.manager,
        cache=resources.cache,
        traces=debugging.traces,
        inspector=debugging.inspector,
        profiler=debugging.profiler,
        supervisor=supervisor,
        alerts=told.alerts,
        quiet=told.quiet,
        doctor=diagnostics.doctor,
        report=diagnostics.report,
        security=diagnostics.security,
        held=repair.databases.held,
    )


async def _make_metrics(stack: AsyncExitStack, needs: Needs, databases: DatabaseCare) -> MetricsDesk:
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
        databases=databases,
    )
    return await make_desk(stack, measured)


def _make_resources(stack: AsyncExitStack, needs: Needs, metrics: MetricsDesk) -> ResourceRoom:
    cache = MultiLevelCache(needs.paths.cache / "kept", needs.clock, cache_limits(needs.config.config))
    work = (needs.sessions, needs.local_model)
    metrics.add_source("cache", lambda: cache_values(cache))
    return ResourceRoom(stack, needs.config, needs.bus, needs.clock, needs.notices, cache, work)


def _make_debugging(stack: AsyncExitStack, needs: Needs) -> Debugging:
    watched = Watched(
        folder=needs.paths.own / "traces",
        clock=needs.clock,
        bus=needs.bus,
        settings=lambda: needs.config.config.diagnostics.tracing,
        clean=needs.redactor.clean,
        sessions=needs.sessions,
        models=needs.models,
        replayer=needs.replayer,
        watchdog=needs.watchdog,
    )
    return make_debugging(stack, watched)


def _keep_running(stack: AsyncExitStack, needs: Needs) -> SelfRepair:
    kept = Kept(
        repair=lambda: needs.config.config.monitoring.repair,
        bus=needs.bus,
        notices=needs.notices,
        clock=needs.clock,
        own=needs.paths.own,
        environ=needs.environ,
        turns=needs.turns,
        local_model=needs.local_model,
        usage=needs.usage,
        log_faults=lambda: needs.log.faults,
    )
    return make_self_repair(stack, kept)


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
            settings=lambda: with_backup_rule(needs.config.config),
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


def _make_diagnostics(
    stack: AsyncExitStack, needs: Needs, metrics: MetricsDesk, alerts: AlertDesk, databases: DatabaseCare
) -> Diagnostics:
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
        held=databases.held,
        backups=needs.backups,
        measured=metrics.history.newest,
        alerts=lambda: (*alerts.open(), *alerts.past(MOST_ALERTS)),
    )
    return make_diagnostics(stack, given)


def _keep_log(stack: AsyncExitStack, needs: Needs) -> None:
    around = LogSurroundings(needs.paths.logs, needs.paths.user, needs.terminal)
    keeper = LogKeeper(needs.log, around, needs.config, needs.secrets, needs.redactor, needs.notices, needs.clock)
    keeper.start(needs.bus)
    stack.push_async_callback(keeper.close)


async def _keep_ledger(stack: AsyncExitStack, needs: Needs) -> AuditLedger:
    ledger = AuditLedger(needs.paths.own / "audit", needs.redactor, needs.notices, needs.clock)
    stack.push_async_callback(ledger.close)
    stack.callback(AuditEvents(ledger).listen(needs.bus))
    await ledger.open()
    return ledger
