"""Removes backups from wherever they are kept; a place that refuses keeps none of the others from it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from clawd_desktop.backup import listing, store_snapshots
from clawd_desktop.backup.finding import REMOTE_S, Finder
from clawd_desktop.backup.one_at_a_time import OneAtATime
from clawd_desktop.backup.patience import Patience
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.remote_files import Kept
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.backup.targets import is_remote, token_of
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import ClawdError

# Removing from a repository packs anew what is left.
_REMOVING_S = 30 * REMOTE_S


@dataclass(frozen=True, slots=True)
class _AllBut(Container[str]):
    """Ids but for these: what another computer adds to a store meanwhile is none of them, and stays."""

    gone: frozenset[str]

    def __contains__(self, name: object) -> bool:
        return name not in self.gone


class Remover:
    """`gone` are those that are removed, by their path. For use in the turn of the desk."""

    def __init__(self, finder: Finder, patience: Patience, turn: OneAtATime) -> None:
        self._finder = finder
        self._patience = patience
        self._turn = turn
        self.gone: set[str] = set()

    async def remove(self, records: Sequence[BackupRecord]) -> None:
        """Remove all of them, place by place. Raises the first fault when all places were tried, and Stopped."""
        by_place: dict[str, list[BackupRecord]] = defaultdict(list)
        for record in records:
            by_place[listing.place(record)].append(record)
        faults = []
        for place, here in by_place.items():
            try:
                await self._from(place, here)
            except Stopped:
                raise
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
                await self._patience.ask(place, partial(safeio.remove, Path(one.path)))
                self.gone.add(one.path)

    async def _from_store(self, place: Layout, here: Sequence[BackupRecord]) -> None:
        store = await self._finder.store(place)
        going = {Path(one.path).name for one in here}
        heads = await asyncio.to_thread(store_snapshots.heads, place)
        keep = _AllBut(frozenset(head.id for head in heads if head.name in going))
        # What it frees may have to be packed anew first, which takes its time.
        await self._turn.run(lambda watch, halt: store.prune(keep, progress=watch, stopped=halt))
        self.gone |= {one.path for one in here}
