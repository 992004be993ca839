"""Puts the desk of backups together, with the application or without it, and starts it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from clawd_desktop.backup import swap, undo
from clawd_desktop.backup.before import before_version
from clawd_desktop.backup.databases import copied_by_owner
from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.drill_desk import DrillDesk
from clawd_desktop.backup.drill_service import DrillService
from clawd_desktop.backup.keeper import Keeper
from clawd_desktop.backup.keeper import Needs as KeeperNeeds
from clawd_desktop.backup.present import UNDO
from clawd_desktop.backup.restore_desk import RestoreDesk
from clawd_desktop.backup.surroundings import Around
from clawd_desktop.backup.telling import Telling
from clawd_desktop.backup.wanted import Needs
from clawd_desktop.config.paths import Paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import Ledger, Secrets
from clawd_desktop.storage.database import Database

__all__ = ["age_values", "before_version", "begin", "make_desk", "make_keeper", "settle", "start"]

SAFE = "Clawd Desktop runs in safe mode; until it does not, no backups are made by themselves."
# In the place of the settings stands what was there before, or nothing at all.
UNREAD = "The configuration cannot be read, so that nobody knows where backups go and how they are to be locked."
_log = logging.getLogger("clawd.backup")


def make_desk(
    paths: Paths,
    config: ConfigStore,
    secrets: Secrets,
    clock: Clock,
    bus: EventBus,
    held: Callable[[], Mapping[Path, Database]] = dict,
) -> BackupDesk:
    """The desk; `held` gives the databases that are open in the loop that runs, by their path."""
    return BackupDesk(
        Needs(
            paths=paths,
            config=lambda: config.config,
            included=lambda: config.files[1:],
            secrets=secrets,
            clock=clock,
            bus=bus,
            copy_database=copied_by_owner(held, asyncio.get_running_loop()),
        )
    )


def start(stack: AsyncExitStack, desk: BackupDesk) -> None:
    """Look in the background what there is; `stack` ends what is being done."""
    looking = tasks.spawn(_look(desk), name="backups")
    stack.push_async_callback(tasks.stop, looking)
    stack.push_async_callback(desk.close)


def make_keeper(
    desk: BackupDesk,
    restores: RestoreDesk,
    config: ConfigStore,
    told: tuple[NoticeBoard, EventBus, Ledger],
    clock: Clock,
    *,
    safe_mode: bool,
) -> Keeper:
    """What makes the planned backups, to be started; in `safe_mode` it makes only what a person asks for."""
    notices, bus, ledger = told
    needs = KeeperNeeds(
        desk=desk,
        telling=Telling(notices, clock),
        bus=bus,
        clock=clock,
        ledger=ledger,
        section=lambda: config.config.backup,
        resting=lambda: SAFE if safe_mode else UNREAD if config.safe_mode else "",
        restoring=lambda: restores.working,
    )
    return Keeper(needs, Around(clock))


def begin(
    stack: AsyncExitStack,
    desk: BackupDesk,
    notices: NoticeBoard,
    environ: Mapping[str, str],
    resting: Callable[[], bool] = lambda: False,
) -> DrillDesk:
    """Look what there is, and let drills begin by themselves, unless `resting`; their desk. `stack` ends all of it."""
    start(stack, desk)
    drills = DrillDesk(desk, notices, environ)
    service = DrillService(drills, desk.needs, Around(desk.needs.clock), resting)
    stack.push_async_callback(drills.close)
    service.start()
    stack.push_async_callback(service.close)
    return drills


def settle(paths: Paths, clock: Clock) -> None:
    """Before anything is read at a start: take back or finish what a crash interrupted, forget what is too old.

    For a worker thread of the owner of the state folder. What cannot be settled is told by the log and left as it is.
    """
    folder = paths.own / UNDO
    if not folder.is_dir():
        return
    try:
        for found in swap.recover(folder):
            if found.fault:
                _log.error("the restore %s was interrupted and cannot be settled: %s", found.id, found.fault)
            else:
                _log.warning("the restore %s was interrupted: it was %s", found.id, found.outcome)
        for name in undo.forget(folder, clock.wall_ms()):
            _log.info("what the restore %s replaced was kept for seven days and is forgotten", name)
    except ClawdError as fault:
        _log.error("nobody can tell whether a restore was interrupted: %s", fault.sentence())


def age_values(desk: BackupDesk, clock: Clock, drills: DrillDesk | None = None) -> dict[str, float]:
    """The metrics backup.age and backup.drillAge, each absent as long as nobody knows it.

    Seconds since the newest good backup was made (or since a first one is wanted), and since one was last tried out and
    came back whole.
    """
    good_ms = desk.newest_good_ms if desk.newest_good_ms is not None else desk.planned.wanted_ms
    times = {"backup.age": good_ms, "backup.drillAge": drills.last_drill_ms if drills else None}
    now_ms = clock.wall_ms()
    return {name: max(0, now_ms - at_ms) / 1000 for name, at_ms in times.items() if at_ms is not None}


async def _look(desk: BackupDesk) -> None:
    try:
        await desk.all()
    except ClawdError as fault:
        _log.warning("nobody knows which backups there are: %s", fault.sentence())
