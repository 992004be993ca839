"""The `restore` command: shows what would change, brings a backup back while nothing runs, and takes that back."""

from __future__ import annotations

import asyncio
import getpass
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from clawd_desktop.cli import backup_shown
from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.backup import read_secret, which
from clawd_desktop.cli.backup_alone import Alone, alone, keys_in
from clawd_desktop.cli.columns import print_columns
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import Exit
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import AlreadyRunning, BadInput, ClawdError
from clawd_desktop.core.values import JsonObject, JsonValue

if TYPE_CHECKING:
    from clawd_desktop.backup.look import Look
    from clawd_desktop.backup.restore import Report
    from clawd_desktop.backup.sealing import Keys
    from clawd_desktop.backup.staging import Backup, Site

_STATES = ("same", "changed", "only in backup", "would be lost")
_TOLD_EVERY_S = 0.2


@dataclass(frozen=True)
class _Work:
    """What a restore needs: the desk in this process, where it happens, and who looks."""

    arguments: Arguments
    here: Alone
    site: Site
    console: Console
    keyboard: TextIO


async def run(arguments: Arguments, console: Console, keyboard: TextIO) -> Exit:
    """Do it and tell. Raises AlreadyRunning while the application runs, and what a restore raises."""
    from clawd_desktop.backup.staging import Site

    async with alone(arguments, lambda _: None) as here:
        work = _Work(arguments, here, Site(here.desk.ground(), dict(os.environ)), console, keyboard)
        await asyncio.to_thread(_nobody_runs, work.site.ground.paths.state)
        try:
            return await _ACTIONS.get(arguments.action, _restore)(work)
        finally:
            console.status("")


def _nobody_runs(state: Path) -> None:
    """Raises AlreadyRunning, so that nobody waits for a preview in vain; the restore itself owns the folder."""
    if state.is_dir():
        lock = safeio.FolderLock(state)
        try:
            lock.acquire()
        except AlreadyRunning as error:
            raise AlreadyRunning(
                "Clawd Desktop runs, and a restore exchanges its files.",
                hint="End it first: clawd-desktop quit",
                pid=error.pid,
            ) from error
        lock.release()


async def _list(work: _Work) -> Exit:
    from clawd_desktop.backup.undo import undoable

    found = await asyncio.to_thread(undoable, work.site.undo, work.site.ground.clock.wall_ms())
    rows: list[JsonValue] = [
        {"id": one.id, "atMs": one.at_ms, "untilMs": one.until_ms, "what": one.what, "areas": list(one.areas)}
        for one in found
    ]
    if work.arguments.json:
        work.console.json({"undoable": rows})
    elif found:
        when = backup_shown.when
        head = ("restore", "made", "can be taken back until", "of")
        print_columns(work.console, head, [(one.id, when(one.at_ms), when(one.until_ms), one.what) for one in found])
    else:
        work.console.line("No restore can be taken back.")
    return Exit.OK


async def _undo(work: _Work) -> Exit:
    from clawd_desktop.backup.restore import take_back
    from clawd_desktop.backup.standstill import Owner
    from clawd_desktop.backup.undo import undoable

    name, state = work.arguments.target, work.site.ground.paths.state
    if not name:
        found = await asyncio.to_thread(undoable, work.site.undo, work.site.ground.clock.wall_ms())
        if not found:
            raise BadInput("No restore can be taken back.", hint="See: clawd-desktop backup list")
        name = found[0].id
    done = await asyncio.to_thread(take_back, work.site, name, Owner(state))
    since: list[JsonValue] = [str(path) for path in done.since]
    if work.arguments.json:
        work.console.json({"id": done.id, "again": done.again, "writtenSince": since, "count": done.since_count})
        return Exit.OK
    work.console.line(f"All is as it was before the restore {done.id}.")
    if done.since_count:
        work.console.line(f"{done.since_count:,} files were written since and are kept for seven days: {since[0]} …")
    work.console.line(f"Take this back again: clawd-desktop restore --undo {done.again}")
    return Exit.OK


async def _restore(work: _Work) -> Exit:
    from clawd_desktop.backup.look import look

    if not work.arguments.target:
        raise BadInput("No backup is named.", hint="See: clawd-desktop backup list")
    backup = await _backup(work)
    seen = await asyncio.to_thread(look, backup, work.site, _watch(work.console))
    areas = _chosen(work.arguments.only, seen.manifest.areas)
    if not work.arguments.json:
        _show(seen, areas, work.console)
    if work.arguments.dry_run:
        if work.arguments.json:
            work.console.json(_preview_json(seen, areas))
        return Exit.OK
    await _agreed(work)
    report = await asyncio.to_thread(_do, work, backup, areas)
    troubles = await _store(work, report)
    _tell(work, report, troubles)
    return Exit.FAILED if report.taken_back or troubles else Exit.OK


async def _backup(work: _Work) -> Backup:
    desk = work.here.desk
    named = await asyncio.to_thread(which, work.arguments.target)
    keys = await _keys(work) if await desk.is_locked(named) else None
    return await desk.opened(named, keys)


_ACTIONS = {"list": _list, "undo": _undo}


async def _keys(work: _Work) -> Keys | None:
    secret = await asyncio.to_thread(read_secret, work.arguments.passphrase_file)
    if not secret and not work.keyboard.isatty():
        raise BadInput("The backup is locked.", hint="Give its passphrase or key with --passphrase-file FILE.")
    return keys_in({"passphrase": secret or await asyncio.to_thread(getpass.getpass, "Passphrase of the backup: ")})


def _chosen(named: tuple[str, ...], there: tuple[str, ...]) -> frozenset[str]:
    for name in named:
        if name not in there:
            raise BadInput(f"The backup has no area {name}.", hint=f"It has: {', '.join(there)}.")
    return frozenset(named or there)


async def _agreed(work: _Work) -> None:
    """Raises BadInput when nobody said yes."""
    if work.arguments.yes:
        return
    if not work.keyboard.isatty():
        raise BadInput("Nothing was changed.", hint="Say --yes to do it, or --dry-run to look only.")
    work.console.note("Restore this? What is there now is kept for seven days. [y/N]")
    answer = await asyncio.to_thread(work.keyboard.readline)
    if answer.strip().lower() not in ("y", "yes"):
        raise BadInput("Nothing was changed.")


def _do(work: _Work, backup: Backup, areas: frozenset[str]) -> Report:
    from clawd_desktop.backup.present import Choice
    from clawd_desktop.backup.restore import Order, restore
    from clawd_desktop.backup.standstill import Owner
    from clawd_desktop.backup.taking import Wish, take

    ground, watch = work.site.ground, _watch(work.console)

    def safety() -> Path:
        """What is there now, as a backup of its own."""
        folder = ground.paths.backups
        safeio.make_folder(folder)
        return take(ground, Wish(folder, "restore", note=f"before {backup.name}"), watch).path

    order = Order(Choice(areas), Owner(ground.paths.state), safety, watch)
    safeio.make_folder(ground.paths.state)
    return restore(backup, work.site, order)


async def _store(work: _Work, report: Report) -> tuple[str, ...]:
    """Put the passwords that came along into the keyring; what did not work."""
    troubles = []
    for name, value in report.secrets.items():
        try:
            await work.here.secrets.set(name, value)
        except ClawdError as error:
            troubles.append(f"The secret {name} is not in the keyring: {error.sentence()}")
    return tuple(troubles)


def _watch(console: Console) -> Callable[..., None]:
    """Says how far it is; called from the thread of the work."""
    from clawd_desktop.backup.progress import Progress
    from clawd_desktop.backup.shown import plain

    told_at = 0.0

    def watch(progress: Progress) -> None:
        nonlocal told_at
        now = time.monotonic()
        if now - told_at >= _TOLD_EVERY_S:
            told_at = now
            line: JsonObject = {"stage": progress.stage, "done": progress.done_bytes, "total": progress.total_bytes}
            console.status(backup_shown.progress_line({**line, "file": plain(progress.file)}))

    return watch


def _show(seen: Look, areas: frozenset[str], console: Console) -> None:
    console.status("")
    manifest = seen.manifest
    with_secrets = "with passwords" if manifest.secrets == "sealed" else "without passwords"
    console.line(f"A backup of {backup_shown.when(manifest.created_ms)}, made on {manifest.host}, {with_secrets}.")
    rows = [(one.area, *(f"{one.count(state):,}" for state in _STATES)) for one in seen.areas if one.area in areas]  # type: ignore[arg-type]
    print_columns(console, ("area", *_STATES), rows)
    for warning in (*seen.warnings, *(text for one in seen.areas if one.area in areas for text in one.warnings)):
        console.line(f"Note: {warning}")


def _preview_json(seen: Look, areas: frozenset[str]) -> JsonObject:
    rows: list[JsonValue] = [
        {"area": one.area, **{state: one.count(state) for state in _STATES}, "warnings": list(one.warnings)}  # type: ignore[arg-type]
        for one in seen.areas
        if one.area in areas
    ]
    manifest = seen.manifest
    return {"id": manifest.id, "createdMs": manifest.created_ms, "areas": rows, "warnings": list(seen.warnings)}


def _tell(work: _Work, report: Report, troubles: tuple[str, ...]) -> None:
    console = work.console
    console.status("")
    if work.arguments.json:
        console.json(
            {
                "id": report.id, "backup": report.backup, "safety": str(report.safety) if report.safety else "",
                "takenBack": report.taken_back, "unknownSecrets": list(report.unknown),
                "warnings": [*report.warnings, *troubles],
            }
        )  # fmt: skip
        return
    if report.taken_back:
        console.line(f"Everything was put back as it was. {report.taken_back}")
    else:
        console.line(f"It is restored. Take it back within seven days: clawd-desktop restore --undo {report.id}")
    if report.safety:
        console.line(f"What was there before is also in {report.safety}.")
    for place in report.unknown:
        console.line(f"Note: the backup has no secret for {place}; enter it again in Settings.")
    for text in (*report.warnings, *troubles):
        console.line(f"Note: {text}")
