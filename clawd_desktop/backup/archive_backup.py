"""A backup file of this program as something that can be restored: what the archive reader does, in one object."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from clawd_desktop.backup import archive_reader
from clawd_desktop.backup.manifest import Entry, Manifest
from clawd_desktop.backup.progress import Halt, Watch, never, unwatched
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.core import moving
from clawd_desktop.core.errors import BadInput


class ArchiveBackup:
    """The file at `path`, with what opens it (None when it is not sealed). See `staging.Backup`."""

    def __init__(self, path: Path, keys: Keys | None = None) -> None:
        self.path = path
        self.keys = keys
        self._source: archive_reader.Source | None = None

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    def verify(self, watch: Watch = unwatched, halt: Halt = never) -> Manifest:
        """Check every byte. Raises what `archive_reader.verify` raises."""
        manifest = archive_reader.verify(self.path, self.keys, watch, halt)
        self._source = archive_reader.Source(self.path, self.keys, manifest)
        return manifest

    def listed(self, watch: Watch = unwatched, halt: Halt = never) -> Manifest:
        """The same, as the list stands at the end."""
        return self.verify(watch, halt)

    def extract(
        self, wanted: Callable[[Entry], bool], folder: Path, watch: Watch = unwatched, halt: Halt = never
    ) -> None:
        """Write what is wanted below `folder/<area>/`. Raises what `archive_reader.extract_listed` raises."""
        moving.make_durable_folder(folder.parent)
        disk = archive_reader.probe_disk(folder.parent)
        archive_reader.extract_listed(self._verified(), wanted, folder, disk, watch, halt)

    def read(self, entry: Entry, halt: Halt = never) -> bytes:
        """What one small file holds, without writing it anywhere. Raises what `archive_reader.read_listed` raises."""
        return archive_reader.read_listed(self._verified(), entry, halt)

    def _verified(self) -> archive_reader.Source:
        if self._source is None:
            self.verify()
        if self._source is None:
            raise BadInput(f"{self.path} was not verified.")
        return self._source
