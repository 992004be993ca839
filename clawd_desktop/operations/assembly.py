"""Builds everything that watches, keeps and repairs, and hands it out as one bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from clawd_desktop.config.paths import Paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import Status
from clawd_desktop.operations.diagnostics.doctor import Doctor
from clawd_desktop.operations.diagnostics.ground import Brains
from clawd_desktop.operations.diagnostics.report import ReportMaker
from clawd_desktop.operations.diagnostics.running import Surroundings, make_diagnostics
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.security_watch import SecurityWatch
from clawd_desktop.operations.watchdog import Watchdog
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
    model_pid: Callable[[], int | None]
    environ: Mapping[str, str] = field(repr=False)
    secrets: SecretStore
    brains: Brains


@dataclass(frozen=True)
class OperationsServices:
    """What operations offers to gateway, windows and command line."""

    doctor: Doctor
    report: ReportMaker
    security: SecurityWatch


async def assemble(stack: AsyncExitStack, needs: Needs) -> OperationsServices:
    """Everything of this room, started; `stack` closes it."""
    diagnostics = make_diagnostics(
        stack,
        Surroundings(
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
        ),
    )
    return OperationsServices(
        doctor=diagnostics.doctor,
        report=diagnostics.report,
        security=diagnostics.security,
    )
