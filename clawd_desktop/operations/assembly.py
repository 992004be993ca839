"""Builds everything that watches, keeps and repairs, and hands it out as one bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from clawd_desktop.config.paths import Paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import ChannelSender, Secrets, Status
from clawd_desktop.operations.alert_desk import AlertDesk
from clawd_desktop.operations.alert_sinks.table import Suppliers
from clawd_desktop.operations.alert_wiring import AlertNeeds, AlertParts, make_alerts
from clawd_desktop.operations.quiet import QuietDesk
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.series import History, Series
from clawd_desktop.operations.watchdog import Watchdog
from clawd_desktop.system import do_not_disturb


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
    secrets: Secrets
    sender: ChannelSender
    environ: Mapping[str, str]


@dataclass(frozen=True)
class OperationsServices:
    """What operations offers to gateway, windows and command line."""

    alerts: AlertDesk
    quiet: QuietDesk


async def assemble(stack: AsyncExitStack, needs: Needs) -> OperationsServices:
    """Everything of this room, started; `stack` closes it."""
    told = await _make_alerts(stack, needs, Unmeasured())
    return OperationsServices(alerts=told.alerts, quiet=told.quiet)


class Unmeasured(History):
    """Nothing is measured yet."""

    def keys(self) -> tuple[str, ...]:
        """None."""
        return ()

    def latest(self, key: str) -> float | None:
        """None."""
        return None

    def values(self, key: str, since_ms: int) -> tuple[tuple[int, float], ...]:
        """None."""
        return ()

    async def series(self, key: str, since_ms: int, until_ms: int, points: int) -> Series:
        """None."""
        return Series(key, 1_000)


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
