"""Removes backups from wherever they are kept; a place that refuses keeps none of the others from it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from clawd_desktop.backup import listing, store_snapshots
from clawd_desktop.backup.finding import REMOTE_S, Finder
from clawd_desktop.backup.patience import Patience
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.remote_files import Kept
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.backup.targets import is_remote, token_of
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import ClawdError

# Removing from a repository packs anew what is left.
_REMOVING_S = 30 * REMOTE_S


class Remover:
    """`gone` are those that are removed, by their path."""

    def __init__(self, finder: Finder, patience: Patience) -> None:
        self._finder = finder
        self._patience = patience
        self.gone: set[str] = set()

    async def remove(self, records: Sequence[BackupRecord]) -> None:
        """Remove all of them, place by place. Raises the first fault when all places were tried."""
        by_place: dict[str, list[BackupRecord]] = defaultdict(list)
        for record in records:
            by_place[listing.place(record)].append(record)
        faults = []
        for place, here in by_place.items():
            try:
                await self._from(place, here)
            except ClawdError as fault:
                faults.append(fault)
        if faults:
            raise faults[0]

    async def _from(self, place: str, here: Sequence[BackupRecord]) -> None:
        if is_remote(here[0].path):
            files = await self._finder.files_at(self._finder.target_of(place))
            kept = [Kept(token_of(one.path), one.file) for one in here]
            await self._patience.ask(place, partial(files.remove, kept), _REMOVING_S)
            self.gone |= {one.path for one in here}
        elif listing.in_store(here[0]):
            await self._from_store(Layout(Path(place)), here)
        else:
            for one in here:
                await asyncio.to_thread(safeio.remove, Path(one.path))
                self.gone.add(one.path)

    async def _from_store(self, place: Layout, here: Sequence[BackupRecord]) -> None:
        store = await self._finder.store(place)
        going = {Path(one.path).name for one in here}
        heads = await asyncio.to_thread(store_snapshots.heads, place)
        await asyncio.to_thread(store.prune, {head.id for head in heads if head.name not in going})
        self.gone |= {one.path for one in here}
