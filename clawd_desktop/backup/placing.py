"""Makes one backup at each of its places: a file in a folder, in a store, or a file that is sent to a remote place."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from clawd_desktop.backup import listing, store_format, taking
from clawd_desktop.backup.finding import Finder
from clawd_desktop.backup.known_places import KnownPlaces
from clawd_desktop.backup.one_at_a_time import OneAtATime
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.store import Limits, Store
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.backup.store_taking import take_into
from clawd_desktop.backup.taking import Taken, Wish, take
from clawd_desktop.backup.targets import Target
from clawd_desktop.backup.wanted import Needs, Wanted
from clawd_desktop.core.errors import ClawdError


def in_order(targets: Sequence[Target]) -> list[Target]:
    """Folders first: the file that is made there is what is sent to remote places."""
    return sorted(targets, key=lambda target: (target.remote, target.kind != "folder"))


class Placer:
    """For one backup; `chosen` says that a person named the folder just now. For use in the turn of the desk."""

    def __init__(self, needs: Needs, wanted: Wanted, finder: Finder, places: KnownPlaces, turn: OneAtATime) -> None:
        self._needs = needs
        self._wanted = wanted
        self._finder = finder
        self._places = places
        self._turn = turn
        self._file: Taken | None = None
        self._kept = AsyncExitStack()

    @asynccontextmanager
    async def round(self) -> AsyncIterator[None]:
        """One backup at all its places; a file that was made only to be sent is gone at the end."""
        try:
            yield
        finally:
            self._file = None
            await self._kept.aclose()

    async def made(self, target: Target, wish: Wish, *, chosen: bool) -> BackupRecord:
        """Make it there. Raises what `taking.take`, `Store.add` and sending raise, Unavailable when it is not there."""
        if target.remote:
            return await self._sent(target, wish)
        once = chosen and target.folder not in self._wanted.folders()
        state = await self._places.ready(target, chosen=chosen, once=once)
        wish = replace(wish, folder=target.folder)
        if target.kind == "folder":
            taken = self._file = await self._turn.run(partial(take, self._wanted.ground(), wish))
            return self._record(taken)
        return await self._stored(wish, Limits(state.most_file_bytes))

    async def _stored(self, wish: Wish, limits: Limits) -> BackupRecord:
        there = await asyncio.to_thread(store_format.layouts_in, wish.folder)
        place, keys = await self._finder.stores.prepared(wish.folder, wish.lock)
        async with AsyncExitStack() as failing:
            if place not in there:
                failing.push_async_callback(self._discarded, place)
            store = await asyncio.to_thread(
                partial(Store, place, self._needs.paths.cache, keys, limits, self._needs.clock.wall_ms)
            )
            record = self._record(await self._turn.run(partial(take_into, store, self._wanted.ground(), wish)))
            failing.pop_all()
        return record

    async def _discarded(self, place: Layout) -> None:
        with contextlib.suppress(ClawdError):  # what is told is what went wrong before
            await self._finder.stores.discard(place)

    async def _sent(self, target: Target, wish: Wish) -> BackupRecord:
        files = await self._finder.files_at(target)
        if self._file is None:
            folder = await asyncio.to_thread(self._scratch)
            self._file = await self._turn.run(partial(take, self._wanted.ground(), replace(wish, folder=folder)))
        taken = self._file
        kept = await self._turn.run(partial(files.send, taken.path))
        return replace(self._record(taken), path=target.address(kept.token), file=kept.name)

    def _scratch(self) -> Path:
        stack = contextlib.ExitStack()
        folder = stack.enter_context(taking.scratch_of(self._wanted.ground()))
        self._kept.push_async_callback(asyncio.to_thread, stack.close)
        return folder

    def _record(self, taken: Taken) -> BackupRecord:
        return listing.record_of(taken, self._needs.clock.wall_ms(), 0.0)
