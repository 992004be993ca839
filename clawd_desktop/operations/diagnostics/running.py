"""Puts together doctor, reports and the look at the configuration of the running application."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop.config.paths import Paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.backup_facts import BackupFacts
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import Status
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.operations.alert_store import Alert
from clawd_desktop.operations.diagnostics.alone import own_autostart
from clawd_desktop.operations.diagnostics.doctor import Doctor
from clawd_desktop.operations.diagnostics.ground import Brains, Ground
from clawd_desktop.operations.diagnostics.report import ReportMaker
from clawd_desktop.operations.diagnostics.report_parts import Sources
from clawd_desktop.operations.plain_secrets import PlainSecretsMover
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.security_watch import SecurityWatch
from clawd_desktop.storage.database import Database
from clawd_desktop.system.secrets import SecretStore


@dataclass(frozen=True)
class Surroundings:
    """What the running application gives."""

    paths: Paths
    environ: Mapping[str, str] = field(repr=False)
    clock: Clock
    bus: EventBus
    notices: NoticeBoard
    config: ConfigStore
    secrets: SecretStore
    redactor: Redactor
    brains: Brains
    status: Status
    held: Callable[[], Mapping[Path, Database]]
    backups: Callable[[], Awaitable[BackupFacts]] | None
    measured: Callable[[], Mapping[str, float]]
    alerts: Callable[[], Sequence[Alert]]


@dataclass(frozen=True)
class Diagnostics:
    """What finds faults and tells of them."""

    doctor: Doctor
    report: ReportMaker
    security: SecurityWatch


def make_diagnostics(stack: AsyncExitStack, given: Surroundings) -> Diagnostics:
    """All of it, started; `stack` closes it."""
    mover = PlainSecretsMover(given.config, given.secrets, given.notices, given.clock, given.redactor.learn)
    ground = Ground(
        paths=given.paths,
        environ=given.environ,
        clock=given.clock,
        config=given.config,
        secrets=given.secrets,
        redactor=given.redactor,
        brains=given.brains,
        autostart=own_autostart(given.environ, given.paths.home),
        move_secrets=mover.move,
        status=given.status,
        bus=given.bus,
        held=given.held,
        backups=given.backups,
    )
    doctor = Doctor(ground)
    security = SecurityWatch(given.config, given.paths, given.secrets, given.notices, given.clock)
    stack.callback(security.start(given.bus))
    stack.push_async_callback(security.close)
    sources = Sources(ground, doctor, lambda: finite(given.measured()), lambda: rows_of(given.alerts()))
    return Diagnostics(doctor, ReportMaker(sources), security)


def finite(values: Mapping[str, float]) -> JsonObject:
    """The values that are numbers: JSON knows no other."""
    return {key: value for key, value in values.items() if math.isfinite(value)}


def rows_of(alerts: Sequence[Alert]) -> list[JsonValue]:
    """Alerts as a report shows them."""
    return [row_of(alert) for alert in alerts]


def row_of(alert: Alert) -> JsonObject:
    """An alert as a report shows it."""
    row: JsonObject = {
        "id": alert.id, "rule": alert.rule, "key": alert.key, "severity": str(alert.severity), "title": alert.title,
        "text": alert.text, "value": alert.value, "threshold": alert.threshold, "raisedMs": alert.raised_ms,
    }  # fmt: skip
    return row | ({"endedMs": alert.ended_ms} if alert.ended_ms else {})
