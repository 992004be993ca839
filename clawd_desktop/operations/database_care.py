"""Looks into our databases day by day, keeps copies of those that are well, and goes back to one when one is not."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from pathlib import Path

from clawd_desktop.core.errors import ClawdError, StorageFault, Unreadable
from clawd_desktop.core.notices import Notice, NoticeAction, Severity
from clawd_desktop.operations.supervised import Service, Waits
from clawd_desktop.operations.told import Told
from clawd_desktop.storage.database import Database, Opened
from clawd_desktop.storage.json_file import JsonFile
from clawd_desktop.storage.snapshots import Snapshots

FIRST_S = 600.0
EVERY_S = 3_600.0
DAY_MS = 86_400_000
DEEP_MS = 7 * DAY_MS
_log = logging.getLogger("clawd.database")


class DatabaseCare:
    """Checks each database daily and thoroughly once a week; a copy is kept a day. `title` names it: "The history"."""

    def __init__(self, snapshots: Snapshots, told: Told, *, first_s: float = FIRST_S, every_s: float = EVERY_S) -> None:
        self.snapshots = snapshots
        self._told = told
        self._first_s = first_s
        self._every_s = every_s
        self._looked = JsonFile(snapshots.folder / "checks.json", "The record of checks")
        self._databases: dict[str, tuple[Database, str]] = {}
        self._faults: dict[str, str] = {}

    def add(self, database: Database, title: str) -> None:
        """Look after this one too."""
        self._databases[database.path.name] = (database, title)
        database.on_opened = lambda opened: self.opened(database, opened)

    def held(self) -> dict[Path, Database]:
        """Those that are open now, by their path."""
        return {database.path: database for database, _ in self._databases.values() if database.is_open}

    async def go_round(self) -> None:
        """For ever; to be kept going by the supervisor."""
        await asyncio.sleep(self._first_s)
        while True:
            await self.look()
            await asyncio.sleep(self._every_s)

    def service(self) -> Service:
        """Says to the supervisor which database could not be looked after."""

        async def is_well() -> bool:
            for fault in self._faults.values():
                raise Waits(fault)
            return True

        return Service("databases", is_well, None, "The care of the databases", every_s=60.0)

    async def look(self) -> None:
        """Check what is due and keep a copy of what is well."""
        for name, (database, _) in list(self._databases.items()):
            try:
                await self._look_into(name, database)
            except ClawdError as fault:
                self._faults[name] = fault.sentence()
                _log.warning("%s could not be looked after: %s", name, fault.sentence())
            else:
                self._faults.pop(name, None)

    async def _look_into(self, name: str, database: Database) -> None:
        if not database.is_open:
            return
        now = self._told.clock.wall_ms()
        deep = await self._due(f"{name} deep", DEEP_MS, now)
        if not deep and not await self._due(name, DAY_MS, now):
            return
        try:
            damage = await database.check(deep=deep)
        except Unreadable as fault:
            damage = fault.message
        if damage:
            await database.recover(damage)
        elif await asyncio.to_thread(self.snapshots.due, name):
            await database.snapshot(await asyncio.to_thread(self.snapshots.place, name))
            await asyncio.to_thread(self.snapshots.keep, name)
        await self._looked.change(lambda found: {**found, name: now, **({f"{name} deep": now} if deep else {})})

    async def _due(self, what: str, every_ms: int, now: int) -> bool:
        try:
            last = (await self._looked.read()).get(what)
        except (Unreadable, StorageFault):
            return True
        return not isinstance(last, int) or not 0 <= now - last < every_ms

    def opened(self, database: Database, opened: Opened) -> None:
        """Tell what was found when it was opened, if it was not well."""
        if not opened.aside:
            return
        title = self._databases[database.path.name][1]
        kept = ", ".join(str(path) for path in opened.aside)
        if opened.copy_ms:
            when = datetime.fromtimestamp(opened.copy_ms / 1000).strftime("%Y-%m-%d %H:%M")
            what = f"The copy of {when} took its place."
        else:
            what = "There was no good copy, so a new one was begun." if opened.fresh else "The rest of it is in use."
        text = f"{title} was damaged: {opened.damage} {what} The damaged file is kept as {kept}."
        _log.warning("%s", text)
        told = self._told
        told.repaired("database", database.path.name, "restore", text, ok=bool(opened.copy_ms))
        actions = (NoticeAction("page:logs", "Show the log"),)
        told.notices.set(Notice(
            f"database.{database.path.name}", Severity.WARNING, f"{title} was damaged", text, actions,
            told.clock.wall_ms(),
        ))  # fmt: skip
