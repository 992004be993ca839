"""Puts the alerts together: desk, sinks, quiet hours and the sign of life, and tells them of new settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.config.schema.monitoring import Monitoring
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import ConfigChanged
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import Status
from clawd_desktop.operations.alert_desk import AlertDesk
from clawd_desktop.operations.alert_dispatch import Dispatcher
from clawd_desktop.operations.alert_sinks.table import Suppliers
from clawd_desktop.operations.alert_store import AlertStore
from clawd_desktop.operations.dead_man import DeadMan
from clawd_desktop.operations.quiet import QuietDesk
from clawd_desktop.operations.series import History

# When backups are made decides when they are too old.
SECTIONS = ("monitoring", "backup")


@dataclass(frozen=True)
class AlertNeeds:
    """What alerts are made of. `folder` is where they are kept; `read_system` reads the system's Do Not Disturb."""

    settings: Callable[[], Monitoring]
    folder: Path
    bus: EventBus
    clock: Clock
    notices: NoticeBoard
    status: Status
    suppliers: Suppliers
    read_system: Callable[[], Awaitable[bool | None]]


@dataclass(frozen=True)
class AlertParts:
    """The alerts, and whether somebody may be disturbed."""

    alerts: AlertDesk
    quiet: QuietDesk


async def make_alerts(stack: AsyncExitStack, needs: AlertNeeds, history: History) -> AlertParts:
    """Everything, started; `stack` closes it."""
    settings = needs.settings
    quiet = QuietDesk(lambda: settings().quiet, needs.folder, needs.clock, needs.notices, needs.read_system)
    await quiet.start()
    stack.push_async_callback(quiet.close)
    dispatcher = Dispatcher(needs.suppliers, quiet, needs.clock, needs.notices)
    stack.callback(quiet.on_end(dispatcher.tick))
    desk = AlertDesk(settings, history, AlertStore(needs.folder), dispatcher, needs.bus, needs.clock, needs.notices)
    await desk.start()
    stack.push_async_callback(desk.close)
    dead_man = DeadMan(
        lambda: settings().dead_man,
        needs.status,
        needs.suppliers.secrets,
        needs.suppliers.learn,
        needs.notices,
        needs.clock,
    )
    dead_man.start()
    stack.push_async_callback(dead_man.close)

    def configure(event: ConfigChanged) -> None:
        if any(path.split(".")[0] in SECTIONS for path in event.paths):
            quiet.configure()
            desk.configure()
            dead_man.configure()

    stack.callback(needs.bus.subscribe(ConfigChanged, configure))
    return AlertParts(desk, quiet)
