"""Makes a backup before something changes all that is there: a restore, another version of this program."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Literal, TypeAlias

from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.taking import Wish, take
from clawd_desktop.core import safeio, tasks
from clawd_desktop.core.errors import ClawdError, NotFound, SecretsFault
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity

Change: TypeAlias = Literal["update", "migration", "restore"]
# Which version worked with the state folder last.
VERSION = "version.txt"
NOTICE = "backup.before"
_LIMIT = 256
_log = logging.getLogger("clawd.backup")


async def before(change: Change, desk: BackupDesk, note: str) -> Path:
    """What is there now as a backup in the usual folder, read back whole; to be awaited before the change begins.

    Raises what `BackupDesk.create` raises, but for passwords that cannot be read: nobody shall be kept from a change
    by those.
    """
    order = Order(change, note=note, folder=desk.usual_folder)
    try:
        return Path((await desk.create(order)).path)
    except (NotFound, SecretsFault):
        return await asyncio.to_thread(_plain, desk, order)


async def before_version(version: str, desk: BackupDesk, notices: NoticeBoard, quits: asyncio.Event) -> None:
    """At a start, before anything is brought into the form of this version: a backup of what another one left.

    The start is held up as long as that takes, once, and goes on without when it fails, which a notice says, or when no
    backups are to be made by themselves. Who quits meanwhile ends it, and it is made at the next start.
    """
    paths = desk.needs.paths
    file = paths.own / VERSION
    change = await asyncio.to_thread(_change, file, paths.state, version)
    if change is None:
        return
    if change != "first" and desk.needs.config().backup.enabled:
        _log.info("a backup is made before this version, %s, changes anything", version)
        making = tasks.spawn(before(change, desk, f"before {version}"), name="backup before a change", awaited=True)
        ending = tasks.spawn(quits.wait(), name="quitting")
        try:
            await asyncio.wait({making, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await tasks.stop(ending)
            await tasks.stop(making)
        if making.cancelled():
            return
        if isinstance(fault := making.exception(), ClawdError):
            _tell(fault, desk, notices)
        elif fault is not None:
            raise fault
    try:
        await asyncio.to_thread(_remember, file, version)
    except ClawdError as fault:
        _log.warning("the next start makes a backup again: %s", fault.sentence())


def _change(file: Path, state: Path, version: str) -> Change | Literal["first"] | None:
    """What this start is for the state folder; None for nothing new."""
    try:
        before = safeio.read_file(file, limit=_LIMIT).decode(errors="replace").strip()
    except NotFound:
        # Without a conversation nobody worked with it before.
        return "migration" if any(state.glob("agents/*/sessions/*.jsonl")) else "first"
    except ClawdError:
        return "update"
    return "update" if before != version else None


def _remember(file: Path, version: str) -> None:
    safeio.make_folder(file.parent)
    safeio.write_file(file, f"{version}\n".encode())


def _tell(fault: ClawdError, desk: BackupDesk, notices: NoticeBoard) -> None:
    _log.warning("no backup could be made before the change: %s", fault.sentence())
    text = f"{fault.sentence()} What was there is in the form of the new version now. Make a backup by hand."
    title, now = "No backup could be made before the update", desk.needs.clock.wall_ms()
    actions = (NoticeAction("page:backup", "Open"),)
    notices.set(Notice(NOTICE, Severity.WARNING, title, text, actions, now, announce=True, topic="backup"))


def _plain(desk: BackupDesk, order: Order) -> Path:
    safeio.make_folder(desk.usual_folder)
    return take(desk.ground(), Wish(desk.usual_folder, order.cause, note=order.note)).path
