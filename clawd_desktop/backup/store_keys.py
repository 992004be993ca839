"""Finds what opens a store: what the settings lock it with, what this process learned, or what the keyring keeps."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from clawd_desktop.backup import store_format, store_snapshots
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.ports import Secrets

_ITEM = "backup.store."


class StoreKeys:
    """Makes stores and opens them. Each has its own key, so that a passphrase is worked out once, not each time."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._known: dict[str, str] = {}

    async def prepared(self, folder: Path, lock: Lock | None) -> tuple[Layout, Keys]:
        """The store in the folder for this lock, made when there is none, and what opens it.

        A store whose passphrase was another one until now gets this one, when its key is in the keyring. Raises
        BadInput when nothing opens it, SecretsFault when its key cannot be kept, StorageFault, Unreadable.
        """
        place = store_format.layout(folder, locked=lock is not None)
        if not await asyncio.to_thread(place.format_file.exists):
            await self._make(place, lock)
        return place, await self.keys(place, lock) if lock else Keys()

    async def keys(self, place: Layout, lock: Lock) -> Keys:
        """What opens a locked store. Raises as `prepared`."""
        name = (await asyncio.to_thread(store_format.read, place)).id
        identity = self._known.get(name) or await self._worked_out(place, name, lock)
        self._known[name] = identity
        return Keys(identities=(identity,))

    async def known(self, place: Layout) -> Keys | None:
        """What opens a store without any passphrase, None when that is not known."""
        name = (await asyncio.to_thread(store_format.read, place)).id
        identity = self._known.get(name) or await self._kept(name)
        return Keys(identities=(identity,)) if identity else None

    async def discard(self, place: Layout) -> None:
        """Take away a store that was made just now and holds nothing, with its key. Raises StorageFault."""
        if await asyncio.to_thread(store_snapshots.heads, place):
            return
        name = (await asyncio.to_thread(store_format.read, place)).id
        await asyncio.to_thread(safeio.remove_folder, place.root)
        if self._known.pop(name, None):
            with contextlib.suppress(ClawdError):
                await self._secrets.delete(_ITEM + name)

    async def _make(self, place: Layout, lock: Lock | None) -> None:
        identity = await asyncio.to_thread(store_format.create, place, lock)
        if lock is None:
            return
        name = (await asyncio.to_thread(store_format.read, place)).id
        self._known[name] = identity
        try:
            await self._secrets.set(_ITEM + name, identity)
        except ClawdError:
            # With a passphrase it can be worked out again; with the keys of others it would never open here.
            if lock.recipients:
                del self._known[name]
                await asyncio.to_thread(safeio.remove_folder, place.root)
                raise

    async def _worked_out(self, place: Layout, name: str, lock: Lock) -> str:
        if lock.passphrase:
            try:
                return await asyncio.to_thread(store_format.unlock, place, Keys(lock.passphrase))
            except BadInput:
                pass
        identity = await self._kept(name)
        if not identity:
            raise BadInput(
                f"The backups in {place.root} have another lock than the settings say.",
                hint="Set the lock of before, or move that folder away: then a new one is begun.",
            )
        if lock.passphrase:
            await asyncio.to_thread(store_format.change_lock, place, identity, lock)
        return identity

    async def _kept(self, name: str) -> str | None:
        with contextlib.suppress(ClawdError):
            return await self._secrets.get(_ITEM + name)
        return None
