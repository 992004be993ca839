"""A backup in a store as something that can be restored, checked and carried away; by the path of its list alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from clawd_desktop.backup import archive_reader, store_format, store_snapshots
from clawd_desktop.backup.manifest import Entry, Manifest
from clawd_desktop.backup.progress import Halt, Watch, never, unwatched
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.backup.store import Store
from clawd_desktop.backup.store_carrying import Portable
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.backup.store_snapshots import Snapshot
from clawd_desktop.core import moving
from clawd_desktop.core.errors import BadInput, NotFound

# More of one file is not read into memory.
_MOST_READ = 64 << 20


def opening_keys(place: Layout, keys: Keys | None) -> Keys:
    """What reads the store: out of a passphrase, somebody's key, or its own. Takes a second for a passphrase.

    Raises BadInput for a wrong passphrase or when one is missing, NotFound, Unreadable.
    """
    if not store_format.read(place).recipient or keys is None:
        return keys or Keys()
    try:
        return Keys(identities=(store_format.unlock(place, keys),))
    except BadInput:
        if not keys.identities:
            raise
        return keys  # its own, which its key file does not know


class StoreBackup:
    """The backup whose list lies at `path`, with what opens its store (None when that is open). See `staging.Backup`.

    `cache` is this computer's folder for what may be lost.
    """

    def __init__(self, path: Path, cache: Path, keys: Keys | None = None) -> None:
        self._path = path
        self._cache = cache
        self._keys = keys
        self._opened: tuple[Store, Snapshot] | None = None

    @property
    def name(self) -> str:
        """The name of its list, without the ending."""
        return self._path.name.partition(".")[0]

    @property
    def locked(self) -> bool:
        """Whether a passphrase or a key is needed to read it."""
        return self._path.suffix == ".age"

    def verify(self, watch: Watch = unwatched, halt: Halt = never) -> Manifest:
        """Check every byte that it needs. Raises what `Store.verify` raises."""
        store, snapshot = self._open()
        store.verify(snapshot, progress=watch, stopped=halt)
        return store.manifest(snapshot)

    def listed(self, watch: Watch = unwatched, halt: Halt = never) -> Manifest:
        """What it holds, from its list alone. Raises BadInput for a wrong key, NotFound, Unreadable, StorageFault."""
        store, snapshot = self._open()
        return store.manifest(snapshot)

    def extract(
        self, wanted: Callable[[Entry], bool], folder: Path, watch: Watch = unwatched, halt: Halt = never
    ) -> None:
        """Write what is wanted below `folder/<area>/`. Raises what `Store.extract` raises."""
        store, snapshot = self._open()
        moving.make_durable_folder(folder.parent)
        store.extract(snapshot, wanted, folder, archive_reader.probe_disk(folder.parent), watch, halt)

    def read(self, entry: Entry, halt: Halt = never) -> bytes:
        """What one small file holds. Raises what `Store.read` raises, BadInput for one that is not small."""
        if entry.size > _MOST_READ:
            raise BadInput(f"{entry.path} is too long to be shown.")
        store, snapshot = self._open()
        with store.read(snapshot, entry) as file:
            return file.read()

    def export(self, made: Portable, watch: Watch = unwatched, halt: Halt = never) -> None:
        """Make one portable file of it. Raises what `Store.export` raises."""
        store, snapshot = self._open()
        store.export(snapshot, made, watch, halt)

    def _open(self) -> tuple[Store, Snapshot]:
        if self._opened is None:
            place = store_format.layout_at(self._path)
            found = store_snapshots.heads(place) if place else []
            snapshot = next((head for head in found if head.name == self._path.name), None)
            if place is None or snapshot is None:
                raise NotFound(f"There is no backup {self._path}.", hint="See: clawd-desktop backup list")
            self._opened = Store(place, self._cache, opening_keys(place, self._keys)), snapshot
        return self._opened
