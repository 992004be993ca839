"""Finds backups wherever they are kept, and opens one: a file, one of a store, or one that has to be fetched first."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from clawd_desktop.backup import listing, store_format
from clawd_desktop.backup.opened import backup_at
from clawd_desktop.backup.patience import Patience
from clawd_desktop.backup.records import BackupRecord, BackupRecords
from clawd_desktop.backup.remote_backup import RemoteBackup
from clawd_desktop.backup.remote_files import Kept, RemoteFiles, files_at
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.backup.staging import Backup
from clawd_desktop.backup.store import Store
from clawd_desktop.backup.store_backup import StoreBackup, opening_keys
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.backup.store_keys import StoreKeys
from clawd_desktop.backup.taking import SEALED
from clawd_desktop.backup.targets import Target, is_remote, place_of, token_of
from clawd_desktop.backup.wanted import Needs, Wanted
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, SecretsFault, Unavailable

# A place on the network may take so long to say what it has.
REMOTE_S = 120.0


class Finder:
    """`troubles` says by place why nobody knows what is there, as of the last time that it was looked at."""

    def __init__(self, needs: Needs, wanted: Wanted, records: BackupRecords, patience: Patience) -> None:
        self._needs = needs
        self._wanted = wanted
        self._records = records
        self._patience = patience
        self._remote: dict[str, tuple[BackupRecord, ...]] = {}
        self.stores = StoreKeys(needs.secrets)
        self.troubles: dict[str, str] = {}

    def folders(self) -> tuple[Path, ...]:
        """All folders that are looked at."""
        return tuple(dict.fromkeys((*self._wanted.folders(), self._needs.paths.backups)))

    async def all(self, *, remote: bool = False) -> tuple[BackupRecord, ...]:
        """What is there, the newest first, and what failed. Remote places are asked with `remote`; else it is told what
        they had when they were last asked, or what was sent there. A place that cannot be asked is in `troubles`.

        Raises Unreadable or StorageFault when the list that is kept cannot be read.
        """
        records = await self._records.all()
        there: list[BackupRecord] = []
        for folder in self.folders():
            there += await self._lying(folder, records)
        looked_at = listing.places_in(self.folders())
        for place, here in listing.elsewhere(records, looked_at).items():
            there += await self._still(place, here)
        if remote:
            for target in self._remotes():
                await self._ask(target)
        for target in self._remotes():
            there += self._remote.get(target.address(""), ())
        return listing.merged(records, there, looked_at | {place_of(address) for address in self._remote})

    async def found(self, which: str) -> BackupRecord:
        """The backup of this id, beginning of an id, path or address; of a folder the newest one in it.

        Raises NotFound, and BadInput when several begin so.
        """
        found = _matching(await self.all(), which)
        if not found and which and (path := await asyncio.to_thread(self._path, which)):
            return listing.unknown(path, *await asyncio.to_thread(listing.facts, path))
        if not found and self._remotes():
            found = _matching(await self.all(remote=True), which)
        if not found:
            raise NotFound(f"There is no backup {which}.", hint="See: clawd-desktop backup list")
        if len({one.id for one in found}) > 1:
            raise BadInput(f"Several backups begin with {which}.", hint="Write more of it, or the path of the file.")
        return min(found, key=lambda one: is_remote(one.path))

    async def opened(self, record: BackupRecord, keys: Keys | None = None) -> Backup:
        """The backup, ready to be read; `keys` open it, else what the settings know. Raises NotFound, StorageFault."""
        if is_remote(record.path):
            kept = Kept(token_of(record.path), record.file, record.size)
            if keys is None and kept.name.endswith(SEALED):
                with contextlib.suppress(SecretsFault):  # then whoever has the passphrase gives it
                    keys = await self._wanted.passphrase()
            target = self.target_of(place_of(record.path))
            return RemoteBackup(await self.files_at(target), kept, self._wanted.ground(), keys)
        path = Path(record.path)
        if keys is None:
            with contextlib.suppress(SecretsFault):
                keys = await self.keys(path)
        return await asyncio.to_thread(backup_at, path, self._wanted.ground(), keys)

    def target_of(self, place: str) -> Target:
        """The remote place. Raises NotFound when it is no longer in the settings."""
        found = next((target for target in self._remotes() if place_of(target.address("")) == place), None)
        if found is None:
            raise NotFound(
                f"{place} is no longer among the places for backups.", hint="Put it into the settings again."
            )
        return found

    async def files_at(self, target: Target) -> RemoteFiles:
        """What reaches a remote place. Raises what asking for its password raises."""
        return files_at(target, await self._wanted.password(target))

    async def store(self, place: Layout) -> Store:
        """A store that is there. Raises BadInput when nothing opens it, NotFound, Unreadable."""
        keys = await self.stores.known(place) or await self._wanted.passphrase()
        return await asyncio.to_thread(self._store, place, keys)

    async def learned(self, record: BackupRecord) -> BackupRecord:
        """The same with what its list says, of one in a store that is not remembered; as it was when that fails.

        What is known to be damaged stays so: its list may be whole for all that.
        """
        if record.areas or record.text or not listing.in_store(record):
            return record
        with contextlib.suppress(ClawdError):
            backup = await self.opened(record)
            if isinstance(backup, StoreBackup):
                manifest = await asyncio.to_thread(backup.listed)
                if listing.is_of_this_computer(manifest):
                    return listing.learned(record, manifest, manifest.created_ms, "")
        return record

    def _store(self, place: Layout, keys: Keys | None) -> Store:
        now_ms = self._needs.clock.wall_ms
        return Store(place, self._needs.paths.cache, opening_keys(place, keys), now_ms=now_ms)

    def _path(self, which: str) -> Path | None:
        path = self._needs.paths.user(which)
        with safeio.explained(path, "look at"):
            return listing.newest_in(path) if path.is_dir() else path if path.is_file() else None

    async def keys(self, path: Path) -> Keys | None:
        """What the settings and the keyring know to open it; None when it needs nothing or that is not known."""
        place = await asyncio.to_thread(store_format.layout_at, path)
        if place is None:
            return await self._wanted.keys(path)
        return await self.stores.known(place) or await self._wanted.keys(path)

    async def _lying(self, folder: Path, records: Sequence[BackupRecord]) -> tuple[BackupRecord, ...]:
        self.troubles.pop(str(folder), None)
        try:
            return await self._patience.ask(str(folder), partial(listing.lying_in, folder))
        except Unavailable as fault:
            self.troubles[str(folder)] = fault.sentence()
            here = listing.places_in((folder,))
            return tuple(one for one in records if one.path and listing.place(one) in here)

    async def _still(self, place: str, here: Sequence[BackupRecord]) -> Sequence[BackupRecord]:
        try:
            return await self._patience.ask(place, partial(listing.still_there, here))
        except Unavailable:  # nobody knows
            return here

    async def _ask(self, target: Target) -> None:
        self.troubles.pop(target.address(""), None)
        try:
            files = await self.files_at(target)
            found = await self._patience.ask(target.address(""), files.files, REMOTE_S)
        except ClawdError as fault:
            self.troubles[target.address("")] = fault.sentence()
            return
        self._remote[target.address("")] = tuple(
            listing.at_remote(target.address(one.token), one.name, one.size) for one in found
        )

    def _remotes(self) -> tuple[Target, ...]:
        return tuple(target for target in self._wanted.targets() if target.remote)


def _matching(records: Sequence[BackupRecord], which: str) -> list[BackupRecord]:
    named = [one for one in records if which and one.path and which in (one.path, one.file, Path(one.path).name)]
    return named or [one for one in records if one.path and which and one.id.startswith(which)]
