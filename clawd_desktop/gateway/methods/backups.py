"""Methods that list, make, read back, show, export and prune backups."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

from pydantic import Field

from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.drill_desk import DrillDesk
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.shown import (
    exported_json,
    listed_json,
    manifest_json,
    outlook_json,
    pruned_json,
    record_json,
)
from clawd_desktop.backup.wanted import keys_of
from clawd_desktop.core.acting import actor
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.ports import Ledger
from clawd_desktop.gateway.methods.table import Call, Method, NoParams, Params, Scope
from clawd_desktop.gateway.results.backups import (
    BackupAttempt,
    BackupContent,
    BackupExported,
    BackupList,
    BackupsPruned,
    BackupStopped,
)

Area = Annotated[str, Field(min_length=1, max_length=100)]
Passphrase = Annotated[str | None, Field(min_length=1, max_length=20_000, repr=False)]


class CreateParams(Params):
    """`areas` as backup.show names them, all when none is named. `folder` is absolute, on the gateway's computer.

    Without `folder` and `passphrase` the settings say where it goes and how it is locked.
    """

    areas: Annotated[list[Area], Field(max_length=500)] = []
    note: str = Field("", max_length=1_000)
    folder: str | None = Field(None, min_length=1, max_length=4_096)
    passphrase: Passphrase = None


class ReadParams(Params):
    """`id` as backup.list shows it, its beginning, or the path of a file on the gateway's computer.

    `passphrase` may also be the text of a file with a secret key of age.
    """

    id: str = Field(min_length=1, max_length=4_096)
    passphrase: Passphrase = None


class ListParams(Params):
    """With `remote` the remote places are asked what they have, which takes as long as their network takes."""

    remote: bool = False


class ExportParams(ReadParams):
    """`file` is the new file, or the folder that it comes into: absolute, on the gateway's computer.

    `passphrase` opens the backup, `lock` is the passphrase of the new file; without it is locked as the backup is.
    """

    file: str = Field(min_length=1, max_length=4_096)
    lock: Passphrase = None


class PruneParams(Params):
    """With `dryRun` nothing is removed."""

    dry_run: bool = False


class BackupMethods:
    """What the desk of backups does. Listing is looking; all else reads or changes what is the owner's."""

    def __init__(self, desk: BackupDesk, ledger: Ledger, drills: DrillDesk) -> None:
        self._desk = desk
        self._ledger = ledger
        self._drills = drills

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        admin = Scope.ADMIN
        return (
            Method("backup.list", Scope.READ, ListParams, self.list, listed=False, result=BackupList),
            Method("backup.create", admin, CreateParams, self.create, listed=False, result=BackupAttempt),
            Method("backup.verify", admin, ReadParams, self.verify, listed=False, result=BackupContent),
            Method("backup.show", admin, ReadParams, self.show, listed=False, result=BackupContent),
            Method("backup.export", admin, ExportParams, self.export, listed=False, result=BackupExported),
            Method("backup.prune", admin, PruneParams, self.prune, listed=False, result=BackupsPruned),
            Method("backup.stop", admin, NoParams, self.stop, listed=False, result=BackupStopped),
        )

    async def list(self, call: Call, params: ListParams) -> BackupList:
        """All that is there and all that failed, how far it is with what is being done, when the next is due, and the
        last drill."""
        desk, drills = self._desk, self._drills
        records, progress = await desk.all(remote=params.remote), desk.progress or drills.progress
        listed = listed_json(records, desk.folders(), desk.newest_good_ms, progress, drills.last, desk.places())
        return cast(BackupList, listed | outlook_json(desk.planned.outlook))

    async def create(self, call: Call, params: CreateParams) -> BackupAttempt:
        """Make one and read it back; it takes as long as it takes."""
        folder = _absolute(params.folder, "The folder", "/media/disk/backups") if params.folder else None
        lock = Lock(params.passphrase) if params.passphrase else None
        order = Order(areas=tuple(params.areas), note=params.note, folder=folder, lock=lock)
        record = await self._desk.create(order)
        self._ledger.record(actor(), "backup.created", record.id)
        return cast(BackupAttempt, record_json(record))

    async def verify(self, call: Call, params: ReadParams) -> BackupContent:
        """Read one whole and check everything in it. Refuses with the place of the first damage."""
        manifest = await self._desk.verify(params.id, opening_keys(params))
        self._ledger.record(actor(), "backup.verified", manifest.id)
        return cast(BackupContent, manifest_json(manifest))

    async def show(self, call: Call, params: ReadParams) -> BackupContent:
        """What one holds."""
        return cast(BackupContent, manifest_json(await self._desk.show(params.id, opening_keys(params))))

    async def export(self, call: Call, params: ExportParams) -> BackupExported:
        """Make one portable file of a backup of any place, and read it back."""
        file = _absolute(params.file, "The file", "/media/disk/backup.tar.zst")
        lock = Lock(params.lock) if params.lock else None
        exported = await self._desk.export(params.id, file, lock, opening_keys(params))
        self._ledger.record(actor(), "backup.exported", exported.manifest.id)
        return cast(BackupExported, exported_json(exported))

    async def prune(self, call: Call, params: PruneParams) -> BackupsPruned:
        """Remove what the rules keep no longer, or only show it."""
        verdicts = await self._desk.prune(dry_run=params.dry_run)
        if not params.dry_run:
            for verdict in verdicts:
                if not verdict.kept:
                    self._ledger.record(actor(), "backup.pruned", verdict.backup.id)
        return cast(BackupsPruned, pruned_json(verdicts, dry_run=params.dry_run))

    def stop(self, call: Call, params: NoParams) -> BackupStopped:
        """End what is being done, a drill too; nothing of it is left."""
        drill = self._drills.stop()
        stopped = self._desk.stop() or drill
        if stopped:
            self._ledger.record(actor(), "backup.stopped", "")
        return {"stopped": stopped}


def opening_keys(params: ReadParams) -> Keys | None:
    """What opens the backup, None when nothing was given."""
    return keys_of(params.passphrase) if params.passphrase else None


def _absolute(text: str, what: str, example: str) -> Path:
    path = Path(text)
    if not path.is_absolute() or "\0" in text:
        raise BadInput(f"{what} must be absolute, such as {example}.")
    return path
