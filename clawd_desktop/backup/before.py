"""Makes a backup before something changes all that is there, and keeps that from happening without one."""

from __future__ import annotations

import contextlib
from typing import Literal, TypeAlias

from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError, Refused

Change: TypeAlias = Literal["update", "migration"]


async def before(change: Change, desk: BackupDesk, clock: Clock, note: str = "") -> BackupRecord:
    """A backup that was read back whole, in one place at least; to be awaited before the change begins.

    What is being done with backups already is waited for. Raises Refused when none could be made, Stopped.
    """
    await desk.free()
    began = clock.wall_ms()
    try:
        return await desk.create(Order(change, note=note))
    except Stopped:
        raise
    except ClawdError as fault:
        if (made := await _made(change, desk, began)) is not None:
            return made
        raise Refused(
            f"The {change} was not begun, as no backup could be made before it: {fault.sentence()}",
            hint="Make one on the Backup page, or choose another folder for backups, and try again.",
        ) from fault


async def _made(change: Change, desk: BackupDesk, began: int) -> BackupRecord | None:
    """One place may have failed, and another not."""
    with contextlib.suppress(ClawdError):
        for record in await desk.remembered():
            if record.ok and record.cause == change and record.at_ms >= began:
                return record
    return None
