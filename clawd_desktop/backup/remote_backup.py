"""A backup at a remote place as something that can be restored: fetched into a private folder when it is first read."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable
from pathlib import Path

from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.destinations import need_room
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.manifest import Entry, Manifest
from clawd_desktop.backup.progress import Halt, Watch, never, unwatched
from clawd_desktop.backup.remote_files import Kept, RemoteFiles
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.backup.taking import SEALED, scratch_of


class RemoteBackup:
    """See `staging.Backup`. What was fetched is gone with this object; the next backup removes what was left behind."""

    def __init__(self, files: RemoteFiles, kept: Kept, ground: Ground, keys: Keys | None = None) -> None:
        self._files = files
        self._kept = kept
        self._ground = ground
        self._keys = keys if kept.name.endswith(SEALED) else None
        self._fetched: Path | None = None
        self._backup: ArchiveBackup | None = None

    @property
    def name(self) -> str:
        """The name of the file."""
        return self._kept.name

    def fetched(self, watch: Watch = unwatched, halt: Halt = never) -> tuple[Path, Keys | None]:
        """The file on this computer, and what opens it. Raises what fetching raises, StorageFault without room."""
        if self._fetched is None:
            held = contextlib.ExitStack()
            with contextlib.ExitStack() as failing:
                folder = failing.enter_context(scratch_of(self._ground))
                need_room(folder, self._kept.size)
                self._fetched = self._files.fetch(self._kept, folder, watch, halt)
                held = failing.pop_all()
            weakref.finalize(self, held.close)
        return self._fetched, self._keys

    def verify(self, watch: Watch = unwatched, halt: Halt = never) -> Manifest:
        """Fetch it and check every byte."""
        return self._here(watch, halt).verify(watch, halt)

    def listed(self, watch: Watch = unwatched, halt: Halt = never) -> Manifest:
        """The same, as the list stands at the end."""
        return self.verify(watch, halt)

    def extract(
        self, wanted: Callable[[Entry], bool], folder: Path, watch: Watch = unwatched, halt: Halt = never
    ) -> None:
        """Write what is wanted below `folder/<area>/`."""
        self._here(watch, halt).extract(wanted, folder, watch, halt)

    def read(self, entry: Entry, halt: Halt = never) -> bytes:
        """What one small file holds."""
        return self._here(unwatched, halt).read(entry, halt)

    def _here(self, watch: Watch, halt: Halt) -> ArchiveBackup:
        if self._backup is None:
            self._backup = ArchiveBackup(*self.fetched(watch, halt))
        return self._backup
