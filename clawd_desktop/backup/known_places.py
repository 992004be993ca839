"""Remembers which disk was at a place for backups, so that none is written where it is not: an empty mount point."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from clawd_desktop.backup.destinations import DestinationState, FolderDestination, adopt
from clawd_desktop.backup.patience import Patience
from clawd_desktop.backup.targets import Target
from clawd_desktop.backup.wanted import make_place
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.values import JsonObject, as_object, as_text
from clawd_desktop.storage.json_file import JsonFile

FILE = "backup-places.json"
_KEY = "places"


class KnownPlaces:
    """The folders of the settings; `usual` is the one that this program has, which is on the disk of all else."""

    def __init__(self, own: Path, usual: Path, patience: Patience) -> None:
        self._file = JsonFile(own / FILE, "The list of places for backups")
        self._usual = usual
        self._patience = patience

    async def ready(self, target: Target, *, chosen: bool = False, once: bool = False) -> DestinationState:
        """The folder as it is now, made if it was never there. `chosen`: a person says just now that it is the one;
        `once`: and it is for this time only, so that nothing is written there but the backup.

        Raises Unavailable when its disk is not connected, is another one, is read-only or does not answer;
        StorageFault when it cannot be made, Unreadable when the list of places cannot be read.
        """
        folder = target.folder
        if once or folder == self._usual:
            return await self._patience.ask(str(folder), partial(_unmarked, target, self._usual))
        known = await self._marker(folder)
        look = partial(_look, target, self._usual, "" if chosen else known)
        state, marker = await self._patience.ask(str(folder), look)
        if marker != known:
            await self._file.change(partial(_with, str(folder), marker))
        return state

    async def trouble(self, folder: Path) -> str | None:
        """Why a folder that backups were made in cannot be used now, "" for nothing; None: none was made in it yet.

        Nothing is made or written. Raises Unreadable or StorageFault when the list of places cannot be read.
        """
        known = await self._marker(folder)
        if folder == self._usual or not known:
            return None
        try:
            state = await self._patience.ask(str(folder), FolderDestination(str(folder), folder, known).state)
        except Unavailable as fault:
            return fault.sentence()
        return state.why

    async def _marker(self, folder: Path) -> str:
        return as_text(as_object((await self._file.read()).get(_KEY)).get(str(folder)))


def _unmarked(target: Target, usual: Path) -> DestinationState:
    make_place(target.folder, usual)
    return FolderDestination(target.title, target.folder, "").measured()


def _look(target: Target, usual: Path, known: str) -> tuple[DestinationState, str]:
    folder = target.folder
    if not known:
        make_place(folder, usual)
    marker = known or adopt(folder)
    return FolderDestination(target.title, folder, marker).ready(), marker


def _with(folder: str, marker: str, wire: JsonObject) -> JsonObject:
    return wire | {_KEY: as_object(wire.get(_KEY)) | {folder: marker}}
