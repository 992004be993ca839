"""A store in a scratch folder and trees to put into it, for the tests of everything that works with stores."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop.backup import seen_files, store_format, store_lock
from clawd_desktop.backup.manifest import Entry, Manifest, Root
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.store import Store
from clawd_desktop.backup.store_adding import Source
from clawd_desktop.backup.store_snapshots import Snapshot

DAY_MS = 86_400_000
START_MS = 1_790_000_000_000
AREA = "workspace-main"


def draft(number: int) -> Manifest:
    """A list without entries of the backup of that day."""
    return Manifest(
        f"b{number}",
        START_MS + number * DAY_MS,
        "person",
        "1.0",
        "host",
        "Linux 6.1",
        "out",
        (Root(AREA, "/home"),),
        (),
    )


def in_memory(files: Mapping[str, bytes]) -> list[Source]:
    """Sources of contents, with the folders above them."""
    folders = {str(above) for path in files for above in Path(path).parents if str(above) != "."}
    made = [Source(Entry(AREA, path, "folder", 0o700, 5)) for path in sorted(folders)]
    return made + [
        Source(Entry(AREA, path, "file", 0o600, 7_000_000_000, len(data)), lambda data=data: io.BytesIO(data))  # type: ignore[misc]
        for path, data in sorted(files.items())
    ]


def on_disk(root: Path, opened: list[str] | None = None) -> list[Source]:
    """Sources of the files of a tree; the names of those that are opened go into `opened`."""
    found = []
    for path in sorted(root.rglob("*")):
        name, stat = path.relative_to(root).as_posix(), path.stat()
        if path.is_dir():
            found.append(Source(Entry(AREA, name, "folder", 0o700, stat.st_mtime_ns)))
            continue

        def opener(path: Path = path, name: str = name) -> io.FileIO:
            if opened is not None:
                opened.append(name)
            return io.FileIO(path)

        entry = Entry(AREA, name, "file", 0o600, stat.st_mtime_ns, stat.st_size)
        found.append(Source(entry, opener, seen_files.stamp_of(path, stat)))  # type: ignore[arg-type]
    return found


def age(root: Path) -> None:
    """Give all files a time of change that is long ago. The time of the inode cannot be set."""
    for path in root.rglob("*"):
        os.utime(path, ns=(START_MS * 1_000, START_MS * 1_000))


@dataclass
class Rig:
    """A destination with a store, and this computer's cache."""

    folder: Path
    cache: Path
    passphrase: str = ""
    identity: str = field(default="", repr=False)
    now_ms: int = START_MS

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not store_format.layout(self.folder).format_file.exists():
            lock = Lock(self.passphrase) if self.passphrase else None
            self.identity = store_format.create(store_format.layout(self.folder), lock)

    @property
    def root(self) -> Path:
        return self.folder / "clawd-backups"

    def open(self) -> Store:
        """The store as another process would open it."""
        keys = Keys(identities=(self.identity,)) if self.identity else Keys()
        return Store(self.folder, self.cache, keys, now_ms=lambda: self.now_ms)

    def add(self, number: int, files: Mapping[str, bytes]) -> Snapshot:
        return self.open().add(draft(number), in_memory(files))

    def files(self) -> dict[str, bytes]:
        """All files of the store by their names, but for the room that is set aside, which holds nothing."""
        found = sorted(path for path in self.root.rglob("*") if path.is_file() and path.name != store_lock.RESERVE)
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in found}


def restored(store: Store, snapshot: Snapshot) -> dict[str, bytes]:
    """Every file of a backup with what is read of it."""
    return {entry.path: data.read() for entry, data in store.contents(store.manifest(snapshot).entries)}
