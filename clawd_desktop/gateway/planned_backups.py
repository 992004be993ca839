"""Keeps the planned backups going, and gives buttons and clients the ways to ask for one and to pause them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

from clawd_desktop.backup.assembly import make_keeper
from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.telling import NOW, PAUSE, RESUME
from clawd_desktop.core.acting import actor
from clawd_desktop.core.errors import BadInput, Busy
from clawd_desktop.core.ports import Ledger
from clawd_desktop.gateway.services import Services
from clawd_desktop.operations.kept_loop import KeptLoop

_LONGEST_NUMBER = 16


def keep_backups(stack: AsyncExitStack, services: Services) -> Mapping[str, Callable[[str], Awaitable[None]]]:
    """Start them under the supervisor, until `stack` ends; what can be asked of them, as actions."""
    ledger = services.operations.ledger
    keeper = make_keeper(
        services.backups,
        services.restores,
        services.config,
        (services.notices, services.bus, ledger),
        services.clock,
        safe_mode=services.safe_mode,
    )
    supervisor = services.operations.supervisor
    loop = KeptLoop(supervisor, "backups", "The watch over planned backups", keeper.go_round, services.clock)
    stack.push_async_callback(loop.close)
    return backup_actions(services.backups, ledger)


def backup_actions(desk: BackupDesk, ledger: Ledger) -> dict[str, Callable[[str], Awaitable[None]]]:
    """What buttons can ask for: a backup now, a pause ("backup.pause:<end in ms since the epoch, or 0>"), its end."""

    async def now(_: str) -> None:
        if desk.busy:
            raise Busy("A backup is being made or read already.", hint="Wait until it is done, or stop it.")
        ledger.record(actor(), "backup.asked", "")
        desk.planned.ask()

    async def pause(argument: str) -> None:
        if not argument.isdecimal() or len(argument) > _LONGEST_NUMBER:
            raise BadInput("A pause needs its end in milliseconds since the epoch, or 0.")
        await desk.planned.pause(int(argument))
        ledger.record(actor(), "backup.paused", argument)

    async def resume(_: str) -> None:
        await desk.planned.resume()
        ledger.record(actor(), "backup.resumed", "")

    return {NOW: now, PAUSE: pause, RESUME: resume}
