"""The `restore` command: shows what would change, brings a backup back, and takes that back again.

While the application runs it does that itself; without it, this process does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, TextIO

from clawd_desktop.cli import restore_shown
from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.backup import Connect, read_secret, which, with_key
from clawd_desktop.cli.backup_shown import progress_line
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import Exit
from clawd_desktop.cli.restore_alone import here
from clawd_desktop.cli.restore_running import there
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text

# What the application of this state folder says of itself, nothing when it does not run.
Look = Callable[[], Awaitable[JsonObject]]


class Where(Protocol):
    """Who does it: the application that runs, or this process."""

    async def ask(self, method: str, params: JsonObject) -> JsonObject:
        """The answer to backup.preview or backup.restores."""

    async def done(self, method: str, params: JsonObject) -> JsonObject:
        """How backup.restore or backup.undo ended; it is waited for."""


@dataclass(frozen=True)
class _Work:
    """What was asked for, who does it, and who looks."""

    arguments: Arguments
    where: Where
    console: Console
    keyboard: TextIO


async def run(arguments: Arguments, connect: Connect, look: Look, console: Console, keyboard: TextIO) -> Exit:
    """Do it and tell. Raises what the application or a restore in this process raises."""
    async with _where(arguments, connect, look, console) as where:
        work = _Work(arguments, where, console, keyboard)
        try:
            return await _ACTIONS.get(arguments.action, _restore)(work)
        finally:
            console.status("")


@asynccontextmanager
async def _where(arguments: Arguments, connect: Connect, look: Look, console: Console) -> AsyncIterator[Where]:
    def told(progress: JsonObject) -> None:
        console.status(progress_line(progress))

    try:
        local = {} if arguments.url else await look()
    except ClawdError:
        local = {}  # whether it runs is then found out by the lock of its folder
    if arguments.url or local:
        async with there(connect, local, told, arguments.timeout_s) as running:
            yield running
    else:
        async with here(arguments, told) as alone:
            yield alone


async def _list(work: _Work) -> Exit:
    found = as_list((await work.where.ask("backup.restores", {})).get("undoable"))
    if work.arguments.json:
        work.console.json({"undoable": found})
    else:
        restore_shown.undoable(found, work.console)
    return Exit.OK


async def _undo(work: _Work) -> Exit:
    name = work.arguments.target
    if not name:
        found = as_list((await work.where.ask("backup.restores", {})).get("undoable"))
        if not found:
            raise BadInput("No restore can be taken back.", hint="See: clawd-desktop backup list")
        name = as_text(as_object(found[0]).get("id"))
    return _tell(work, await work.where.done("backup.undo", {"id": name}))


async def _restore(work: _Work) -> Exit:
    arguments = work.arguments
    if not arguments.target:
        raise BadInput("No backup is named.", hint="See: clawd-desktop backup list")
    asked: JsonObject = {"id": await asyncio.to_thread(which, arguments.target)}
    if secret := await asyncio.to_thread(read_secret, arguments.passphrase_file):
        asked["passphrase"] = secret
    seen, opened = await with_key(work.where.ask, "backup.preview", asked, work.keyboard)
    work.console.status("")
    chosen = restore_shown.narrowed(seen, arguments.only, arguments.files)
    if not arguments.json:
        restore_shown.preview(chosen, work.console)
    elif arguments.dry_run:
        work.console.json(chosen)
    if arguments.dry_run:
        return Exit.OK
    await _agreed(work)
    areas: list[JsonValue] = [*arguments.only]
    files: list[JsonValue] = [dict(zip(("area", "path"), one.split("/", 1), strict=True)) for one in arguments.files]
    return _tell(work, await work.where.done("backup.restore", {**opened, "areas": areas, "files": files}))


_ACTIONS = {"list": _list, "undo": _undo}


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


def _tell(work: _Work, last: JsonObject) -> Exit:
    work.console.status("")
    if work.arguments.json:
        work.console.json(last)
    else:
        restore_shown.outcome(last, work.console)
    return Exit.OK if last.get("ok") is True else Exit.FAILED
