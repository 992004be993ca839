"""Builds everything that watches, keeps and repairs, and hands it out as one bundle."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from clawd_desktop.config.paths import Paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import Status
from clawd_desktop.operations.own_services import log_service, model_service, usage_service
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.supervisor import Supervisor
from clawd_desktop.operations.usage import UsageLedger
from clawd_desktop.operations.watchdog import Watchdog


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
    model_trouble: Callable[[], str]
    model_again: Callable[[], None]
    usage: UsageLedger
    log_fault: Callable[[], str]


@dataclass(frozen=True)
class OperationsServices:
    """What operations offers to gateway, windows and command line."""

    supervisor: Supervisor


async def assemble(stack: AsyncExitStack, needs: Needs) -> OperationsServices:
    """Everything of this room, started; `stack` closes it."""
    supervisor = _make_supervisor(stack, needs)
    return OperationsServices(supervisor=supervisor)


def _make_supervisor(stack: AsyncExitStack, needs: Needs) -> Supervisor:
    supervisor = Supervisor(lambda: needs.config.config.monitoring.repair, needs.bus, needs.notices, needs.clock)
    supervisor.start()
    supervisor.watch(model_service(needs.model_trouble, needs.model_again))
    supervisor.watch(usage_service(needs.usage))
    supervisor.watch(log_service(needs.log_fault))
    stack.push_async_callback(supervisor.close)
    return supervisor
