"""Does what the `restore` command asks for in this process, where no application runs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.backup_alone import Alone, Told, alone, keys_in
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import AlreadyRunning, ClawdError
from clawd_desktop.core.values import JsonObject, as_list, as_object, as_text

if TYPE_CHECKING:
    from clawd_desktop.backup.one_at_a_time import OneAtATime
    from clawd_desktop.backup.present import Choice
    from clawd_desktop.backup.progress import Halt, Watch
    from clawd_desktop.backup.restore import Report
    from clawd_desktop.backup.staging import Backup, Site


class Here:
    """Answers as the gateway's methods do."""

    def __init__(self, desk: Alone, site: Site, turn: OneAtATime) -> None:
        self._alone = desk
        self._site = site
        self._turn = turn

    async def ask(self, method: str, params: JsonObject) -> JsonObject:
        """The answer to backup.preview or backup.restores. Raises what the backup raises, StorageFault."""
        from clawd_desktop.backup.look import look
        from clawd_desktop.backup.restore_shown import look_json, restores_json
        from clawd_desktop.backup.undo import undoable

        if method == "backup.preview":
            backup = await self._backup(params)
            return look_json(await self._turn.run(partial(look, backup, self._site)))
        found = await asyncio.to_thread(undoable, self._site.undo, self._site.ground.clock.wall_ms())
        return restores_json(found, None, None, working=False)

    async def done(self, method: str, params: JsonObject) -> JsonObject:
        """How backup.restore or backup.undo ended. Raises what they raise: everything is then as it was before."""
        from clawd_desktop.backup.restore import take_back
        from clawd_desktop.backup.restore_outcome import Outcome
        from clawd_desktop.backup.restore_shown import outcome_json
        from clawd_desktop.backup.standstill import Owner

        clock = self._site.ground.clock
        if method == "backup.undo":
            name, owner = as_text(params.get("id")), Owner(self._site.ground.paths.state)
            undone = await asyncio.to_thread(take_back, self._site, name, owner)
            return outcome_json(Outcome(clock.wall_ms(), undone=undone, what=name, takes_back=True))
        backup = await self._backup(params)
        report = await self._turn.run(partial(_restored, backup, self._site, _choice(params)))
        return outcome_json(Outcome(clock.wall_ms(), report=await self._stored(report), what=backup.name))

    async def _backup(self, params: JsonObject) -> Backup:
        return await self._alone.desk.opened(as_text(params.get("id")), keys_in(params))

    async def _stored(self, report: Report) -> Report:
        """Put the passwords that came along into the keyring; what did not work becomes a warning."""
        troubles = []
        for name, value in report.secrets.items():
            try:
                await self._alone.secrets.set(name, value)
            except ClawdError as error:
                troubles.append(f"The secret {name} is not in the keyring: {error.sentence()}")
        return replace(report, secrets={}, warnings=(*report.warnings, *troubles))


@asynccontextmanager
async def here(arguments: Arguments, told: Told) -> AsyncIterator[Here]:
    """All that is needed, in this process; `told` hears how far it is. Raises AlreadyRunning."""
    from clawd_desktop.backup.one_at_a_time import OneAtATime
    from clawd_desktop.backup.progress import Progress
    from clawd_desktop.backup.shown import progress_json
    from clawd_desktop.backup.staging import Site

    def tell(progress: Progress) -> None:
        told(progress_json(progress))

    async with alone(arguments, told) as desk:
        site, turn = Site(desk.desk.ground(), dict(os.environ)), OneAtATime(tell)
        await asyncio.to_thread(_nobody_runs, site.ground.paths.state)
        async with turn.alone():
            yield Here(desk, site, turn)


def _nobody_runs(state: Path) -> None:
    """Raises AlreadyRunning, so that nobody waits for a preview in vain; the restore itself owns the folder."""
    if state.is_dir():
        lock = safeio.FolderLock(state)
        try:
            lock.acquire()
        except AlreadyRunning as error:
            raise AlreadyRunning(
                "Clawd Desktop runs and does not answer, and a restore exchanges its files.",
                hint="End it first: clawd-desktop quit",
                pid=error.pid,
            ) from error
        lock.release()


def _choice(params: JsonObject) -> Choice | None:
    from clawd_desktop.backup.present import Choice

    areas = frozenset(as_text(area) for area in as_list(params.get("areas")))
    files = [as_object(file) for file in as_list(params.get("files"))]
    paths = frozenset((as_text(file.get("area")), as_text(file.get("path"))) for file in files)
    return Choice(areas, paths) if areas or paths else None


def _restored(backup: Backup, site: Site, choice: Choice | None, watch: Watch, halt: Halt) -> Report:
    from clawd_desktop.backup.restore import Order, restore
    from clawd_desktop.backup.standstill import Owner
    from clawd_desktop.backup.taking import Wish, take

    ground = site.ground

    def safety() -> Path:
        """What is there now, as a backup of its own."""
        folder = ground.paths.backups
        safeio.make_folder(folder)
        return take(ground, Wish(folder, "restore", note=f"before {backup.name}"), watch, halt).path

    safeio.make_folder(ground.paths.state)
    return restore(backup, site, Order(choice, Owner(ground.paths.state), safety, watch, halt))
