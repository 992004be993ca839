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
from clawd_desktop.core.ports import Secrets, Status
from clawd_desktop.operations.audit import AuditLedger
from clawd_desktop.operations.audit_events import AuditEvents
from clawd_desktop.operations.log_keeper import LogKeeper
from clawd_desktop.operations.log_settings import Surroundings
from clawd_desktop.operations.logs import LogDesk
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.watchdog import Watchdog


@dataclass(frozen=True)
class Needs:
    """What operations is given. Callables are asked anew each time and must not block.

    `terminal` says that somebody looks at what is written on standard error.
    """

    paths: Paths
    clock: Clock
    bus: EventBus
    notices: NoticeBoard
    redactor: Redactor
    config: ConfigStore
    status: Status
    watchdog: Watchdog
    model_pid: Callable[[], int | None]
    log: LogDesk
    secrets: Secrets
    terminal: bool


@dataclass(frozen=True)
class OperationsServices:
    """What operations offers to gateway, windows and command line."""

    log: LogDesk
    ledger: AuditLedger


async def assemble(stack: AsyncExitStack, needs: Needs) -> OperationsServices:
    """Everything of this room, started; `stack` closes it."""
    _keep_log(stack, needs)
    ledger = await _keep_ledger(stack, needs)
    return OperationsServices(log=needs.log, ledger=ledger)


def _keep_log(stack: AsyncExitStack, needs: Needs) -> None:
    around = Surroundings(needs.paths.logs, needs.paths.user, needs.terminal)
    keeper = LogKeeper(needs.log, around, needs.config, needs.secrets, needs.redactor, needs.notices, needs.clock)
    keeper.start(needs.bus)
    stack.push_async_callback(keeper.close)


async def _keep_ledger(stack: AsyncExitStack, needs: Needs) -> AuditLedger:
    ledger = AuditLedger(needs.paths.own / "audit", needs.redactor, needs.notices, needs.clock)
    stack.push_async_callback(ledger.close)
    stack.callback(AuditEvents(ledger).listen(needs.bus))
    await ledger.open()
    return ledger
