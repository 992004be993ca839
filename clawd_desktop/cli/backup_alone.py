"""Does what the `backup` command asks for in this process, where no application runs that could."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import AlreadyRunning
from clawd_desktop.core.ports import Secrets
from clawd_desktop.core.values import JsonObject, as_list, as_text

if TYPE_CHECKING:
    from clawd_desktop.backup.desk import BackupDesk, Order
    from clawd_desktop.backup.drill_desk import DrillDesk
    from clawd_desktop.backup.sealing import Keys, Lock

Told = Callable[[JsonObject], None]


class Alone:
    """Answers as the gateway's methods do. Nothing starts meanwhile that would change what is read or written."""

    def __init__(self, desk: BackupDesk, state: Path, secrets: Secrets, drills: DrillDesk) -> None:
        self.desk = desk
        self.drills = drills
        self.secrets = secrets
        self._state = state

    async def ask(self, method: str, params: JsonObject) -> JsonObject:
        """What the gateway's method of that name answers. Raises what the desks raise, AlreadyRunning."""
        from clawd_desktop.backup.shown import drills_json, manifest_json, pruned_json, record_json

        desk, which = self.desk, as_text(params.get("id"))
        if method == "backup.list":
            return await self._listed(remote=params.get("remote") is True)
        if method == "backup.create":
            with self._owned():
                return record_json(await desk.create(_order(params)))
        if method == "backup.prune":
            dry_run = params.get("dryRun") is True
            with self._owned():
                return pruned_json(await desk.prune(dry_run=dry_run), dry_run=dry_run)
        keys = keys_in(params)
        if method == "backup.export":
            return await self._exported(params, keys)
        if method == "backup.drill":
            with self._owned():
                return drills_json(await self.drills.drill(which, keys))
        with contextlib.suppress(AlreadyRunning), self._owned():
            if method == "backup.verify":
                return manifest_json(await desk.verify(which, keys))
        # As thorough, and nothing is written where another process may write.
        return manifest_json(await desk.show(which, keys))

    async def _listed(self, *, remote: bool) -> JsonObject:
        from clawd_desktop.backup.shown import listed_json

        desk = self.desk
        await self.drills.look()
        records = await desk.all(remote=remote)
        return listed_json(
            records, desk.folders(), desk.newest_good_ms, desk.progress, self.drills.last, desk.places()
        )  # fmt: skip

    async def _exported(self, params: JsonObject, keys: Keys | None) -> JsonObject:
        from clawd_desktop.backup.shown import exported_json

        which, file = as_text(params.get("id")), Path(as_text(params.get("file")))
        return exported_json(await self.desk.export(which, file, _lock(as_text(params.get("lock"))), keys))

    @contextlib.contextmanager
    def _owned(self) -> Iterator[None]:
        if not self._state.is_dir():
            yield  # there is nothing that somebody could own
            return
        lock = safeio.FolderLock(self._state)
        lock.acquire()
        try:
            yield
        finally:
            lock.release()


@asynccontextmanager
async def alone(arguments: Arguments, told: Told) -> AsyncIterator[Alone]:
    """All that is needed, in this process; `told` hears how far it is. Leaving ends what is being done."""
    from clawd_desktop.backup.assembly import make_desk
    from clawd_desktop.backup.drill_desk import DrillDesk
    from clawd_desktop.backup.shown import plain
    from clawd_desktop.config.paths import find_paths
    from clawd_desktop.config.store import ConfigStore
    from clawd_desktop.core.bus import EventBus
    from clawd_desktop.core.clock import SystemClock
    from clawd_desktop.core.events import BackupProgressed
    from clawd_desktop.core.notices import NoticeBoard
    from clawd_desktop.system.secrets import SecretStore

    def tell(event: BackupProgressed) -> None:
        told({"stage": event.stage, "done": event.done, "total": event.total, "file": plain(event.file)})

    environ = dict(os.environ)
    paths = find_paths(environ, Path.home(), arguments.data_dir)
    bus, clock = EventBus(), SystemClock()
    config = ConfigStore(paths, environ, clock, bus)
    await config.load()
    secrets = SecretStore(paths.own, environ, bus, clock)
    desk = make_desk(paths, config, secrets, clock, bus)
    drills = DrillDesk(desk, NoticeBoard(bus), environ)
    undo = bus.subscribe(BackupProgressed, tell)
    try:
        yield Alone(desk, paths.state, secrets, drills)
    finally:
        await drills.close()
        await desk.close()
        undo()


def _order(params: JsonObject) -> Order:
    from clawd_desktop.backup.desk import Order

    folder = as_text(params.get("folder"))
    return Order(
        areas=tuple(as_text(area) for area in as_list(params.get("areas"))),
        note=as_text(params.get("note")),
        folder=Path(folder) if folder else None,
        lock=_lock(as_text(params.get("passphrase"))),
    )


def _lock(passphrase: str) -> Lock | None:
    from clawd_desktop.backup.sealing import Lock

    return Lock(passphrase) if passphrase else None


def keys_in(params: JsonObject) -> Keys | None:
    """What opens a backup; None when nothing was given."""
    from clawd_desktop.backup.wanted import keys_of

    text = as_text(params.get("passphrase"))
    return keys_of(text) if text else None
