"""A foreign archive as something that can be restored like a backup of ours: read, checked, staged, put in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path

from clawd_desktop.backup import areas, foreign, secrets_out
from clawd_desktop.backup.extractor import misfit, probe_disk, staging
from clawd_desktop.backup.foreign import CAREFUL, Caution, Foreign
from clawd_desktop.backup.foreign_placing import Home
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.manifest import Entry, Manifest
from clawd_desktop.backup.progress import Halt, Watch, go_on, never, unwatched
from clawd_desktop.core import moving
from clawd_desktop.core.errors import NotFound, Refused

_KEYRING = "It claims to be what a keyring holds, which no state folder has."


def home_of(ground: Ground, zone: tzinfo | None = None) -> Home:
    """Where what is in such an archive belongs on this computer; `zone` is that of its times (None: this one's)."""
    agent = next(iter(ground.workspaces), "main")
    return Home(_placed, areas.placed_in_workspace, ground.paths.config_file.name, agent, zone)


def _placed(path: str) -> areas.Placed:
    # Only our own sealed backups hold it, never a state folder: what is called so would be put into the keyring.
    return areas.Placed("", _KEYRING) if path == secrets_out.KEYRING else areas.placed(path)


class ForeignBackup:
    """The archive at `path`. See `staging.Backup`; `verify` and what it raises is that of `foreign.read`."""

    def __init__(self, path: Path, home: Home, caution: Caution = CAREFUL) -> None:
        self._path = path
        self._home = home
        self._caution = caution
        self._found: Foreign | None = None

    @property
    def name(self) -> str:
        """The name of the file."""
        return self._path.name

    def verify(self, watch: Watch = unwatched, halt: Halt = never) -> Manifest:
        """Check all of it; its list in our form."""
        self._found = foreign.read(self._path, self._home, self._caution, watch, halt)
        return self._found.manifest

    def listed(self, watch: Watch = unwatched, halt: Halt = never) -> Manifest:
        """The same, as nothing else tells what it holds."""
        return self.verify(watch, halt)

    def extract(
        self, wanted: Callable[[Entry], bool], folder: Path, watch: Watch = unwatched, halt: Halt = never
    ) -> None:
        """Write what is wanted below `folder/<area>/`, a folder that is not there yet, or nothing when it fails.

        Raises Unreadable when it is not what was checked, Refused when the disk cannot keep such names, NotFound,
        StorageFault, Stopped.
        """
        found = self._verified(halt)
        moving.make_durable_folder(folder.parent)
        if why := misfit(filter(wanted, found.manifest.entries), probe_disk(folder.parent)):
            raise Refused(f"Nothing was restored: {why}.", hint="Restore to another disk, or leave one of them out.")
        with staging(folder) as extractor:
            for entry, data in foreign.members(found, wanted, watch, halt):
                extractor.put(entry, data)
            go_on(halt)
            extractor.finish()

    def read(self, entry: Entry, halt: Halt = never) -> bytes:
        """What one small file holds, without writing it anywhere. Raises NotFound when it is not in it, Unreadable."""
        for _, data in foreign.members(self._verified(halt), lambda one: one == entry, unwatched, halt):
            return b"".join(data)
        raise NotFound(f"There is no {entry.path} in {self._path}.")

    def _verified(self, halt: Halt) -> Foreign:
        if self._found is None:
            self._found = foreign.read(self._path, self._home, self._caution, unwatched, halt)
        return self._found
